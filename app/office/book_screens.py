"""What the generated screens of the books share: print and export exactly what the filter shows."""

from typing import Any

from flask import request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.flow.printing import Ask
from app.office.generated import ReadOnlyView, asked_filters
from app.office.prints import exported, printed
from app.reports.book_lines import MOST
from app.reports.inbox import offices_of
from app.web import sessions


class PrintableBook(ReadOnlyView):
    """A list of lines with buttons for the printed book and the spreadsheet."""

    book = ""
    routes = ("print_book", "spreadsheet")
    list_template = "office/book_list.html"

    @expose("/print", methods=["GET"])
    @has_access
    @permission_name("list")
    def print_book(self) -> Response:
        """The lines of the list as the official book, for whoever may see the list."""
        return printed(self.asked())

    @expose("/spreadsheet", methods=["GET"])
    @has_access
    @permission_name("list")
    def spreadsheet(self) -> Response:
        """The lines of the list as a spreadsheet."""
        return exported(self.asked())

    def asked(self) -> Ask:
        """The lines that the filters of the address leave, in the viewer's offices only."""
        filters = asked_filters(self).get_joined_filters(self._base_filters)
        _, rows = self.datamodel.query(filters, "", "", page=0, page_size=MOST + 1)
        ids = [row.id for row in rows]
        if not ids:
            raise Invalid("The list is empty: there is nothing to print.")
        if len(ids) > MOST:
            raise Invalid("A print holds at most %(n)d lines. Choose a shorter period.", n=MOST)
        office = offices_of(sessions.person())[0]
        return Ask(ids, office.id, self.book or "registers", filter=self.said())

    def said(self) -> str:
        """The filters in words, as the search form calls them."""
        names: dict[str, Any] = self.label_columns or {}
        parts = [
            f"{names.get(column, column)}: {value}"
            for key, value in request.args.items()
            if key.startswith("_flt_") and value
            for column in [key.removeprefix("_flt_").partition("_")[2]]
            if column in (self.search_columns or [])
        ]
        return "; ".join(parts) if len(parts) < 6 else gettext("several")
