"""Lines of a book of one office, by year and by what is looked for."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.db import Session
from app.registers.models import RegisterEntry
from app.reports.lists import PAGE


@dataclass(frozen=True)
class Search:
    """Which lines of which book; `after` is the last line of the page before."""

    office_id: int
    book: str
    year: int
    words: str = ""
    after: int | None = None


def lines_of(search: Search) -> list[RegisterEntry]:
    """A page of lines, newest first, and one line more where there is a next page.

    Without words to look for, inserted lines are left to `with_inserted`, which puts them in their places.
    """
    query = select(RegisterEntry).where(
        RegisterEntry.office_id == search.office_id,
        RegisterEntry.book == search.book,
        RegisterEntry.year == search.year,
    )
    if not search.words:
        query = query.where(RegisterEntry.inserted == 0)
    else:
        columns = (RegisterEntry.number, RegisterEntry.subject, RegisterEntry.counterpart)
        query = query.where(or_(*(column.icontains(search.words, autoescape=True) for column in columns)))
    if search.after:
        query = query.where(RegisterEntry.id < search.after)
    query = query.options(joinedload(RegisterEntry.case)).order_by(RegisterEntry.id.desc())
    return list(Session.scalars(query.limit(PAGE + 1)))


def with_inserted(lines: list[RegisterEntry]) -> list[RegisterEntry]:
    """Lines in the order given, each inserted one above the line behind which it stands."""
    if not lines:
        return []
    first = lines[0]
    query = select(RegisterEntry).where(
        RegisterEntry.office_id == first.office_id,
        RegisterEntry.book == first.book,
        RegisterEntry.year == first.year,
        RegisterEntry.seq.in_({line.seq for line in lines}),
        RegisterEntry.inserted > 0,
    )
    more = Session.scalars(
        query.options(joinedload(RegisterEntry.case)).order_by(RegisterEntry.inserted.desc())
    ).all()
    return [
        each
        for line in lines
        for each in (*(one for one in more if (one.series, one.seq) == (line.series, line.seq)), line)
    ]


def series_in(office_id: int, book: str, year: int) -> list[str]:
    """The number series of a book in a year."""
    query = select(RegisterEntry.series).where(
        RegisterEntry.office_id == office_id, RegisterEntry.book == book, RegisterEntry.year == year
    )
    return sorted(Session.scalars(query.distinct()))


def years_of(office_id: int, book: str) -> list[int]:
    """The years in which a book has lines."""
    query = select(RegisterEntry.year).where(RegisterEntry.office_id == office_id, RegisterEntry.book == book)
    return list(Session.scalars(query.distinct()))
