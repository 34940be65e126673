"""Screens of the front office: parties, who acts for them, and receipts."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.filters import BaseFilter
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Query, joinedload
from wtforms import BooleanField, EmailField, SelectField, StringField, TelField
from wtforms.validators import Regexp

from app import clock
from app.cases.models import Case
from app.errors import Invalid, text
from app.flow import appointing
from app.forms.display import mask
from app.letters.models import Letter
from app.office.fields import AccountField, PartyField, optional, required
from app.office.generated import InMyOffices, ReadOnlyView, ReferenceView, Rows
from app.office.titles import LETTERS, choosers, formatters
from app.people.access import EVERYWHERE, Person
from app.people.models import Party, Representative
from app.web import sessions

KINDS = [("company", _("Company")), ("person", _("Person"))]
DIGITS = {
    "nib": Regexp(r"^\d{13}$", message=_("An NIB has 13 digits.")),
    "nik": Regexp(r"^\d{16}$", message=_("An NIK has 16 digits.")),
    "npwp": Regexp(r"^\d{15,16}$", message=_("An NPWP has 15 or 16 digits.")),
}


class KnownHere(BaseFilter):
    """Parties that have a case in the viewer's offices, and those that have none anywhere yet."""

    name = "known here"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        mine = sessions.person().staff_offices
        if EVERYWHERE in mine:
            return query
        party = getattr(self.model, self.column_name)
        here = select(Case.id).where(Case.party_id == party, Case.office_id.in_(mine))
        anywhere = select(Case.id).where(Case.party_id == party)
        return query.filter(or_(here.exists(), ~anywhere.exists()))


class PartyEdit(DynamicForm):
    """What may change about a party; its identifiers may not."""

    name = StringField(_("Name"), required())
    address = StringField(_("Address"), optional())
    phone = TelField(_("Phone number"), optional(20))
    email = EmailField(_("E-mail"), optional(254))


class PartyNew(PartyEdit):
    """A party as it comes to the counter."""

    kind = SelectField(_("Kind"), choices=KINDS)
    nib = StringField("NIB", [*optional(13), DIGITS["nib"]])
    nik = StringField("NIK", [*optional(16), DIGITS["nik"]])
    npwp = StringField("NPWP", [*optional(16), DIGITS["npwp"]])


class PartyScreen(ReferenceView):
    """Companies and persons that cases belong to."""

    screen = "parties"
    datamodel = Rows(Party)
    base_filters = [["id", KnownHere, None]]
    columns = {"name": _("Name"), "kind": _("Kind"), "nib": "NIB", "nik": "NIK"}
    details = {"npwp": "NPWP", "address": _("Address"), "phone": _("Phone number"), "email": _("E-mail")}
    search_columns = ["name", "nib"]
    order_columns = ["name"]
    formatters_columns = {
        "kind": dict(KINDS).get,
        "nik": lambda value: mask("nik", value),
        "npwp": lambda value: mask("npwp", value),
        "phone": lambda value: mask("phone", value),
        "email": lambda value: mask("email", value) if value else "",
    }
    add_columns = ["kind", "name", "nib", "nik", "npwp", "address", "phone", "email"]
    edit_columns = ["name", "address", "phone", "email"]
    add_form, edit_form = PartyNew, PartyEdit
    list_title, show_title = _("Parties"), _("Party")
    add_title, edit_title = _("New party"), _("Change a party")

    def check(self, item: Any, person: Person) -> None:
        """A company is known by its NIB, a person by the NIK."""
        key = "nib" if item.kind == "company" else "nik"
        if not getattr(item, key):
            raise Invalid("The identifier is missing.", errors={key: [text("Fill in this field.")]})


class RepresentativeNew(DynamicForm):
    """Who is to act for whom."""

    party = PartyField(_("Party (NIB or NIK)"), required(16))
    user = AccountField(_("Account (user name or e-mail)"), required(254))


class RepresentativeEdit(DynamicForm):
    """Confirm or end a mandate."""

    is_confirmed = BooleanField(_("Confirmed by the front office"))
    ends = BooleanField(_("End this mandate now"))


class RepresentativeScreen(ReferenceView):
    """Accounts that act for a party."""

    screen = "representatives"
    datamodel = Rows(Representative, joinedload(Representative.party), joinedload(Representative.user))
    base_filters = [["party_id", KnownHere, None]]
    columns = {
        "party": _("Party"),
        "user": _("Account"),
        "is_confirmed": _("Confirmed"),
        "since": _("Since"),
        "until": _("Until"),
    }
    search_columns = ["is_confirmed", "since"]
    order_columns = ["since", "until"]
    add_columns, edit_columns = ["party", "user"], ["is_confirmed", "ends"]
    add_form, edit_form = RepresentativeNew, RepresentativeEdit
    list_title, show_title = _("Representatives"), _("Representative")
    add_title, edit_title = _("New representative"), _("Confirm or end a mandate")

    def save_new(self, form: Any, person: Person) -> None:
        """Grant the mandate."""
        appointing.represent(form.party.found.id, form.user.found.id, person, clock.now())

    def save_change(self, item: Any, form: Any, person: Person) -> None:
        """Confirm or end the mandate."""
        if form.ends.data:
            appointing.end_representative(item.id, person, clock.now())
        elif form.is_confirmed.data and not item.is_confirmed:
            appointing.confirm_representative(item.id, person, clock.now())


class Receipts(BaseFilter):
    """Letters in the slot of the receipt."""

    name = "receipts"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        return query.filter(Letter.slot.startswith("receipt"))


class ReceiptScreen(ReadOnlyView):
    """Receipts given to applicants."""

    screen = "receipts"
    datamodel = Rows(Letter, joinedload(Letter.case))
    base_filters = [["office_id", InMyOffices, None], ["slot", Receipts, None]]
    columns = {"case": _("Case"), "number": _("Number"), "status": _("Status"), "signed_at": _("Made at")}
    details = {"delivered_at": _("Delivered at"), "received_at": _("Received at")}
    formatters_columns = formatters(status=LETTERS)
    search_columns = ["number", "status"]
    search_form_extra_fields = choosers({"status": LETTERS})
    order_columns = ["signed_at"]
    list_title, show_title = _("Receipts"), _("Receipt")
