"""One job worker: takes jobs from the database until it is asked to stop."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.worker import Worker
from sqlalchemy import Engine

from app import clock
from app.db import Session
from app.jobs import conninfo
from app.letters import press
from app.publishing import write_back
from app.publishing.check import trial_with
from app.publishing.watch import Watcher
from app.supervisor import leave_with_parent
from app.wiring import wire
from app.worker.tasks import register
from config import Config

CONCURRENCY = 4  # jobs wait for mail servers and renderers far more than for the processor
GRACE_SECONDS = 20.0  # less than the supervisor's patience


def run(config: Config) -> None:
    """Be one of the installation's job workers until asked to stop."""
    leave_with_parent()
    engine = wire(config, CONCURRENCY + 1)
    write_back.follow(config.definitions_dir if config.write_back else None)
    with watching(config, engine):
        work(config.database_url)


@contextmanager
def watching(config: Config, engine: Engine) -> Iterator[None]:
    """Publish changed definition files as they change; of several processes, one watches."""
    if not config.watch_files:
        yield
        return
    folder = config.definitions_dir
    watcher = Watcher(folder, engine, clock.now, trial_with(press.renderer(), folder))
    watcher.start()
    try:
        yield
    finally:
        watcher.stop()


def queue(database_url: str) -> App:
    """Open the job queue of a database, without any task yet."""
    connector = PsycopgConnector(conninfo=conninfo(database_url), min_size=1, max_size=CONCURRENCY + 1)
    return App(connector=connector)


def work(database_url: str, teach: Callable[[App], None] = register, *, wait: bool = True) -> None:
    """Run jobs until SIGTERM or SIGINT; with `wait` off until none is left."""
    app = queue(database_url)
    teach(app)
    asyncio.run(_work(app, wait))


async def _work(app: App, wait: bool) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            wait=wait,
            install_signal_handlers=wait,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_SECONDS,
            task_middleware=[_own_session],
        )


def _own_session(call_next: Callable[[], Any], _context: JobContext, _worker: Worker) -> Any:
    """Give back the thread's session after every job: an unfinished step must not leak into the next."""
    try:
        return call_next()
    finally:
        Session.remove()
