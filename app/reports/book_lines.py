"""Lines of the books as they are printed and exported: with what became of each number since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.cases.models import Case
from app.db import Session
from app.letters.models import Letter
from app.people.models import Office
from app.registers.models import RegisterEntry
from app.reports.successors import successors_of

GONE = ("void", "replaced", "revoked")
MOST = 10_000  # lines of one print
BOOKS = ("incoming", "outgoing", "permits", "dispatch")


@dataclass(frozen=True)
class Period:
    """Which lines of which book of one office, both days included."""

    office_id: int
    book: str
    first: date
    last: date
    words: str = ""


def ids_in(period: Period) -> list[int]:
    """The lines of a period in the order of the book, and one more where there are too many."""
    query = select(RegisterEntry.id).where(
        RegisterEntry.office_id == period.office_id,
        RegisterEntry.book == period.book,
        RegisterEntry.on.between(period.first, period.last),
    )
    if period.words:
        columns = (RegisterEntry.number, RegisterEntry.subject, RegisterEntry.counterpart)
        query = query.where(or_(*(column.icontains(period.words, autoescape=True) for column in columns)))
    return list(Session.scalars(query.limit(MOST + 1)))


def entries_of(ids: Sequence[int]) -> dict[tuple[int, str], list[RegisterEntry]]:
    """Lines by office and book, each book in its own order."""
    query = (
        select(RegisterEntry)
        .where(RegisterEntry.id.in_(ids))
        .options(joinedload(RegisterEntry.case).load_only(Case.number))
        .order_by(RegisterEntry.office_id, RegisterEntry.year, *in_order())
    )
    found: dict[tuple[int, str], list[RegisterEntry]] = {}
    for entry in Session.scalars(query):
        found.setdefault((entry.office_id, entry.book), []).append(entry)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], BOOKS.index(item[0][1]))))


def tables_of(ids: Sequence[int]) -> list[tuple[str, Office, list[dict[str, Any]]]]:
    """Lines as plain data: book, office and rows."""
    found = []
    for (office_id, book), entries in entries_of(ids).items():
        office = Session.get_one(Office, office_id)
        found.append((book, office, rows_of(entries, office)))
    return found


def in_order() -> tuple[Any, ...]:
    """The order of a book within a year: the series it is named after, then the others."""
    others = RegisterEntry.series != RegisterEntry.book
    return (others, RegisterEntry.series, RegisterEntry.seq, RegisterEntry.inserted)


def rows_of(entries: Sequence[RegisterEntry], office: Office) -> list[dict[str, Any]]:
    """Lines as plain data; days are those of the office's own clock."""
    zone = ZoneInfo(office.timezone)
    letters = _letters([entry.letter_id for entry in entries if entry.letter_id])
    followed = successors_of(letters.values())
    return [_row(entry, letters.get(entry.letter_id or 0), followed, zone) for entry in entries]


def _row(
    entry: RegisterEntry, letter: Letter | None, followed: dict[int, Letter], zone: ZoneInfo
) -> dict[str, Any]:
    next_one = followed.get(letter.id) if letter else None
    gone = letter is not None and letter.status in ("revoked", "replaced") and entry.book != "dispatch"
    return {
        "no": entry.line_number,
        "series": entry.series,
        "year": entry.year,
        "on": entry.on.isoformat(),
        "number": entry.number,
        "subject": entry.subject,
        "counterpart": entry.counterpart,
        "reference": str(entry.detail.get("reference") or ""),
        **_note(str(entry.detail.get("note") or "")),
        "case": entry.case.number if entry.case else "",
        "way": str(entry.detail.get("way") or ""),
        "received_by": entry.received_by,
        "received_on": _day(entry.received_at, zone),
        "void_reason": entry.void_reason if entry.void_at else "",
        "insert_reason": str(entry.detail.get("insert_reason") or ""),
        "ended": letter.status if letter and gone else "",
        "ended_on": _ended_on(letter, zone) if letter and gone else "",
        "ended_basis": letter.ended_basis if letter and gone else "",
        "ended_reason": letter.ended_reason if letter and gone else "",
        "successor": (next_one.number or "") if next_one and gone else "",
    }


def _ended_on(letter: Letter, zone: ZoneInfo) -> str:
    return letter.ended_on.isoformat() if letter.ended_on else _day(letter.ended_at, zone)


def _note(note: str) -> dict[str, str]:
    """An application entered as a letter has its date for a note."""
    try:
        return {"reference_on": date.fromisoformat(note).isoformat(), "note": ""}
    except ValueError:
        return {"reference_on": "", "note": note}


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""


def ended_letters(entries: Sequence[RegisterEntry]) -> dict[int, dict[str, Any]]:
    """What became of the letters of lines that no longer count: status, day, basis, successor."""
    letters = _letters([entry.letter_id for entry in entries if entry.letter_id])
    followed = successors_of(letters.values())
    return {
        key: {
            "status": letter.status,
            "on": letter.ended_on or letter.ended_at,
            "basis": letter.ended_basis,
            "successor": followed[key].number if key in followed else None,
        }
        for key, letter in letters.items()
    }


def letters_in_force(entries: Sequence[RegisterEntry]) -> set[int | None]:
    """The letters of lines whose numbers cannot be void before the letter is revoked."""
    ids = [entry.letter_id for entry in entries if entry.letter_id]
    return set(Session.scalars(select(Letter.id).where(Letter.id.in_(ids), Letter.status.not_in(GONE))))


def _letters(ids: Sequence[int]) -> dict[int, Letter]:
    query = select(Letter).where(Letter.id.in_(ids), Letter.status.in_(("revoked", "replaced")))
    return {letter.id: letter for letter in Session.scalars(query)}
