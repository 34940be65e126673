"""The migrations make exactly the tables that the models describe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.embedded import EmbeddedServer
from app.migrations import upgrade as migrations


@pytest.fixture
def migrated(database_server: EmbeddedServer, worker_id: str) -> Iterator[Engine]:
    url = database_server.start(f"migrated_{worker_id}")
    with migrations.exclusive(url) as engine:
        migrations.upgrade(engine)
        yield engine


def test_migrations_and_models_agree(migrated: Engine) -> None:
    assert migrations.differences(migrated) == []


def test_a_second_upgrade_changes_nothing(migrated: Engine) -> None:
    migrations.upgrade(migrated)
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_schema")).scalar_one() == 1


def test_scripts_of_a_newer_job_queue_are_run_in_order(
    migrated: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, script in (("90.00.00_01_a.sql", "CREATE TABLE procrastinate_new (n int)"),
                         ("90.00.00_02_b.sql", "INSERT INTO procrastinate_new VALUES (5 % 3)")):  # fmt: skip
        (tmp_path / name).write_text(script)
    schema = migrations.procrastinate.schema.SchemaManager
    monkeypatch.setattr(schema, "get_migrations_path", staticmethod(lambda: str(tmp_path)))
    migrations.upgrade(migrated)
    migrations.upgrade(migrated)
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT n FROM procrastinate_new")).scalars().all() == [2]
