"""The database: one engine, one session per thread, one declarative base shared with Flask-AppBuilder."""

import select
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from flask_appbuilder import Model
from sqlalchemy import BigInteger, DateTime, Engine, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker
from sqlalchemy.orm import Session as OrmSession


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


Rows = psycopg.Cursor[tuple[Any, ...]]
Session = scoped_session(sessionmaker(autoflush=True, expire_on_commit=False))


def connect(url: str, **options: Any) -> Engine:
    """Bind the session to the PostgreSQL server at `url` and return the engine."""
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "checkout", _require_alive)
    Session.configure(bind=engine)
    return engine


def run(statement: LiteralString | bytes, values: Mapping[str, Any] | Sequence[Any]) -> Rows:
    """Execute in psycopg's own words on the session's connection, in its transaction, after what it holds.

    For the few statements of every step: through SQLAlchemy each takes twice the time. Raises DBAPIError.
    """
    session = Session()
    session.flush()
    try:
        return _driver(session).execute(statement, values, prepare=True)
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


def _driver(session: OrmSession) -> psycopg.Connection[tuple[Any, ...]]:
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session is not bound to PostgreSQL through psycopg")
    return connection


def _require_alive(connection: psycopg.Connection[Any], *_record: object) -> None:
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
