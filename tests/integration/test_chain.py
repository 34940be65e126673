"""The audit chain under many hands, and a database that goes away between two requests."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.pool import NullPool

from app.audit.chain import digest, record
from app.audit.models import AuditEvent, AuditHead
from app.audit.verify import verify
from app.db import Session

NOW = datetime(2026, 11, 20, 7, 30, 15, 123456, tzinfo=UTC)
ODD = {"note": 'kutip " garis \\ \t é 日 \u2028', "rp": 1480.5, "none": None, "list": [1, {"z": 1, "a": 2}]}
HANDS, EACH = 6, 20


def _write(hand: int) -> None:
    for number in range(EACH):
        record("office:0", "tested", f"hand{hand}", NOW, number=number, **ODD)
        Session.commit()
    Session.remove()


def test_many_hands_write_one_unbroken_chain(session: OrmSession) -> None:
    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(_write, range(HANDS)))
    numbers = session.scalars(select(AuditEvent.seq).order_by(AuditEvent.seq)).all()
    assert numbers == list(range(1, HANDS * EACH + 1))
    assert verify() == []


def test_the_database_hashes_as_the_check_does(session: OrmSession) -> None:
    record("case:1", "tested", 'a "name"', NOW, **ODD)
    record("case:1", "tested", "b", NOW)
    first, second = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert (first.seq, first.prev_hash, first.hash) == (1, "", digest(first))
    assert (second.seq, second.prev_hash, second.hash) == (2, first.hash, digest(second))
    head = session.get_one(AuditHead, "case:1")
    assert (head.seq, head.hash) == (2, second.hash)


def test_a_chain_is_one_event_longer_only_with_its_transaction(session: OrmSession) -> None:
    record("case:1", "tested", "a", NOW)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0
    record("case:1", "tested", "a", NOW)
    session.commit()
    assert verify() == []


def test_an_event_cannot_be_changed(session: OrmSession) -> None:
    record("case:1", "tested", "a", NOW)
    session.commit()
    with pytest.raises(DBAPIError, match="append"):
        session.execute(text("UPDATE audit_event SET actor = 'b'"))
    session.rollback()


def test_a_connection_that_the_server_ended_meanwhile_is_replaced(
    database: Engine, session: OrmSession
) -> None:
    database.dispose()  # so that the pool has one connection only
    victim = session.scalar(text("SELECT pg_backend_pid()"))
    session.rollback()
    Session.remove()
    with create_engine(database.url, poolclass=NullPool).connect() as other:
        ended = text("SELECT pg_terminate_backend(:pid, 5000)")  # waits until it is gone
        assert other.scalar(ended, {"pid": victim}) is True
    assert Session.scalar(text("SELECT pg_backend_pid()")) != victim
