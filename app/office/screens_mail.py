"""Screens of general affairs and the courier: incoming mail, dispatch, numbers, deliveries."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.filters import BaseFilter, FilterEqual
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, joinedload
from werkzeug.wrappers import Response
from wtforms import DateField, DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app import clock
from app.flow import mail_book
from app.office.book_screens import PrintableBook
from app.office.fields import FILL_IN, OfficeField, optional, required
from app.office.generated import InMyOffices, ReadOnlyView, ReferenceView, Rows
from app.office.titles import choosers, formatters
from app.office.wording import BOOKS
from app.people.access import Person
from app.people.models import Office
from app.registers.models import NumberSeries, RegisterEntry

ENTRIES = Rows(RegisterEntry, joinedload(RegisterEntry.case))
LINE = {
    "number": _("Number"),
    "on": _("Date"),
    "counterpart": _("From or to"),
    "subject": _("Subject"),
    "case": _("Case"),
}
MORE = {
    "entered_by": _("Entered by"),
    "entered_at": _("Entered at"),
    "received_by": _("Received by"),
    "received_at": _("Received at"),
    "void_at": _("Void since"),
    "void_reason": _("Reason"),
}


class MailNew(DynamicForm):
    """A letter to be entered by hand."""

    office = OfficeField(_("Office"))
    on = DateField(_("Date"), [InputRequired(FILL_IN)])
    counterpart = StringField(_("From or to"), required())
    subject = StringField(_("Subject"), required())
    reference = StringField(_("Number of the other side"), optional())
    case_number = StringField(_("Registration number"), optional(40))
    note = TextAreaField(_("Note"), optional(2000))


class ReceiptNote(DynamicForm):
    """Who took a sending."""

    received_by = StringField(_("Received by"), required(120))
    received_at = DateTimeLocalField(_("Received at"), [InputRequired(FILL_IN)], format="%Y-%m-%dT%H:%M")


class VoidForm(DynamicForm):
    """Why a number is void."""

    void_reason = TextAreaField(_("Reason"), required(500))


class BookScreen(PrintableBook, ReferenceView):
    """Lines of one book of the viewer's offices; numbers are never typed in."""

    datamodel = ENTRIES
    columns, details = LINE, MORE
    search_columns = ["number", "counterpart", "subject", "on", "received_by"]
    order_columns = ["on"]
    add_columns = ["office", "on", "counterpart", "subject", "reference", "case_number", "note"]
    edit_columns = ["received_by", "received_at"]
    add_form, edit_form = MailNew, ReceiptNote

    def save_new(self, form: Any, person: Person) -> None:
        """Enter the letter; the book gives it its number."""
        mail = mail_book.Mail(
            office_id=form.office.data,
            on=form.on.data,
            subject=form.subject.data,
            counterpart=form.counterpart.data,
            reference=form.reference.data or "",
            note=form.note.data or "",
            case_number=form.case_number.data or "",
        )
        mail_book.enter(mail, self.book, person, clock.now())

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """Note who took the sending."""
        at = in_office(form.received_at.data, item.office_id)
        mail_book.note_receipt(item.id, form.received_by.data, at, person, clock.now())


class IncomingScreen(BookScreen):
    """The book of incoming mail."""

    screen, book, verbs = "incoming_mail", "incoming", ("add",)
    base_filters = [["office_id", InMyOffices, None], ["book", FilterEqual, "incoming"]]
    list_title, show_title, add_title = (
        _("Incoming mail"),
        _("Incoming letter"),
        _("Enter an incoming letter"),
    )


class DispatchScreen(BookScreen):
    """The book of what is sent, and who took it."""

    screen, book = "dispatch", "dispatch"
    base_filters = [["office_id", InMyOffices, None], ["book", FilterEqual, "dispatch"]]
    list_title, show_title = _("Dispatch book"), _("Sending")
    add_title, edit_title = _("Enter a sending"), _("Note the receipt")


class Undelivered(BaseFilter):
    """What nobody has taken yet."""

    name = "undelivered"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        return query.filter(RegisterEntry.received_at.is_(None), RegisterEntry.void_at.is_(None))


class DeliveryScreen(BookScreen):
    """What the courier has to take out."""

    screen, verbs = "deliveries", ("edit",)
    base_filters = [
        ["office_id", InMyOffices, None],
        ["book", FilterEqual, "dispatch"],
        ["received_at", Undelivered, None],
    ]
    base_order = ("id", "asc")
    list_title, show_title, edit_title = _("To be delivered"), _("Sending"), _("Note the receipt")


class NumberScreen(ReferenceView):
    """Numbers given to letters; one may be declared void, with a reason."""

    screen, verbs = "numbers", ("edit",)
    datamodel = ENTRIES
    base_filters = [["office_id", InMyOffices, None]]
    columns = {
        "number": _("Number"),
        "book": _("Book"),
        "series": _("Series"),
        "on": _("Date"),
        "void_at": _("Void since"),
    }
    details = {"subject": _("Subject"), "counterpart": _("From or to"), "case": _("Case"), **MORE}
    formatters_columns = formatters()
    search_columns = ["number", "book", "series", "year", "on"]
    search_form_extra_fields = choosers({"book": BOOKS})
    order_columns = ["on"]
    edit_columns = ["void_reason"]
    edit_form = VoidForm
    list_title, show_title, edit_title = _("Numbers given"), _("Number"), _("Declare a number void")

    def called(self, pk: int) -> str:
        """The number and what it was given to."""
        entry = self.find(pk)
        return f"{entry.number} · {entry.subject}"

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """Declare the number void."""
        mail_book.declare_void(item.id, form.void_reason.data, person, clock.now())

    def post_edit_redirect(self) -> Response:
        """Go on to the line in its book, where the number is struck through now."""
        entry = self.find((request.view_args or {})["pk"])
        asked = {"office": entry.office.key, "year": entry.year, "q": entry.number}
        return redirect(url_for("RegistersView.show", book=entry.book, **asked))


class SeriesScreen(ReadOnlyView):
    """The last number of each series."""

    screen = "number_series"
    datamodel = Rows(NumberSeries, joinedload(NumberSeries.office))
    base_filters = [["office_id", InMyOffices, None]]
    columns = {"office": _("Office"), "series": _("Series"), "year": _("Year"), "last": _("Last number")}
    formatters_columns = formatters()
    search_columns = ["series", "year"]
    order_columns = ["series", "year"]
    list_title, show_title = _("Number series"), _("Number series")


class RegisterScreen(PrintableBook):
    """All books, for all whom they concern."""

    screen = "registers"
    datamodel = ENTRIES
    base_filters = [["office_id", InMyOffices, None]]
    columns = {"book": _("Book"), **LINE}
    details = MORE
    formatters_columns = formatters()
    search_columns = ["book", "number", "year", "on"]
    search_form_extra_fields = choosers({"book": BOOKS})
    order_columns = ["on"]
    list_title, show_title = _("Registers"), _("Line of a register")


def in_office(moment: datetime, office_id: int) -> datetime:
    """A moment as typed in, on the clock of the office."""
    office = ENTRIES.session.get(Office, office_id)
    return moment.replace(tzinfo=ZoneInfo(office.timezone if office else "Asia/Jakarta"))
