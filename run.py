#!/usr/bin/env python3
"""The one command of an installation; `run.py --help` lists what it can do."""

import argparse
import gettext
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from app.embedded import EmbeddedServer, EmbeddedServerError
from app.errors import OfficeError, Text, text
from app.supervisor import Child, Supervisor
from config import ROOT, Config, ConfigError, prepare_folders

PORT_SECONDS = 5.0  # in which a server that was killed has let its port go

Command = Callable[[Config, argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # an orderly end, so that the embedded server is not left behind
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(Config.from_env(os.environ), options)
    except ConfigError as error:
        return _refuse(text("The settings do not fit:"), *error.problems)
    except EmbeddedServerError as error:
        return _refuse(text("The embedded database does not start: %(reason)s", reason=error))
    except OfficeError as error:
        return _refuse(error.text)


def serve(config: Config, _options: argparse.Namespace) -> int:
    """Start everything: the database, the web and the job workers."""
    _require_port(config)
    with _database(config) as (ready, keep_running):
        _bring_up_to_date(ready)
        announce = _Announcement(ready)

        def tend() -> None:
            keep_running()
            announce()

        env = {**os.environ, "DATABASE_URL": ready.database_url, "PYTHONUNBUFFERED": "1"}
        Supervisor(_children(ready), env, tend).run()
    return 0


def worker(config: Config, _options: argparse.Namespace) -> int:
    """Run one job worker (serve starts its own)."""
    with _database(config) as (ready, _):
        bring("app.worker.process:run")(ready)
    return 0


def init(config: Config, _options: argparse.Namespace) -> int:
    """Bring database, roles and shipped definitions up to date; in demo mode also the demo data."""
    with _database(config) as (ready, _):
        _bring_up_to_date(ready)
    return 0


def migrate(config: Config, options: argparse.Namespace) -> int:
    """Upgrade the database's tables, or with --new write a migration from the models."""
    exclusive = bring("app.migrations.upgrade:exclusive")
    with _database(config) as (ready, _), exclusive(ready.database_url) as engine:
        bring("app.migrations.upgrade:upgrade")(engine)
        if options.new:
            bring("app.migrations.upgrade:new_revision")(engine, options.new)
    return 0


def demo(config: Config, _options: argparse.Namespace) -> int:
    """Load the demo data (once; a second time changes nothing)."""
    if config.is_production:
        return _refuse(text("Demo data is for MODE=demo only."))
    with _database(config) as (ready, _):
        _connect(ready)
        bring("app.demo:load")(ready)
    return 0


def sync(config: Config, options: argparse.Namespace) -> int:
    """Publish what has changed in the definition files."""
    with _database(config) as (ready, _):
        _connect(ready)
        folder = options.folder or ready.definitions_dir
        trial = bring("app.publishing.check:trial_with")(bring("app.letters.press:renderer")(), folder)
        report = bring("app.publishing.sync:sync")(folder, bring("app.clock:now")(), trial)
        bring("app.letters.press:renderer")().close()
    for problem in report.problems:
        _say(problem.message, where=f"{problem.file}:{problem.line or 1}: {problem.path}: ")
    return 1 if report.problems else 0


def export(config: Config, options: argparse.Namespace) -> int:
    """Write the published definitions to files."""
    with _database(config) as (ready, _):
        _connect(ready)
        bring("app.publishing.export:export")(options.folder or ready.definitions_dir)
    return 0


def check(config: Config, options: argparse.Namespace) -> int:
    """Check the definition files without a database and without the web."""
    folder = options.folder or config.definitions_dir
    renderer = bring("app.letters.render:Renderer")()
    try:
        trial = bring("app.publishing.check:trial_with")(renderer, folder)
        problems = bring("app.publishing.check:check_folder")(folder, trial)
    finally:
        renderer.close()
    for problem in problems:
        _say(problem.message, where=f"{problem.file}:{problem.line or 1}: {problem.path}: ")
    return 1 if problems else 0


def verify_audit(config: Config, _options: argparse.Namespace) -> int:
    """Check that no line of the audit trail was changed or removed."""
    with _database(config) as (ready, _):
        _connect(ready)
        faults = bring("app.audit.verify:verify")()
    for fault in faults:
        _say(fault)
    if not faults:
        _say(text("The audit trail is unbroken."))
    return 1 if faults else 0


def web() -> Any:
    """Make the WSGI application, for gunicorn."""
    return bring("app.factory:create_app")(prepare_folders(Config.from_env(os.environ)))


def bring(place: str) -> Any:
    """Import `module:name` when a command needs it: `check` must run without web and database."""
    module, name = place.split(":")
    return getattr(import_module(module), name)


@contextmanager
def _database(config: Config) -> Iterator[tuple[Config, Callable[[], None]]]:
    """Yield the config with the address of a running database, and what keeps that one running."""
    config = prepare_folders(config)
    if not config.is_embedded:
        yield config, lambda: None
        return
    server = EmbeddedServer(config.data_dir / "postgres")
    try:
        yield replace(config, database_url=server.start()), server.keep_running
    finally:
        server.stop()


def _connect(config: Config) -> None:
    bring("app.wiring:wire")(config, connections=2)


def _bring_up_to_date(config: Config) -> None:
    """Everything that must happen once before the first request, by one process at a time."""
    with bring("app.migrations.upgrade:exclusive")(config.database_url) as engine:
        bring("app.migrations.upgrade:upgrade")(engine)
        bring("app.factory:initialize")(config)
        if not config.is_production:
            bring("app.demo:load")(config)


def _children(config: Config) -> list[Child]:
    python = sys.executable
    settings = str(ROOT / "gunicorn.conf.py")
    gunicorn = [python, "-m", "gunicorn", "--chdir", str(ROOT), "-c", settings, "run:web()"]
    work = [python, str(ROOT / "run.py"), "worker"]
    return [Child("web", gunicorn), *(Child(f"jobs {n}", work) for n in range(1, config.job_workers + 1))]


def _require_port(config: Config) -> None:
    """Wait a moment for a server that is just leaving. Raises OfficeError where another one stays."""
    until = time.monotonic() + PORT_SECONDS
    while True:
        try:
            family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
            socket.create_server((config.host, config.port), family=family).close()
        except OSError as error:
            if time.monotonic() < until:
                time.sleep(0.2)
                continue
            raise OfficeError(
                "Port %(port)d of %(host)s cannot be used (%(reason)s). Stop the program that has it, or name"
                " another port: PORT=8081 make run",
                port=config.port,
                host=config.host,
                reason=os.strerror(error.errno or 0),
            ) from error
        else:
            return


class _Announcement:
    """Says once, when the web answers, where it is."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.is_made = False

    def __call__(self) -> None:
        if self.is_made or not _answers(self.config.host, self.config.port):
            return
        self.is_made = True
        _say(text("Alur Izin is ready: %(url)s", url=self.config.public_url))
        if not self.config.is_production:
            _say(
                text(
                    "Sign in as applicant, front_officer, head_of_office, admin or any other role;"
                    " the password is %(password)s. Ctrl-C stops everything; the data stays in %(folder)s.",
                    password=self.config.demo_password,
                    folder=self.config.data_dir,
                )
            )


def _answers(host: str, port: int) -> bool:
    address = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  compared, not bound
    try:
        socket.create_connection((address, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (serve, worker, init, sync, export, check, demo, verify_audit, migrate):
        entry = commands.add_parser(command.__name__.replace("_", "-"), help=command.__doc__)
        entry.set_defaults(command=command)
        if command in (sync, export, check):
            entry.add_argument("folder", nargs="?", type=Path, help="default: DEFINITIONS_DIR")
        if command is migrate:
            entry.add_argument("--new", metavar="MESSAGE", help="write a new migration from the models")
    return parser


def _say(sentence: Text, stream: Any = None, where: str = "") -> None:
    """Print a sentence in Indonesian where the catalogue has it."""
    catalogue = gettext.translation("messages", ROOT / "app" / "translations", ["id"], fallback=True)
    words = catalogue.gettext(sentence.msgid)
    (stream or sys.stdout).write(where + (words % sentence.params if sentence.params else words) + "\n")
    (stream or sys.stdout).flush()


def _refuse(*sentences: Text) -> int:
    for sentence in sentences:
        _say(sentence, sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
