"""The demonstration's office in a database of its own, as the Dairi SOP's people find it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import demo, wiring
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.embedded import EmbeddedServer
from app.factory import build, init_permissions
from app.letters import press
from app.letters.render import Renderer
from app.migrations.upgrade import exclusive
from config import ROOT, Config
from tests import cleaning
from tests.databases import create, shared_folder
from tests.desk import wib

OPENED = wib("2026-01-05 08:00")
PASSWORD = "alurizin-demo"
SECRET = "only-for-tests-" * 4
SEED = "template_demo"


@dataclass(frozen=True)
class DemoWorld:
    """The database with the demonstration's data, and the settings that go with it."""

    engine: Engine
    config: Config
    renderer: Renderer


@dataclass(frozen=True)
class DemoSeed:
    """What every installation in tests begins with: a database to copy and a folder to copy."""

    server: EmbeddedServer
    folder: Path

    def plant(self, name: str, folder: Path) -> str:
        """Make a database and a folder with the demonstration's data; the database's address."""
        with exclusive(self.server.url("postgres")) as engine:
            create(engine, name, SEED)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return self.server.url(name)


@pytest.fixture(scope="session")
def demo_seed(
    database_server: EmbeddedServer, database: Engine, tmp_path_factory: pytest.TempPathFactory
) -> DemoSeed:
    """Load the demonstration once for all test processes."""
    folder = shared_folder(tmp_path_factory) / "demo_seed"
    with exclusive(database_server.url("postgres")) as engine:
        if not folder.exists():
            create(engine, SEED)
            draft = tmp_path_factory.mktemp("seed")
            _load(demo_config(database_server.url(SEED), draft))
            draft.rename(folder)
    Session.configure(bind=database)
    return DemoSeed(database_server, folder)


def _load(config: Config) -> None:
    copy_definitions(config.definitions_dir)
    config.keys_dir.mkdir(parents=True)
    engine = wiring.wire(config, 4)
    demo.load(config, OPENED)
    Session.remove()
    app = build(config)
    with app.app_context():
        init_permissions(app)
        Session.commit()
    Session.remove()
    cleaning.prepare(engine)
    press.renderer().close()
    engine.dispose()


def demo_config(database_url: str, folder: Path) -> Config:
    """The settings of an installation in a folder, with the simulators."""
    return Config(
        secret_key=SECRET,
        database_url=database_url,
        public_url="http://uji.test",
        data_dir=folder,
        files_dir=folder / "files",
        definitions_dir=folder / "definitions",
        demo_password=PASSWORD,
        demo_inbound_key=PASSWORD,
        simulators=True,
        trial_ca=True,
    )


@pytest.fixture(scope="session")
def demo_world(
    demo_seed: DemoSeed, database: Engine, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoWorld]:
    """The demonstration in a database of this test process; its rows are what cleaning goes back to."""
    folder: Path = tmp_path_factory.mktemp("demo")
    config = demo_config(demo_seed.plant(f"demo_{worker_id}", folder), folder)
    engine = wiring.wire(config, 4)
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
