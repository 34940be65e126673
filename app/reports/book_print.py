"""The books of an office as official books: PDF for a period, with head, columns and closing line."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from app.db import Session
from app.letters.sheet_printer import Progress, Section, print_sections
from app.people.access import Person, appointment_in_force, people_in_role
from app.people.models import Account, Office
from app.registers.models import RegisterEntry
from app.reports.book_lines import BOOKS, entries_of, rows_of
from app.wording import tanggal

HEAD = "head_of_office"
TITLE = "Buku register"


def print_books(
    ids: Sequence[int], asked: dict[str, Any], by: Person, on: date, progress: Progress | None = None
) -> bytes:
    """Print lines book by book; `asked` may say first, last (ISO days) and filter (words)."""
    found = entries_of(ids)
    sections = [_section(place, entries, asked, by, on) for place, entries in found.items()]
    if not sections:
        book = asked["book"] if asked["book"] in BOOKS else BOOKS[0]
        sections = [_section((asked["office_id"], book), [], asked, by, on)]
    return print_sections(TITLE, sections, progress)


def _section(
    place: tuple[int, str], entries: Sequence[RegisterEntry], asked: dict[str, Any], by: Person, on: date
) -> Section:
    office_id, book = place
    office = Session.get_one(Office, office_id)
    rows = rows_of(entries, office)
    context = {
        "book": book,
        "office": office_facts(office),
        "period": _period(entries, asked),
        "filter": asked.get("filter") or "",
        "total": len(rows),
        "voids": sum(entry.void_at is not None for entry in entries),
        "series": _series(rows),
        "head": head_of(office, on),
        "clerk": clerk(by, office),
        "today": on.isoformat(),
    }
    return Section("book", context, rows)


def _series(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The number series of a section with their first and last numbers; each begins with 1 in every year."""
    runs = [list(run) for _, run in groupby(rows, lambda row: (row["year"], row["series"]))]
    return [
        {"key": run[0]["series"], "year": run[0]["year"], "first": run[0]["no"], "last": run[-1]["no"]}
        for run in runs
    ]


def office_facts(office: Office) -> dict[str, str]:
    """The letterhead of an office."""
    names = ("government", "name", "address", "place")
    return {name: getattr(office, name) for name in names}


def head_of(office: Office, on: date) -> dict[str, str]:
    """The head of an office as signatory; without a name where nobody is appointed."""
    holders = people_in_role(HEAD, office.id, on)
    username = next(iter(holders), None)
    if username is None:
        return {"title": office.head_title, "name": "", "rank": "", "nip": ""}
    account = Session.query(Account).join(Account.user).filter_by(username=username).one_or_none()
    appointment = appointment_in_force(account.user_id, HEAD, office.id, on) if account else None
    title = (appointment.title if appointment else "") or office.head_title
    return {"title": title, "name": holders[username], **_standing(account)}


def clerk(by: Person, office: Office) -> dict[str, str]:
    """Whoever prints, as signatory of the closing line."""
    title = next(iter(by.role_titles), office.short_name)
    return {"title": title, "name": by.name, **_standing(Session.get(Account, by.user_id))}


def _standing(account: Account | None) -> dict[str, str]:
    return {"rank": account.rank if account else "", "nip": account.nip if account else ""}


def _period(entries: Sequence[RegisterEntry], asked: dict[str, Any]) -> str:
    first = asked.get("first") or min((entry.on.isoformat() for entry in entries), default="")
    last = asked.get("last") or max((entry.on.isoformat() for entry in entries), default="")
    return f"Masa {tanggal(first)} s.d. {tanggal(last)}" if first and last else ""
