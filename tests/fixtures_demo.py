"""The demonstration's office in a database of its own, as the Dairi SOP's people find it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app import demo, wiring
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.embedded import EmbeddedServer
from app.letters import press
from app.letters.render import Renderer
from app.migrations.upgrade import exclusive
from config import ROOT, Config
from tests import cleaning
from tests.desk import wib

OPENED = wib("2026-01-05 08:00")
PASSWORD = "alurizin-demo"


@dataclass(frozen=True)
class DemoWorld:
    """The database with the demonstration's data, and the settings that go with it."""

    engine: Engine
    config: Config
    renderer: Renderer


@pytest.fixture(scope="session")
def demo_world(
    database_server: EmbeddedServer,
    database: Engine,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[DemoWorld]:
    """Load the demonstration once for each test process; its rows are what cleaning goes back to."""
    folder: Path = tmp_path_factory.mktemp("demo")
    name = f"demo_{worker_id}"
    with (
        exclusive(database_server.url("postgres")) as engine,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_tests"))
    config = Config(
        secret_key="only-for-tests-" * 4,
        database_url=database_server.url(name),
        public_url="http://uji.test",
        data_dir=folder,
        files_dir=folder / "files",
        definitions_dir=copy_definitions(folder / "definitions"),
        demo_password=PASSWORD,
        demo_inbound_key=PASSWORD,
        simulators=True,
        trial_ca=True,
    )
    config.keys_dir.mkdir(parents=True)
    engine = wiring.wire(config, 4)
    demo.load(config, OPENED)
    Session.remove()
    cleaning.prepare(engine)
    Session.configure(bind=database)
    yield DemoWorld(engine, config, press.renderer())
    press.renderer().close()
    engine.dispose()


def copy_definitions(folder: Path) -> Path:
    """A copy of the shipped definitions: tests never write into the repository."""
    for name in ("rules", "forms", "pdf_templates"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture
def demo_office(demo_world: DemoWorld, database: Engine) -> Iterator[DemoWorld]:
    """The demonstration as it was loaded; afterwards all is as before."""
    Session.remove()
    Session.configure(bind=demo_world.engine)
    wiring.equip(demo_world.config, demo_world.renderer)
    calendar_in.cache_clear()  # kept by office and version, which two databases may share
    yield demo_world
    Session.remove()
    cleaning.clean(demo_world.engine)
    Session.configure(bind=database)
    calendar_in.cache_clear()
