"""The process that renders letters and reads strangers' PDFs: little memory, no network, no secrets."""

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from app.errors import OfficeError
from app.letters import compose, pages, paint, sheets, verify
from app.letters.wire import Closed, packed, receive, send

MEMORY = 1_500 * 1024 * 1024
_FORBIDDEN = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "ctypes.dlopen"),
        *("os.exec", "os.posix_spawn", "os.fork", "os.system"),
    }
)
Answer = tuple[dict[str, Any], bytes]
Kinds = dict[str, Callable[[dict[str, Any], bytes], Answer]]


def limit() -> None:
    """Bound memory, files and processes; the wall clock is bounded by the alarm around each request."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 64 * 1024 * 1024),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))

    def refuse(event: str, _: object) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"{event} is not for this process")

    sys.addaudithook(refuse)


def answer(kinds: Kinds, head: dict[str, Any], blob: bytes) -> Answer:
    """Answer one request; what a person can act on goes back as words, anything else ends the process."""
    try:
        paint.date(head.get("at", 0))
        return kinds[head.pop("kind")](head, blob)
    except OfficeError as error:
        said = {"msgid": error.text.msgid, "params": error.text.params, "status": error.status}
    except MemoryError:
        said = {
            "msgid": "The document needs more memory than a document may take.",
            "params": {},
            "status": 422,
            "last": True,
        }
    return {"error": said}, b""


def serve(incoming: int, outgoing: int, seconds: float) -> None:
    """Answer until the pipe closes."""
    kinds: Kinds = {
        "ping": lambda head, blob: ({}, b""),
        "render": compose.render,
        "words": compose.words,
        "preview": pages.preview,
        "verify": verify.answer,
        "sheet": sheets.sheet,
        "bind": sheets.bind,
    }
    send(outgoing, packed({"ready": True}))
    while True:
        head, blob = receive(incoming)
        # Should the web process die while a document loops, nobody else would end this one.
        signal.setitimer(signal.ITIMER_REAL, seconds + 2)
        said, pdf = answer(kinds, head, blob)
        del head, blob
        send(outgoing, packed(said, pdf))
        signal.setitimer(signal.ITIMER_REAL, 0)
        if said.get("error", {}).get("last"):
            return


def main() -> None:
    """Keep the pipe to ourselves, prepare, and serve."""
    outgoing = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    paint.prepare()
    compose.warm()
    limit()
    gc.freeze()
    # A letter is made of tens of thousands of objects that mostly go by themselves: looking less often for
    # those that hold each other saves a twentieth of the time. Memory is limited anyway.
    gc.set_threshold(20_000, 20, 20)
    try:
        serve(0, outgoing, float(sys.argv[1]))
    except Closed:
        return


if __name__ == "__main__":
    main()
