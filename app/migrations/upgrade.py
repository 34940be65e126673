"""Bring a database to this version's tables: ours through Alembic, the job queue's by its own scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import procrastinate.schema
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import text as sql

from app.migrations.tables import all_tables, is_ours

HERE = Path(__file__).resolve().parent
LOCK = 0x616C7572  # "alur": one process at a time brings a database up to date


@contextmanager
def exclusive(url: str) -> Iterator[Engine]:
    """Hold the set-up lock of the database, so that several processes or machines may start at once."""
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield engine
        finally:
            connection.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
    engine.dispose()


def upgrade(engine: Engine) -> None:
    """Upgrade to the newest revision; the caller holds the set-up lock."""
    _upgrade_jobs(engine)
    with engine.begin() as connection:
        command.upgrade(_alembic(connection), "head")


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from what the models say and the database lacks."""
    with engine.begin() as connection:
        command.revision(_alembic(connection), message, autogenerate=True)


def differences(engine: Engine) -> list[object]:
    """List what the models say and the migrated database does not have, and the reverse."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True, "target_metadata": all_tables()}
        )
        return list(compare_metadata(context, all_tables()))


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _upgrade_jobs(engine: Engine) -> None:
    """Create procrastinate's tables, or run the scripts that came with newer versions of the package."""
    scripts = sorted(Path(procrastinate.schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    with engine.begin() as connection:
        known = connection.scalar(sql("SELECT to_regclass('procrastinate_schema')"))
        if known is None:
            connection.exec_driver_sql(_escaped(procrastinate.schema.SchemaManager.get_schema()))
            connection.exec_driver_sql("CREATE TABLE procrastinate_schema (newest_script text NOT NULL)")
            connection.execute(sql("INSERT INTO procrastinate_schema VALUES (:n)"), {"n": scripts[-1].name})
            return
        newest = connection.execute(sql("SELECT newest_script FROM procrastinate_schema")).scalar_one()
    for script in scripts:
        if script.name > newest:
            _run_job_script(engine, script)


def _run_job_script(engine: Engine, script: Path) -> None:
    # one transaction each: a value added to an enum may only be used by the next one
    with engine.begin() as connection:
        connection.exec_driver_sql(_escaped(script.read_text(encoding="utf-8")))
        connection.execute(sql("UPDATE procrastinate_schema SET newest_script = :n"), {"n": script.name})


def _escaped(script: str) -> str:
    """Write SQL as the driver reads it when it looks for parameters."""
    return script.replace("%", "%%")
