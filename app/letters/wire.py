"""What web process and worker say to each other over a pipe: a length, a JSON head, a length, bytes."""

import json
import os
import select
import struct
import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_HEAD = struct.Struct(">II")
MAX_MESSAGE = 64 * 1024 * 1024


class Closed(ConnectionError):
    """The other side is gone."""


class Late(TimeoutError):
    """The other side did not answer in time."""


def json_bytes(value: Any) -> bytes:
    """Write plain data; a date passes as its ISO text, a Decimal as a number."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str | int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no plain data")


def packed(head: dict[str, Any], blob: bytes = b"") -> bytes:
    """Pack one message; only plain data passes."""
    text = json_bytes(head)
    return _HEAD.pack(len(text), len(blob)) + text + blob


def send(file: int, message: bytes, deadline: float | None = None) -> None:
    """Write a whole message to a descriptor; with a deadline the descriptor must be non-blocking."""
    rest = memoryview(message)
    while rest:
        _wait(file, select.POLLOUT, deadline)
        try:
            rest = rest[os.write(file, rest) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise Closed("the pipe is closed") from error


def receive(file: int, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Read one message; raises Closed at the end of the pipe and Late after the deadline."""
    text_size, blob_size = _HEAD.unpack(_exactly(file, _HEAD.size, deadline))
    if text_size + blob_size > MAX_MESSAGE:
        raise Closed("the message is too long")
    head: dict[str, Any] = json.loads(_exactly(file, text_size, deadline))
    return head, _exactly(file, blob_size, deadline)


def _exactly(file: int, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        _wait(file, select.POLLIN, deadline)
        part = os.read(file, min(size - len(parts), 1 << 20))
        if not part:
            raise Closed("the pipe is closed")
        parts += part
    return bytes(parts)


def _wait(file: int, event: int, deadline: float | None) -> None:
    """Wait on the monotonic clock, which no change of the office's clock moves."""
    if deadline is None:
        return
    poll = select.poll()
    poll.register(file, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise Late("no answer in time")
