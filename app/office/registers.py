"""The books of an office: incoming and outgoing mail, permits, dispatch."""

from collections.abc import Container
from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid, NotFound
from app.flow.printing import Ask
from app.office.insert_number import may_insert
from app.office.prints import exported, printed
from app.office.wording import BOOKS, series_title
from app.people.models import Office
from app.registers.models import RegisterEntry
from app.reports.book_lines import Period, ended_letters, ids_in, letters_in_force
from app.reports.books import Search, lines_of, series_in, with_inserted, years_of
from app.reports.inbox import offices_of
from app.reports.lists import PAGE
from app.web import sessions
from app.web.entry import enter


class RegistersView(BaseView):
    """The books, for the officers of their office."""

    route_base = "/office/registers"
    default_view = "show"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def index(self) -> str:
        """The outgoing book first."""
        return page("outgoing")

    @expose("/<book>")
    @enter
    def show(self, book: str) -> str:
        """One book of one office and year, newest line first."""
        return page(book)

    @expose("/<book>/print")
    @enter
    def print_book(self, book: str) -> Response:
        """The lines of a period as the official book."""
        return printed(asked(book))

    @expose("/<book>/spreadsheet")
    @enter
    def spreadsheet(self, book: str) -> Response:
        """The lines of a period as a spreadsheet."""
        return exported(asked(book))


def page(book: str) -> str:
    """A book with its lines. Raises NotFound for a book that no office has."""
    office, offices = asked_office(book), offices_of(sessions.person())
    g.timezone = office.timezone
    year = asked_year(office, book)
    query, after = request.args.get("q", "").strip(), request.args.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else None
    rows = lines_of(Search(office.id, book, year, query, start))
    here: dict[str, Any] = {"book": book, "office": office.key, "year": year, "q": query or None}
    last = rows[PAGE - 1].id if len(rows) > PAGE else None
    return render_template(
        "office/register.html",
        book={"key": book, "title": str(BOOKS[book])},
        books=tabs(book, office, year),
        office=office,
        year=year,
        years=sorted({year, clock.now().year, *years_of(office.id, book)}, reverse=True),
        offices=[(each.key, each.short_name) for each in offices],
        office_id=office.key,
        q=query,
        lines=lines(rows[:PAGE], looked_for=bool(query)),
        several_series=len(series_in(office.id, book, year)) > 1,
        next_url=url_for("RegistersView.show", **here, after=last) if last else "",
        first_url=url_for("RegistersView.show", **here) if after else "",
        period={"from": request.args.get("from", ""), "until": request.args.get("until", "")},
        print_url=url_for("RegistersView.print_book", **here),
        export_url=url_for("RegistersView.spreadsheet", **here),
    )


def asked(book: str) -> Ask:
    """What is to be printed: a book of one of the viewer's offices, by default the year that is shown."""
    office = asked_office(book)
    year = asked_year(office, book)
    first = asked_day("from") or date(year, 1, 1)
    last = asked_day("until") or date(year, 12, 31)
    if last < first:
        raise Invalid("The period ends before it begins.")
    words = request.args.get("q", "").strip()
    ids = ids_in(Period(office.id, book, first, last, words))
    return Ask(ids, office.id, book, first.isoformat(), last.isoformat(), words)


def asked_office(book: str) -> Office:
    """The office asked for, or the viewer's first. Raises NotFound for another's, and for no book."""
    if book not in BOOKS:
        raise NotFound("There is no such book.")
    offices, asked = offices_of(sessions.person()), request.args.get("office")
    found = [each for each in offices if asked in (None, "", each.key)]
    if not found:
        raise NotFound("There is no such office.")
    return found[0]


def asked_day(name: str) -> date | None:
    """A day of the address. Raises Invalid for what is none."""
    given = request.args.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Invalid("“%(given)s” is no date.", given=given[:20]) from error


def asked_year(office: Office, book: str) -> int:
    """The year asked for, else the newest that has lines."""
    asked = request.args.get("year", "")
    if asked.isdecimal() and len(asked) == 4:
        return int(asked)
    return max(years_of(office.id, book), default=clock.now().year)


def tabs(chosen: str, office: Office, year: int) -> list[dict[str, Any]]:
    """The other books of the same office and year."""
    return [
        {
            "title": str(title),
            "url": url_for("RegistersView.show", book=key, office=office.key, year=year),
            "current": key == chosen,
        }
        for key, title in BOOKS.items()
    ]


def lines(rows: list[RegisterEntry], *, looked_for: bool) -> list[dict[str, Any]]:
    """A page of a book, with the ways to insert and to declare void for who gives numbers."""
    found = rows if looked_for else with_inserted(rows)
    person = sessions.person()
    acts = bool(found) and may_insert(person, found[0].office_id)
    letters = ended_letters(found)
    in_force = letters_in_force(found) if acts else set()
    return [{**line(row), **ended(row, letters), **(actions(row, in_force) if acts else {})} for row in found]


def actions(row: RegisterEntry, in_force: Container[int | None]) -> dict[str, str]:
    """Where to insert a number behind a line, and to declare it void: not that of a letter in force."""
    insert = url_for("InsertNumberView.insert", entry_id=row.id)
    may_void = row.void_at is None and row.letter_id not in in_force
    return {
        "insert_url": insert,
        **({"void_url": url_for("NumberScreen.edit", pk=row.id)} if may_void else {}),
    }


def ended(row: RegisterEntry, letters: dict[int, Any]) -> dict[str, Any]:
    """What became of the letter of a line since."""
    found = letters.get(row.letter_id or 0) if row.book != "dispatch" else None
    return {"ended": found} if found else {}


def line(row: RegisterEntry) -> dict[str, Any]:
    """One line of a book."""
    return {
        "insert_reason": row.detail.get("insert_reason", ""),
        "seq": row.line_number,
        "series": series_title(row.series),
        "number": row.number,
        "on": row.on,
        "subject": row.subject,
        "counterpart": row.counterpart,
        "case_number": row.case.number if row.case else None,
        "case_url": url_for("OfficeCasesView.show", number=row.case.number) if row.case else None,
        "letter_url": url_for("OfficeLetterView.show", letter_id=row.letter_id) if row.letter_id else None,
        "received_by": row.received_by,
        "received_at": row.received_at,
        "void_at": row.void_at,
        "void_reason": row.void_reason,
    }
