"""Worker processes that may be killed: a wall limit per document, replaced when dead, recycled when old."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from app.errors import OfficeError
from app.letters.wire import Closed, Late, packed, receive, send

_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_ROOT),
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TZ": "UTC",
}
_START_SECONDS = 60.0

log = logging.getLogger(__name__)


class Overrun(OfficeError):
    """The document took longer than a document may."""

    status = 422


class Busy(OfficeError):
    """All workers are taken."""

    status = 503


class Broken(OfficeError):
    """The worker died twice over the same document: it is to blame, not the machine."""

    status = 422


class _NotStarted(Closed):
    """The worker was gone before it could be given anything."""


class _Worker:
    """One process; not thread safe, the pool lends it to one caller at a time."""

    def __init__(self, seconds: float) -> None:
        # Nothing of this process's environment is passed on: it holds the keys of the house.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.letters.worker", str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_ENVIRONMENT,
            cwd="/",
            bufsize=0,
        )
        self.to, self.back = (
            cast(IO[bytes], pipe).fileno() for pipe in (self.process.stdin, self.process.stdout)
        )
        os.set_blocking(self.to, False)
        self.served = 0
        self.is_ready = False

    def ask(self, message: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        self._wait_until_ready()
        deadline = time.monotonic() + seconds
        send(self.to, message, deadline)
        answer = receive(self.back, deadline)
        self.served += 1
        return answer

    def _wait_until_ready(self) -> None:
        """Wait for the worker's imports; that it does not start is not the document's fault."""
        if self.is_ready:
            return
        try:
            receive(self.back, time.monotonic() + _START_SECONDS)
        except (Closed, Late) as error:
            raise _NotStarted("the letter worker did not start") from error
        self.is_ready = True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _give_up_after_two(failures: list[Closed]) -> None:
    """Blame the document only for workers that had it; one that did not start says nothing about it."""
    not_started = sum(isinstance(failure, _NotStarted) for failure in failures)
    if not_started == 2:
        log.error("the letter workers do not start")
        raise Busy("The letter service is busy. Try again in a moment.") from failures[-1]
    if len(failures) - not_started == 2:
        raise Broken("The document is too large or too complex and was given up.")


class Pool:
    """Up to `workers` processes, started when first needed; safe under threads and after a fork."""

    patience = 30.0  # seconds that a caller waits for a free worker

    def __init__(self, workers: int = 1, seconds: float = 10.0, documents: int = 500) -> None:
        self._size, self._seconds, self._documents = workers, seconds, documents
        self._reset()

    def _reset(self) -> None:
        self._owner = os.getpid()
        self._idle: list[_Worker] = []
        self._lent: set[_Worker] = set()
        self._free = threading.Condition()
        self._is_closed = False

    def ask(self, kind: str, head: dict[str, Any], blob: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Have one request answered; a worker that dies under it is replaced and asked once more."""
        message = packed({"kind": kind, **head}, blob)
        failures: list[Closed] = []
        while True:
            try:
                with self._worker() as worker:
                    return worker.ask(message, self._seconds)
            except Closed as error:
                failures.append(error)
                _give_up_after_two(failures)
            except Late:
                raise Overrun(
                    "The document was not finished within %(seconds)g seconds.", seconds=self._seconds
                ) from None

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        """Lend a worker; it comes back only after a whole answer, otherwise it is killed."""
        worker = self._borrow()
        is_sound = False
        try:
            yield worker
            is_sound = worker.served < self._documents
        finally:
            self._give_back(worker, is_sound)

    def _borrow(self) -> _Worker:
        if self._owner != os.getpid():
            self._reset()  # a fork shares the parent's pipes: leave those alone
        with self._free:
            if not self._free.wait_for(self._can_lend, self.patience):
                raise Busy("The letter service is busy. Try again in a moment.")
            if self._is_closed:
                raise RuntimeError("the pool is closed")
            worker = self._living() or _Worker(self._seconds)
            self._lent.add(worker)
            return worker

    def _living(self) -> _Worker | None:
        """An idle worker; those that died meanwhile are no fault of the document to come."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.poll() is None:
                return worker
            worker.kill()
        return None

    def _can_lend(self) -> bool:
        return self._is_closed or bool(self._idle) or len(self._lent) < self._size

    def _give_back(self, worker: _Worker, is_sound: bool) -> None:
        with self._free:
            self._lent.discard(worker)
            keep = is_sound and not self._is_closed
            if keep:
                self._idle.append(worker)
            self._free.notify()
        if not keep:
            worker.kill()

    def warm(self) -> None:
        """Start one worker now, so that the first letter does not wait for it."""
        with self._worker() as worker:
            worker.ask(packed({"kind": "ping"}), _START_SECONDS)

    @property
    def processes(self) -> list[int]:
        """The ids of the idle workers."""
        with self._free:
            return [worker.process.pid for worker in self._idle]

    def close(self) -> None:
        """End all workers; those at work end when their caller returns them."""
        with self._free:
            idle, self._idle, self._is_closed = self._idle, [], True
            self._free.notify_all()
        for worker in idle:
            worker.kill()
