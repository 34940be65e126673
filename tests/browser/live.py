"""The installation as people run it: `run.py serve` on a database and in folders of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT
from tests.desk import wib
from tests.fixtures_demo import SECRET

START_SECONDS = 120
STOP_SECONDS = 60
OPENED = wib("2026-11-23 08:00")  # the Monday on which the acceptance cases begin
SETTINGS = ("MODE", "HOST", "PORT", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_PROXIES", "DATA_DIR")


@dataclass(frozen=True)
class Live:
    """A running installation."""

    url: str
    folder: Path

    @property
    def trust_root(self) -> Path:
        """The certificate that all trial signatures lead to."""
        return self.folder / "keys" / "trial_ca" / "root.pem"


@contextmanager
def running(folder: Path, database_url: str, workers: int = 1) -> Iterator[Live]:
    """Start the installation in a planted folder, wait until it answers, and stop all of it in the end."""
    live = Live(f"http://127.0.0.1:{_free_port()}", folder)
    move_clock(folder, OPENED)
    log = folder / "log"
    environment = _environment(live, database_url) | {"WEB_WORKERS": str(workers)}
    with log.open("wb") as out:
        command = [sys.executable, str(ROOT / "run.py"), "serve"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(process, live, log)
        yield live
    finally:
        _stop(process)


def move_clock(folder: Path, moment: datetime) -> None:
    """Let a demonstration's clock run on from a moment."""
    (folder / "clock").write_text(f"{(moment - datetime.now(UTC)).total_seconds()}\n", encoding="ascii")


def _environment(live: Live, database_url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    own = {
        "MODE": "demo",
        "PORT": live.url.rpartition(":")[2],
        "DATA_DIR": str(live.folder),
        "DEFINITIONS_DIR": str(live.folder / "definitions"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "WATCH_FILES": "0",
        "WEB_WORKERS": "1",
        "WEB_THREADS": "6",
    }
    return inherited | own


def _wait(process: subprocess.Popen[bytes], live: Live, log: Path) -> None:
    for _ in range(START_SECONDS * 4):
        if _answers(live):
            return
        try:
            process.wait(timeout=0.25)  # a server that has ended will not answer any more
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"the installation does not start:\n{log.read_text(encoding='utf-8')[-4000:]}")


def _answers(live: Live) -> bool:
    try:
        with urlopen(f"{live.url}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
