"""The supervisor restarts what dies, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.supervisor import Child

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, signal
from app.supervisor import leave_with_parent
leave_with_parent()
os.write(1, b"%d\\n" % os.getpid())
signal.pause()
"""
SUPERVISOR = """
import os, sys
from app.supervisor import Child, Supervisor
children = [Child(str(n), [sys.executable, "-c", sys.argv[1]]) for n in range(2)]
Supervisor(children, dict(os.environ), lambda: None).run()
"""

# leaves somebody behind who does not notice that it is killed, as a busy web worker does for a while
MASTER = """
import os, signal, subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
open(sys.argv[1], "w").write(str(left.pid))
signal.pause()
"""


@pytest.fixture
def supervisor() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SUPERVISOR, CHILD]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    yield process
    process.kill()
    process.communicate()


def next_child(supervisor: subprocess.Popen[bytes]) -> psutil.Process:
    assert supervisor.stdout is not None
    return psutil.Process(int(supervisor.stdout.readline()))


def wait_until_gone(children: list[psutil.Process]) -> None:
    alive = psutil.wait_procs(children, timeout=10)[1]
    assert [child for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []


def test_a_killed_child_is_started_again(supervisor: subprocess.Popen[bytes]) -> None:
    first, _second = next_child(supervisor), next_child(supervisor)
    first.kill()
    assert next_child(supervisor).pid != first.pid


def test_what_a_killed_child_leaves_behind_goes_too(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    os.mkfifo(told)
    child = Child("web", [sys.executable, "-c", MASTER, str(told)])
    child.start(os.environ)
    left = psutil.Process(int(told.read_text()))
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    child.command = ["true"]
    child.tend(os.environ)
    child.process.wait()
    wait_until_gone([left])


def test_sigterm_stops_the_children_first(supervisor: subprocess.Popen[bytes]) -> None:
    children = [next_child(supervisor), next_child(supervisor)]
    supervisor.terminate()
    assert supervisor.wait(timeout=20) == 0
    wait_until_gone(children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_children_do_not_outlive_a_killed_supervisor(supervisor: subprocess.Popen[bytes]) -> None:
    children = [next_child(supervisor), next_child(supervisor)]
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait(timeout=10)
    wait_until_gone(children)


def test_a_child_that_ends_at_once_is_started_ever_more_slowly() -> None:
    child = Child("broken", ["false"])
    child.start(os.environ)
    pauses = []
    for _ in range(4):
        assert child.process is not None
        child.process.wait()
        child.started -= child.pause  # the pause is over
        child.tend(os.environ)
        pauses.append(child.pause)
    assert child.process is not None
    child.process.wait()
    assert pauses == [1.0, 2.0, 4.0, 8.0]
