"""A live installation and people with browsers."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import text

from app.embedded import EmbeddedServer
from app.migrations.upgrade import exclusive
from tests.browser.live import Live, running
from tests.browser.people import TIMEOUT, People
from tests.fixtures_demo import copy_definitions

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]


@pytest.fixture(scope="session")
def live(
    database_server: EmbeddedServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """`run.py serve` on an empty database; it makes its tables and demonstration data itself."""
    name = f"live_{worker_id}"
    with (
        exclusive(database_server.url("postgres")) as engine,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        connection.execute(text(f"CREATE DATABASE {name}"))
    folder: Path = tmp_path_factory.mktemp("live")
    definitions = copy_definitions(tmp_path_factory.mktemp("definitions"))
    with running(folder, definitions, database_server.url(name)) as installation:
        yield installation


# Playwright keeps an event loop running in this process: it must be gone before other tests start theirs
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; without one on the machine Playwright's own is taken."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def everybody(chromium: Browser, live: Live) -> Iterator[People]:
    """The people of the demonstration; `person` is what tests ask for."""
    people = People(chromium, live.url)
    yield people
    people.close()


@pytest.fixture
def person(everybody: People) -> Iterator[People]:
    """Gives each person's page: `person("front_officer")`. No page may have complained in the console."""
    everybody.complaints.clear()
    yield everybody
    assert everybody.complaints == []
