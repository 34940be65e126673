"""Numbers between two others: 123.a and 123.b behind 123; the series goes on as it was."""

import re
from datetime import date

from sqlalchemy import ColumnElement, func, select

from app.db import Session
from app.errors import Conflict, NotFound
from app.registers.models import RegisterEntry, inserted_mark

MOST = 26  # one letter of the alphabet each


def line_before(entry_id: int) -> RegisterEntry:
    """The line with a number of the series behind which others are inserted, locked. Raises NotFound.

    The lock lasts until the transaction ends: who inserts behind the same number waits for its turn.
    """
    asked = Session.get(RegisterEntry, entry_id)
    if asked is None:
        raise NotFound("There is no such line.")
    query = select(RegisterEntry).where(*_place(asked), RegisterEntry.inserted == 0)
    return Session.scalars(query.with_for_update()).one()


def next_place(before: RegisterEntry) -> int:
    """Which letter comes next behind a locked line: 1 for .a. Raises Conflict after .z."""
    last = Session.scalar(select(func.max(RegisterEntry.inserted)).where(*_place(before))) or 0
    if last >= MOST:
        raise Conflict("Behind number %(number)s there is no place left.", number=before.number)
    return last + 1


def day_of_next(before: RegisterEntry) -> date | None:
    """The day of the line with the next number of the series, if there is one."""
    query = select(RegisterEntry.on).where(
        RegisterEntry.office_id == before.office_id,
        RegisterEntry.book == before.book,
        RegisterEntry.series == before.series,
        RegisterEntry.year == before.year,
        RegisterEntry.seq > before.seq,
        RegisterEntry.inserted == 0,
    )
    return Session.scalar(query.order_by(RegisterEntry.seq).limit(1))


def number_behind(before: RegisterEntry, place: int) -> str:
    """The number of an inserted line: that of the line before it, marked: 500.16/0123.a/DPMPTSP/XI/2026.

    What counts in a number is where the sequence is written longest: 0016 rather than the 16 of a code.
    """
    found = re.finditer(rf"(?<!\d)0*{before.seq}(?!\d)", before.number)
    places = sorted(found, key=lambda match: match.end() - match.start())
    if not places:
        return f"{before.number}{inserted_mark(place)}"
    end = places[-1].end()
    return f"{before.number[:end]}{inserted_mark(place)}{before.number[end:]}"


def _place(entry: RegisterEntry) -> tuple[ColumnElement[bool], ...]:
    names = ("office_id", "book", "series", "year", "seq")
    return tuple(getattr(RegisterEntry, name) == getattr(entry, name) for name in names)
