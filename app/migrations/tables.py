"""Every module that declares tables, imported for Alembic and for nothing else."""

from importlib import import_module
from pathlib import Path

import flask_appbuilder.security.sqla.models  # noqa: F401  its tables are in our metadata
from sqlalchemy import MetaData

from app.db import Base

APP = Path(__file__).resolve().parent.parent
FOREIGN_PREFIXES = ("procrastinate_",)  # tables of others: made by their own scripts, never dropped by ours


def all_tables() -> MetaData:
    """Import each `app/<part>/models*.py` and return the metadata, Flask-AppBuilder's tables included."""
    for path in sorted(APP.glob("*/models*.py")):
        import_module(f"app.{path.parent.name}.{path.stem}")
    metadata: MetaData = Base.metadata
    return metadata


def is_ours(name: str | None, kind: str, _parents: object = None) -> bool:
    """Tell Alembic to look away from tables that are not ours."""
    return kind != "table" or name is None or not name.startswith(FOREIGN_PREFIXES)
