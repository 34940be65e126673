"""Where measuring happens: an embedded PostgreSQL with normal durability, the demo office, a service."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from app import clock, demo, factory
from app.db import Session
from app.embedded import EmbeddedServer
from app.letters import press
from app.migrations.tables import all_tables
from app.migrations.upgrade import exclusive, upgrade
from app.publishing.publish import publish
from app.publishing.revisions import Act
from bench.definitions import TEXTS
from config import ROOT, Config, prepare_folders

SECRET = "only-for-measuring-" * 3
PASSWORD = "alurizin-demo"
LOOP = 100_000
BLOCK = b"x" * 8192  # what PostgreSQL writes to its log at a commit


@dataclass(frozen=True)
class World:
    """A running database with the demonstration's office, and the settings that go with it."""

    server: EmbeddedServer
    config: Config
    engine: Engine
    opened: datetime


@contextmanager
def open_world() -> Iterator[World]:
    """Start a server of its own, fill it, and take all of it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="alurizin-bench-") as place:
        folder = Path(place)
        folder.chmod(0o711)  # the server's account must pass
        server = EmbeddedServer(folder / "postgres")
        try:
            world = _filled(server, folder)
            try:
                yield world
            finally:
                Session.remove()
                press.renderer().close()
                world.engine.dispose()
        finally:
            server.stop()


def _filled(server: EmbeddedServer, folder: Path) -> World:
    config = prepare_folders(
        Config(
            secret_key=SECRET,
            database_url=server.start(),
            data_dir=folder,
            files_dir=folder / "files",
            definitions_dir=ROOT,
            demo_password=PASSWORD,
            demo_inbound_key=PASSWORD,
            simulators=True,
            trial_ca=True,
        )
    )
    with exclusive(config.database_url) as engine:
        upgrade(engine)
        all_tables().create_all(engine)  # what has no migration yet
    factory.initialize(config)
    now = clock.now()
    demo.load(config, now)
    publish(TEXTS, Act("system:bench", now, source="bench"))
    bind = Session().get_bind()
    Session.remove()
    if not isinstance(bind, Engine):
        raise TypeError("the session is bound to an engine here")
    return World(server, config, bind, now)


def fsync_ms(folder: Path, times: int = 200) -> float:
    """The median time in ms of making a small write durable in `folder`."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(BLOCK)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(taken), 2)


def loop_ms(times: int = 5) -> float:
    """The median CPU time in ms of a fixed loop of Python: in slow moments all CPU times grow with it."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        sum(number * number % 7 for number in range(LOOP))
        taken.append((time.process_time() - started) * 1000)
    return round(statistics.median(taken), 1)
