"""The database: one engine, one session per thread, one declarative base shared with Flask-AppBuilder."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import BigInteger, DateTime, Engine, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker


class Base(DeclarativeBase):
    """All tables of ours; one metadata with Flask-AppBuilder's, so that foreign keys and Alembic see both."""

    metadata = Model.metadata
    type_annotation_map = {
        dict[str, Any]: JSONB(none_as_null=True),  # None is SQL NULL, never JSON null
        list[Any]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
        datetime: DateTime(timezone=True),
        int: BigInteger,
    }


Session = scoped_session(sessionmaker(autoflush=True, expire_on_commit=False))


def connect(url: str, **options: Any) -> Engine:
    """Bind the session to the PostgreSQL server at `url` and return the engine."""
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, **options)
    Session.configure(bind=engine)
    return engine
