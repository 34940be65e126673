"""A real installation as an operator starts it, in a folder and on a port of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg.rows import dict_row

from app.embedded import EmbeddedServer
from app.jobs import conninfo
from config import ROOT
from tests.fixtures_demo import copy_definitions

START_SECONDS = 120.0
# what would let the test's own surroundings into the installation
SETTINGS = ("DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "SMTP_URL", "FILES_DIR", "HOST", "SIMULATORS")


def until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for something to become true and return it; say what did not."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for: {what}"
        pause.wait(0.1)
    return found


class Installation:
    """`run.py serve` and everything that it starts."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.log = folder / "log.txt"
        self.port = free_port()
        shift = (now - datetime.now(UTC)).total_seconds()
        (self.data / "clock").write_text(f"{shift}\n", encoding="ascii")
        self.env = {name: value for name, value in os.environ.items() if name not in SETTINGS} | {
            "MODE": "demo",
            "DATA_DIR": str(self.data),
            "DEFINITIONS_DIR": str(copy_definitions(folder / "definitions")),
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "JOB_WORKERS": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: set[psutil.Process] = set()

    def start(self) -> None:
        """Start and wait until the installation says that it is ready."""
        with self.log.open("ab") as log:
            self.process = self._run("serve", log)
        until(self._is_ready, START_SECONDS, "/health/ready")

    def stop(self) -> int:
        """Ask to stop, as an operator or a service manager does, and return the exit status."""
        assert self.process is not None
        self.look_around()
        self.process.terminate()
        return self.process.wait(timeout=90)

    def left_over(self) -> list[str]:
        """Whoever of all that were ever seen is still there."""
        alive = psutil.wait_procs(self.seen, timeout=15)[1]
        return [described(process) for process in alive if not is_gone(process)]

    def command(self, name: str) -> tuple[int, str]:
        """Run another command of run.py on the same data."""
        process = self._run(name, subprocess.PIPE)
        output = process.communicate(timeout=120)[0]
        return process.returncode, output.decode()

    def look_around(self) -> list[psutil.Process]:
        """All processes of the installation; they are remembered."""
        assert self.process is not None
        found: list[psutil.Process] = []
        for root in (self.process.pid, self.postmaster()):
            try:
                top = psutil.Process(root) if root else None
                found += [top, *top.children(recursive=True)] if top else []
            except psutil.NoSuchProcess:
                continue
        self.seen.update(found)
        return found

    def postmaster(self) -> int | None:
        """The embedded server's first process."""
        try:
            return int((self.data / "postgres/cluster/postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A connection to the embedded server beside the application's own."""
        url = conninfo(EmbeddedServer(self.data / "postgres").url())
        with psycopg.connect(url, row_factory=dict_row, autocommit=True) as connection:
            yield connection

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds."""
        with self.database() as connection:
            return connection.execute(query).fetchall()

    def count(self, query: str) -> int:
        """What a query counts."""
        return int(next(iter(self.rows(query)[0].values())))

    def end(self) -> None:
        """Whatever happened: leave no process behind."""
        if self.process is not None and self.process.poll() is None:
            self.look_around()
            self.process.kill()
            self.process.wait()
        for process in self.seen:
            if process.is_running():
                process.kill()

    def _run(self, command: str, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        words = [sys.executable, str(ROOT / "run.py"), command]
        return subprocess.Popen(
            words, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_gone(process: psutil.Process) -> bool:
    """True also for one that has ended and was not waited for by a parent that was killed."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def described(process: psutil.Process) -> str:
    """A process in words."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return f"process {process.pid}"
