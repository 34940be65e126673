"""Keeps the processes of an installation alive, and stops them in order when it is asked to stop."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30.0  # for children that finish what they have begun
HEALTHY_SECONDS = 30.0  # a child that lived this long starts again at once
LONGEST_PAUSE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.5
PR_SET_PDEATHSIG = 1
SUPERVISED = "ALURIZIN_SUPERVISED"

log = logging.getLogger(__name__)


@dataclass
class Child:
    """One process that should always run."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    is_cleared: bool = True

    def start(self, env: Mapping[str, str]) -> None:
        # a session of its own: Ctrl-C reaches the supervisor alone, which then stops everybody in order
        self.process = subprocess.Popen(self.command, env=env, start_new_session=True)
        self.started, self.is_cleared = time.monotonic(), False

    def tend(self, env: Mapping[str, str]) -> None:
        """Start the process if it has ended, more slowly each time that it ends at once."""
        if self.process is None or self.process.poll() is None:
            return
        self._clear(self.process.pid)
        now = time.monotonic()
        if now < self.started + self.pause:
            return
        lived = now - self.started
        self.pause = 0.0 if lived > HEALTHY_SECONDS else min(max(1.0, self.pause * 2), LONGEST_PAUSE_SECONDS)
        log.warning("%s ended with %s: starting it again", self.name, self.process.returncode)
        self.start(env)

    def _clear(self, group: int) -> None:
        """Ask whoever a killed process has left behind to go: they may hold the port that is needed again."""
        if not self.is_cleared:
            self.is_cleared = True
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGTERM)

    def signal(self, number: int) -> None:
        """Send a signal to the process and to all that it has started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Runs children until SIGTERM or SIGINT; `tend` is called twice a second beside them."""

    children: list[Child]
    env: Mapping[str, str]
    tend: Callable[[], None]
    _asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Block until asked to stop; afterwards no child is left."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self._asked_to_stop.set())
        env = {**self.env, SUPERVISED: "1"}
        try:
            for child in self.children:
                child.start(env)
            while not self._asked_to_stop.wait(LOOK_EVERY_SECONDS):
                self.tend()
                for child in self.children:
                    child.tend(env)
        finally:
            self._stop()

    def _stop(self) -> None:
        """Ask the children to finish, and end those that do not."""
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + PATIENCE_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("%s does not stop: killing it", child.name)
                child.signal(signal.SIGKILL)
                child.process.wait()


def leave_with_parent() -> None:
    """In a child: end when the supervisor is killed, who could not say goodbye (Linux only)."""
    if sys.platform != "linux" or SUPERVISED not in os.environ:
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
