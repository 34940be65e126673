"""Steps per second: ours through flow and over HTTP beside SpiffWorkflow's library, on one PostgreSQL.

A step checks who may do it, locks the case, reads the form, asks the table (every second step), computes the
deadline, opens the next task, chains an audit line and commits durably. All ways take turns, case after case,
so that a slow moment of the machine hits each of them. `ratio` compares the median time of a step with
SpiffWorkflow's at the same load; below 1 is faster. In an open loop steps are due by a clock, and what one
takes counts from then.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg

from app.jobs import conninfo
from bench.client import FLOW, HTTP, SPIFF, SPIFF_WHOLE, Turn, serve
from bench.spiff.desk import SCHEMA
from bench.world import SECRET, World, fsync_ms, loop_ms
from config import ROOT

WAYS = (FLOW, HTTP, SPIFF, SPIFF_WHOLE)
CLIENTS = (1, 4)
PACE = 40  # steps per second of all clients together, in the open loop
ROUNDS, QUICK_ROUNDS = 12, 4
WARM_UP = 2  # cases
START_SECONDS = 60.0


class Load(NamedTuple):
    """What is measured: a way, by how many clients at once, by the clock or each step after the other."""

    way: str
    clients: int
    paced: bool


@dataclass
class Tally:
    """What one way took under one load."""

    taken: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0


@dataclass
class Client:
    """A client process and the pipe to it."""

    process: BaseProcess
    pipe: Connection


@dataclass
class Bench:
    """The clients and the web server at work."""

    clients: list[Client]
    server: psutil.Process

    def ask(self, clients: int, *order: Any) -> list[Any]:
        """Let the first clients do the same at the same time; their answers."""
        for client in self.clients[:clients]:
            client.pipe.send(order)
        return [answer(client) for client in self.clients[:clients]]

    def turn(self, load: Load, tally: Tally) -> None:
        """Let each of the first clients walk one case and add up what it took."""
        way, clients, paced = load
        cpu, started = self._server_cpu(), time.perf_counter()
        turns: list[Turn] = self.ask(clients, "walk", way, 1, clients / PACE if paced else None)
        tally.wall += time.perf_counter() - started
        tally.cpu += self._server_cpu() - cpu if way == HTTP else sum(turn.cpu for turn in turns)
        tally.taken += [ms for turn in turns for ms in turn.taken]

    def _server_cpu(self) -> float:
        processes = [self.server, *self.server.children(recursive=True)]
        return sum(sum(process.cpu_times()[:2]) for process in processes)


def run(world: World, *, quick: bool = False) -> list[dict[str, Any]]:
    """Measure every way with each number of clients."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with psycopg.connect(conninfo(world.config.database_url), autocommit=True) as connection:
        connection.execute(SCHEMA)
    loads = [Load(way, clients, False) for clients in CLIENTS for way in WAYS]
    loads += [Load(way, max(CLIENTS), True) for way in WAYS]
    tallies = {load: Tally() for load in loads}
    with _web_server(world) as (server, port), _clients(world, port, max(CLIENTS)) as clients:
        bench = Bench(clients, server)
        for way in WAYS:
            bench.ask(max(CLIENTS), "open", way, WARM_UP + rounds * (len(CLIENTS) + 1), None)
            bench.ask(max(CLIENTS), "walk", way, WARM_UP, None)
        fsyncs, loops = [], []
        for number in range(rounds):
            fsyncs.append(fsync_ms(world.config.data_dir, 20))  # some disks change their mind within a run
            loops.append(loop_ms())  # and so do processors that are shared
            for load in _turned(list(tallies), number):
                bench.turn(load, tallies[load])
    return [_summary(load, tallies, statistics.median(fsyncs), statistics.median(loops)) for load in tallies]


def _turned(loads: list[Load], number: int) -> list[Load]:
    """Every load after the other, beginning with another one each time."""
    start = number % len(loads)
    return loads[start:] + loads[:start]


def _summary(load: Load, tallies: dict[Load, Tally], fsync: float, loop: float) -> dict[str, Any]:
    tally, peer = tallies[load], tallies[load._replace(way=SPIFF)]
    p50 = statistics.median(tally.taken)
    return {
        "way": load.way,
        "clients": load.clients,
        "open_loop_per_second": PACE if load.paced else "",
        "steps": len(tally.taken),
        "steps_per_second": round(len(tally.taken) / tally.wall, 1),
        "p50_ms": round(p50, 2),
        "p95_ms": round(statistics.quantiles(tally.taken, n=20)[18], 2),
        "cpu_ms": round(tally.cpu / len(tally.taken) * 1000, 2),
        "ratio": round(p50 / statistics.median(peer.taken), 2),
        "fsync_ms": round(fsync, 2),
        "loop_ms": round(loop, 1),
    }


@contextmanager
def _clients(world: World, port: int, number: int) -> Iterator[list[Client]]:
    context = get_context("spawn")
    clients = []
    for _ in range(number):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(world.config, port, theirs), daemon=False)
        process.start()
        theirs.close()
        clients.append(Client(process, ours))
    try:
        for client in clients:
            answer(client)
        yield clients
    finally:
        _stop(clients)


def answer(client: Client) -> Any:
    """What a client sends back; EOFError if it died."""
    return client.pipe.recv()


def _stop(clients: Sequence[Client]) -> None:
    for client in clients:
        with suppress(OSError):  # one that died has closed its end
            client.pipe.send("stop")
    for client in clients:
        client.process.join(20)
        if client.process.is_alive():
            client.process.kill()


@contextmanager
def _web_server(world: World) -> Iterator[tuple[psutil.Process, int]]:
    """Gunicorn as `run.py serve` starts it, with one worker."""
    port = _free_port()
    config = world.config
    env = {
        **os.environ,
        "MODE": "demo",
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(config.data_dir),
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "WEB_THREADS": "4",
    }
    settings = str(ROOT / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "-c", settings, "run:web()"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/live", process)
        yield psutil.Process(process.pid), port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the web server does not answer at {url}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
