"""The embedded server outlives what may happen to it."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from app.embedded import EmbeddedServer
from app.jobs import conninfo

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "pg"
    yield folder
    postmaster = EmbeddedServer(folder)._postmaster()
    if postmaster is not None:
        postmaster.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(folder)
    yield server
    server.stop()


def ask(server: EmbeddedServer, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo(server.url())) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def kill_server(server: EmbeddedServer) -> None:
    postmaster = server._postmaster()
    assert postmaster is not None
    postmaster.kill()
    # the container's init may never collect the dead process: a zombie is dead enough
    for _ in psutil.wait_procs([postmaster], timeout=0.5)[1]:
        assert server._postmaster() is None


def test_what_was_committed_is_there_after_kill_9(server: EmbeddedServer) -> None:
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    kill_server(server)
    EmbeddedServer(server.folder).start()
    assert ask(server, "SELECT answer FROM kept") == [(42,)]


def test_a_dead_server_is_started_again_while_we_run(server: EmbeddedServer) -> None:
    server.start()
    kill_server(server)
    server.keep_running()
    assert ask(server, "SELECT 1") == [(1,)]


def test_a_server_that_does_not_start_is_tried_again_later(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server.start()
    kill_server(server)
    control = server.cluster / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    with monkeypatch.context() as patience:
        patience.setattr("app.embedded.LET_GO_SECONDS", 0.0)
        server.keep_running()
    assert "does not start yet" in caplog.text
    control.with_suffix(".away").rename(control)
    server.keep_running()
    assert ask(server, "SELECT 1") == [(1,)]


def test_a_pid_file_that_names_another_program_is_no_obstacle(server: EmbeddedServer) -> None:
    server.start()
    kill_server(server)
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n1\n5432\n\n\n\nready\n")
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]


def test_the_last_to_leave_stops_the_server(server: EmbeddedServer) -> None:
    server.start()
    second = EmbeddedServer(server.folder)
    second.start()
    server.stop()
    assert ask(second, "SELECT 1") == [(1,)]
    second.stop()
    assert second._postmaster() is None


def test_a_half_made_cluster_is_made_again(server: EmbeddedServer) -> None:
    (server.folder / "cluster.new" / "base").mkdir(parents=True)
    server.start()
    assert ask(server, "SHOW timezone") == [("UTC",)]


def test_nobody_else_reaches_the_data_or_the_socket(server: EmbeddedServer) -> None:
    server.start()
    assert stat.S_IMODE(server.cluster.stat().st_mode) == 0o700
    assert ask(server, "SHOW listen_addresses") == [("",)]


def test_a_long_path_gets_a_private_socket_folder(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30))
    try:
        server.start()
        assert ask(server, "SELECT 1") == [(1,)]
        socket_folder = server._socket_folder()
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    finally:
        server.stop()
    socket_folder.rmdir()


# stands for run.py serve, without the web: starts, says so, and waits to be stopped
OWNER = """
import signal, sys
from pathlib import Path
from app.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    server.start()
    print("ready", flush=True)
    signal.pause()
finally:
    server.stop()
"""


def start_owner(folder: Path) -> subprocess.Popen[bytes]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    return owner


def test_sigterm_of_the_owner_stops_the_server(folder: Path) -> None:
    owner = start_owner(folder)
    assert EmbeddedServer(folder)._postmaster() is not None
    owner.terminate()
    owner.communicate(timeout=30)
    assert EmbeddedServer(folder)._postmaster() is None


def test_the_server_of_a_killed_owner_is_taken_over_and_stopped(folder: Path) -> None:
    owner = start_owner(folder)
    owner.send_signal(signal.SIGKILL)
    owner.communicate(timeout=30)
    heir = EmbeddedServer(folder)
    orphan = heir._postmaster()
    assert orphan is not None
    heir.start()
    assert heir._postmaster() == orphan
    heir.stop()
    assert heir._postmaster() is None
