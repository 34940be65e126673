"""Printed books: hand out a short one at once, show how far a long one is, export to a spreadsheet."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from flask import redirect, render_template, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock, storage
from app.errors import NotFound
from app.flow.printing import AT_ONCE, Ask, note, print_later, print_now, print_of
from app.office.wording import BOOKS, series_title
from app.registers.models import Printout
from app.reports.book_lines import tables_of
from app.reports.spreadsheet import MIME, Column, workbook
from app.web import sessions
from app.web.entry import enter

Value = Callable[[dict[str, Any]], Any]


class PrintsView(BaseView):
    """Prints that are made in the background, for whoever asked for them."""

    route_base = "/office/prints"
    default_view = "show"
    audience = {"any_staff"}

    @expose("/<int:printout_id>")
    @enter
    def show(self, printout_id: int) -> str:
        """How far the print is; the page looks again by itself."""
        return render_template(
            "office/print.html", printout=progress(print_of(sessions.person(), printout_id))
        )

    @expose("/<int:printout_id>/progress")
    @enter
    def progress(self, printout_id: int) -> str:
        """The part of the page that changes."""
        return render_template(
            "office/_print.html", printout=progress(print_of(sessions.person(), printout_id))
        )

    @expose("/<int:printout_id>/pdf")
    @enter
    def pdf(self, printout_id: int) -> Response:
        """The finished book."""
        printout = print_of(sessions.person(), printout_id)
        if printout.sha256 is None:
            raise NotFound("This print is not finished yet.")
        return book_file(storage.read(printout.sha256), printout.ask["book"])


def progress(printout: Printout) -> dict[str, Any]:
    """A print as its page takes it."""
    return {
        "state": printout.state,
        "done": printout.done,
        "lines": printout.lines,
        "title": str(BOOKS.get(printout.ask["book"], gettext("Books"))),
        "progress_url": url_for("PrintsView.progress", printout_id=printout.id),
        "pdf_url": url_for("PrintsView.pdf", printout_id=printout.id),
    }


def printed(ask: Ask) -> Response:
    """The answer to whoever asks for a printed book: the file, or the way to where it is being made."""
    person, now = sessions.person(), clock.now()
    if len(ask.ids) > AT_ONCE:
        return redirect(url_for("PrintsView.show", printout_id=print_later(person, ask, now)))
    return book_file(print_now(person, ask, now), ask.book)


def book_file(content: bytes, book: str) -> Response:
    """A printed book, shown in the browser."""
    return send_file(BytesIO(content), "application/pdf", download_name=f"{book or 'register'}.pdf")


def exported(ask: Ask) -> Response:
    """The same lines as a spreadsheet, one sheet for each book of each office."""
    note(sessions.person(), ask, "xlsx", clock.now())
    values = [value for _, _, value in spreadsheet_columns()]
    tables = [
        (f"{BOOKS[book]} {office.key}", columns(), [[value(row) for value in values] for row in rows])
        for book, office, rows in tables_of(ask.ids)
    ]
    content = workbook(tables or [(str(BOOKS.get(ask.book, gettext("Books"))), columns(), [])])
    return send_file(
        BytesIO(content), MIME, as_attachment=True, download_name=f"{ask.book or 'register'}.xlsx"
    )


def columns() -> list[Column]:
    """Titles and widths."""
    return [(title, width) for title, width, _ in spreadsheet_columns()]


def spreadsheet_columns() -> list[tuple[str, int, Value]]:
    """What a spreadsheet of a book shows, in words of the viewer's language."""
    return [
        (gettext("No."), 8, lambda row: whole(row["no"])),
        (gettext("Series"), 18, lambda row: series_title(row["series"])),
        (gettext("Number"), 36, lambda row: row["number"]),
        (gettext("Date"), 12, lambda row: day(row["on"])),
        (gettext("From or to"), 36, lambda row: row["counterpart"]),
        (gettext("Subject"), 50, lambda row: row["subject"]),
        (gettext("Number of the other side"), 30, lambda row: row["reference"]),
        (gettext("Case"), 20, lambda row: row["case"]),
        (gettext("Received by"), 26, lambda row: row["received_by"]),
        (gettext("Received at"), 14, lambda row: day(row["received_on"])),
        (gettext("Void because"), 30, lambda row: row["void_reason"]),
        (gettext("Inserted because"), 30, lambda row: row["insert_reason"]),
        (gettext("Letter"), 14, lambda row: ended(row["ended"])),
        (gettext("Ended on"), 12, lambda row: day(row["ended_on"])),
        (gettext("Legal basis"), 30, lambda row: row["ended_basis"]),
        (gettext("Replaced by"), 30, lambda row: row["successor"]),
    ]


def ended(status: str) -> str:
    """What became of the letter since."""
    titles: dict[str, str] = {"revoked": gettext("Revoked"), "replaced": gettext("Replaced")}
    return titles.get(status, "")


def whole(number: str) -> int | str:
    """A line's number as a number, unless it was inserted."""
    return int(number) if number.isdecimal() else number


def day(iso: str) -> date | None:
    """A day as a day."""
    return date.fromisoformat(iso) if iso else None
