"""K27: numbers are in order, without gap or double, under concurrency and over the turn of the year."""

import threading
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app.db import Session
from app.people.models import Office
from app.registers import book
from app.registers.models import RegisterEntry
from tests.desk import wib

NOW = wib("2026-12-31 10:00")


@pytest.fixture
def office_id(session: OrmSession) -> int:
    office = Office(key="k", name="K", short_name="K", government="K", place="K")
    session.add(office)
    session.commit()
    return office.id


def enter(office_id: int, on: date) -> int:
    seq = book.take(office_id, "outgoing", on.year)
    line = book.Line(office_id, "outgoing", "outgoing", on, "Surat", "PT Contoh (Fiktif)", "umum")
    book.enter(line, seq, f"{seq:04d}/{on.year}", NOW)
    return seq


def test_numbers_taken_at_once_are_in_order_without_gap_or_double(office_id: int) -> None:
    def clerk() -> None:
        for n in range(10):
            enter(office_id, date(2026, 12, 31))
            if n % 3 == 2:
                Session.rollback()
            else:
                Session.commit()
        Session.remove()

    threads = [threading.Thread(target=clerk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = Session.scalars(select(RegisterEntry.seq).order_by(RegisterEntry.seq)).all()
    assert taken == list(range(1, 8 * 7 + 1))


def test_the_numbers_begin_again_in_a_new_year(office_id: int) -> None:
    assert [enter(office_id, date(2026, 12, 31)) for _ in range(2)] == [1, 2]
    assert enter(office_id, date(2027, 1, 4)) == 1
    Session.commit()


def test_each_office_and_series_counts_for_itself(office_id: int) -> None:
    other = Office(key="o", name="O", short_name="O", government="O", place="O")
    Session.add(other)
    Session.flush()
    assert (enter(office_id, date(2026, 1, 5)), enter(other.id, date(2026, 1, 5))) == (1, 1)
    assert book.take(office_id, "permits", 2026) == 1
    Session.commit()
