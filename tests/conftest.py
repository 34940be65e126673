"""One PostgreSQL server for all test processes, a database for each, and a clean one for every test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session as OrmSession

from app import clock, db
from app.embedded import EmbeddedServer
from app.migrations.tables import all_tables
from app.migrations.upgrade import exclusive, upgrade
from tests import cleaning
from tests.databases import TEMPLATE, create, shared_folder

pytest_plugins = ["tests.fixtures_web", "tests.fixtures_demo"]

ROOT = Path(__file__).resolve().parent.parent
# a test database is thrown away: nothing of it has to survive a power cut
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_SLOWEST = {
    folder: place for place, folder in enumerate(("survival", "browser", "integration", "api", "web"))
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tree-guard", action="store_true", help="fail if the tests change a file of the repository"
    )


def pytest_configure(config: pytest.Config) -> None:
    """A folder of this run's own: each start of pytest shuts the shared one to the database's account."""
    if config.option.basetemp is None and "PYTEST_XDIST_WORKER" not in os.environ:
        config.option.basetemp = config.stash[_OWN] = tempfile.mkdtemp(prefix="alurizin-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_OWN, None):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, since some tests wait rather than work."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process works on alone in the end."""
    items.sort(key=lambda item: _SLOWEST.get(item.path.parent.name, len(_SLOWEST)))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_TREE] = _tree(session.config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests work on copies: whoever runs them finds the working tree as it was."""
    before, after = session.config.stash.get(_TREE, None), _tree(session.config)
    if before != after:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"the tests changed the working tree:\n{after}", red=True)


_TREE = pytest.StashKey[str | None]()
_OWN = pytest.StashKey[str]()


def _tree(config: pytest.Config) -> str | None:
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if is_worker or not config.getoption("--tree-guard") or not (ROOT / ".git").exists():
        return None
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The server that all test processes share; the last one stops it."""
    server = EmbeddedServer(shared_folder(tmp_path_factory) / "pg", CARELESS)
    server.start(TEMPLATE)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def database_url(database_server: EmbeddedServer, worker_id: str) -> str:
    """A database of this test process, with all tables, copied from one that the first process fills."""
    name = f"test_{worker_id}"
    with exclusive(database_server.url("postgres")) as engine:
        if not cleaning.is_ready(database_server.url(TEMPLATE)):
            _fill_template(database_server.url(TEMPLATE))
        create(engine, name)
    return database_server.url(name)


def _fill_template(url: str) -> None:
    with exclusive(url) as engine:
        upgrade(engine)
        all_tables().create_all(engine)  # what has no migration yet; test_migrations.py tells
        cleaning.prepare(engine)


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[Engine]:
    """The engine that the application's session is bound to."""
    engine = db.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[OrmSession]:
    """The application's session on a clean database; the test may commit, afterwards all is as before."""
    opened = db.Session()
    yield opened
    opened.close()  # no longer the registry's own where a request has ended in between
    db.Session.remove()
    cleaning.clean(database)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    yield
    clock.set_clock(None)
    clock.follow(None)
