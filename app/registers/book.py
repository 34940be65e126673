"""Take numbers and enter lines: gapless per book, series and year, unique under concurrency and crash."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text as sql

from app.db import Session
from app.registers.models import RegisterEntry

# The row lock lasts until the transaction ends: a crash or roll-back gives the number back.
TAKE = sql(
    "INSERT INTO number_series (office_id, series, year, last) VALUES (:office_id, :series, :year, 1) "
    "ON CONFLICT (office_id, series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)


@dataclass(frozen=True)
class Line:
    """What is written into a book beside the number."""

    office_id: int
    book: str
    series: str
    on: date
    subject: str
    counterpart: str
    by: str
    case_id: int | None = None
    letter_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def take(office_id: int, series: str, year: int) -> int:
    """The next number of a series; nobody else gets one until this transaction ends."""
    return int(Session.execute(TAKE, {"office_id": office_id, "series": series, "year": year}).scalar_one())


def enter(line: Line, seq: int, number: str, now: datetime) -> RegisterEntry:
    """Write a line into its book."""
    entry = RegisterEntry(
        office_id=line.office_id,
        book=line.book,
        series=line.series,
        year=line.on.year,
        seq=seq,
        number=number,
        on=line.on,
        subject=line.subject,
        counterpart=line.counterpart,
        case_id=line.case_id,
        letter_id=line.letter_id,
        entered_by=line.by,
        entered_at=now,
        detail=line.detail,
    )
    Session.add(entry)
    return entry


def enter_plain(line: Line, now: datetime) -> RegisterEntry:
    """Write a line that is numbered by the book itself, as in the dispatch book."""
    seq = take(line.office_id, line.series, line.on.year)
    return enter(line, seq, str(seq), now)
