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
    """A page of lines, newest first, and one line more where there is a next page."""
    query = select(RegisterEntry).where(
        RegisterEntry.office_id == search.office_id,
        RegisterEntry.book == search.book,
        RegisterEntry.year == search.year,
    )
    if search.words:
        columns = (RegisterEntry.number, RegisterEntry.subject, RegisterEntry.counterpart)
        query = query.where(or_(*(column.icontains(search.words, autoescape=True) for column in columns)))
    if search.after:
        query = query.where(RegisterEntry.id < search.after)
    query = query.options(joinedload(RegisterEntry.case)).order_by(RegisterEntry.id.desc())
    return list(Session.scalars(query.limit(PAGE + 1)))


def years_of(office_id: int, book: str) -> list[int]:
    """The years in which a book has lines."""
    query = select(RegisterEntry.year).where(RegisterEntry.office_id == office_id, RegisterEntry.book == book)
    return list(Session.scalars(query.distinct()))
