"""Watch a folder of files and publish what changes; one process for each folder, told by the database."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from app.db import Session
from app.errors import OfficeError
from app.publishing.check import Trial
from app.publishing.folder import definition_files
from app.publishing.sync import sync

# Held by the connection, so that it is free again as soon as the watching process is gone.
TRY_LOCK = sql("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
READ_VERSION = sql("SELECT version FROM catalogue_version WHERE id = 1")
log = logging.getLogger(__name__)

Seen = tuple[tuple[str, int, int, int], ...]


class Watcher:
    """Looks at the files every `interval` seconds; a change is published when it has settled for one look."""

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        now: Callable[[], datetime],
        trial: Trial | None = None,
        interval: float = 0.5,
    ) -> None:
        self.folder = folder.resolve()
        self.engine = engine
        self.now = now
        self.trial = trial
        self.interval = interval
        self.stopping = Event()
        self.is_watching = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Watch in a thread of this process until `stop`."""
        self._thread = Thread(target=self.run, name="watch definitions", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and wait until a synchronisation under way has ended."""
        self.stopping.set()
        if self._thread:
            self._thread.join()

    def run(self) -> None:
        """Watch while this process may; wait in line while another one does."""
        while not self.stopping.is_set():
            with suppress(SQLAlchemyError), self.engine.connect() as connection:
                if self._may_watch(connection):
                    self._watch(connection)
            self.is_watching.clear()
            self.stopping.wait(4 * self.interval)

    def _may_watch(self, connection: Connection) -> bool:
        held = connection.scalar(TRY_LOCK, {"name": f"watch:{self.folder}"})
        connection.commit()
        return bool(held)

    def _watch(self, connection: Connection) -> None:
        """Raises SQLAlchemyError when the connection, and with it the lock, is lost."""
        self.is_watching.set()
        done: object = None
        before: Seen = ()
        while not self.stopping.is_set():
            seen = look(self.folder)
            state = (seen, self._version(connection))
            if state != done and seen == before:
                done = state if self._synchronise() else None
            before = seen
            self.stopping.wait(self.interval)

    def _version(self, connection: Connection) -> int | None:
        """What is published also decides what a file may do: a form that was missing may be there now."""
        version: int | None = connection.scalar(READ_VERSION)
        connection.commit()
        return version

    def _synchronise(self) -> bool:
        try:
            report = sync(self.folder, self.now(), self.trial)
        except (OfficeError, SQLAlchemyError, OSError):
            log.exception("the files of %s were not synchronised; trying again", self.folder)
            return False
        finally:
            Session.remove()
        for kind, key, number in report.published:
            log.info("published %s %s, revision %d, from its file", kind, key, number)
        for problem in report.problems:
            log.warning("%s:%s: %s: %s", problem.file, problem.line or 1, problem.path, problem.message)
        return True


def look(folder: Path) -> Seen:
    """Name, time and size of every file; cheap enough to do twice a second."""
    found = []
    for name, path in definition_files(folder):
        with suppress(OSError):
            stat = path.stat()
            found.append((name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
