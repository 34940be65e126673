"""The database: one engine, one session per thread, one declarative base shared with Flask-AppBuilder."""

import select
from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from psycopg import Connection
from sqlalchemy import BigInteger, DateTime, Engine, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError
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
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "checkout", _require_alive)
    Session.configure(bind=engine)
    return engine


def _require_alive(connection: Connection[Any], *_record: object) -> None:
    """Have the pool renewed where the server has gone meanwhile.

    A server that ends a connection, or dies, leaves that on the socket: looking there costs no round trip, as
    a ping would before every transaction.
    """
    if connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError


def _has_news(socket: int) -> bool:
    """Tell whether anything waits to be read; nobody has asked for anything on an idle connection."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
