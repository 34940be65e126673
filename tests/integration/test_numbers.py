"""K27: numbers are in order, without gap or double, under concurrency and over the turn of the year."""

import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app.db import Session
from app.flow.insert_number import Insertion, insert
from app.people.access import Person
from app.people.models import Office
from app.publishing.publish import publish
from app.publishing.revisions import Act
from app.registers import book
from app.registers.inserted import number_behind
from app.registers.models import RegisterEntry
from config import ROOT
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


def test_two_numbers_inserted_at_once_are_a_and_b(office_id: int) -> None:
    for day in (28, 29):
        enter(office_id, date(2026, 12, day))
    Session.commit()
    roles_of_the_house()
    before = Session.scalars(select(RegisterEntry.id).where(RegisterEntry.seq == 1)).one()
    clerk = Person(1, "umum", "Umum", roles={office_id: frozenset({"general_affairs"})})
    start, given = threading.Barrier(2), []

    def insert_one() -> None:
        start.wait()
        wanted = Insertion(before, date(2026, 12, 28), "Surat", "PT Contoh (Fiktif)", "Terlewat")
        given.append(insert(wanted, clerk, NOW))
        Session.remove()

    threads = [threading.Thread(target=insert_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == ["0001.a/2026", "0001.b/2026"]
    query = select(RegisterEntry).order_by(RegisterEntry.seq, RegisterEntry.inserted)
    assert [line.line_number for line in Session.scalars(query)] == ["1", "1.a", "1.b", "2"]
    assert enter(office_id, date(2026, 12, 31)) == 3, "the series goes on as it was"
    Session.commit()


def roles_of_the_house() -> None:
    words = (ROOT / "rules" / "roles.yaml").read_text(encoding="utf-8")
    publish({("roles", "roles"): words}, Act("test", datetime(2026, 1, 5, tzinfo=UTC), source="test"))
    Session.commit()


@pytest.mark.parametrize(
    ("number", "seq", "inserted"),
    [
        ("500.16.7.2/0016/DPMPTSP/XI/2026", 16, "500.16.7.2/0016.a/DPMPTSP/XI/2026"),
        ("503/0002/SIPD/2026", 2, "503/0002.a/SIPD/2026"),
        ("123", 123, "123.a"),
        ("B-TU", 4, "B-TU.a"),
    ],
)
def test_the_mark_stands_behind_what_counts(number: str, seq: int, inserted: str) -> None:
    assert number_behind(RegisterEntry(number=number, seq=seq), 1) == inserted


def test_each_office_and_series_counts_for_itself(office_id: int) -> None:
    other = Office(key="o", name="O", short_name="O", government="O", place="O")
    Session.add(other)
    Session.flush()
    assert (enter(office_id, date(2026, 1, 5)), enter(other.id, date(2026, 1, 5))) == (1, 1)
    assert book.take(office_id, "permits", 2026) == 1
    Session.commit()
