"""A live installation and people with browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.live import Live, running
from tests.browser.people import TIMEOUT, People
from tests.chromium import launch
from tests.fixtures_demo import DemoSeed


@pytest.fixture(scope="session")
def live(demo_seed: DemoSeed, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`run.py serve` on a copy of the demonstration's data."""
    folder: Path = tmp_path_factory.mktemp("live")
    with running(folder, demo_seed.plant(f"live_{worker_id}", folder)) as installation:
        yield installation


# Playwright keeps an event loop running in this process: it must be gone before other tests start theirs
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser that everybody's profiles live in."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = launch(playwright)
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
    everybody.rest()
    assert everybody.complaints == []
