"""Screens of administrators: offices, their holidays and hours."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Optional, Regexp

from app.errors import Invalid, text
from app.office.fields import FILL_IN, OfficeField, optional, required
from app.office.generated import OfMyOffices, ReferenceView, Rows
from app.people.access import Person
from app.people.models import Holiday, Office, OfficeHours

ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
MODES = [("electronic", _("Electronic signature")), ("wet", _("Signed on paper"))]
DAY_KINDS = [
    ("public", _("Public holiday")),
    ("joint_leave", _("Joint leave")),
    ("local", _("Local holiday")),
]
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class OfficeEdit(DynamicForm):
    """The office as letters and clocks know it."""

    name = StringField(_("Name"), required())
    short_name = StringField(_("Short name"), required(80))
    government = StringField(_("Government"), required())
    place = StringField(_("Place"), required(80))
    address = TextAreaField(_("Address"), optional(500))
    contact = StringField(_("Contact"), optional())
    region_code = StringField(_("Region code"), optional(10))
    unit_code = StringField(_("Unit code"), optional(40))
    head_title = StringField(_("Title of the head"), required(120))
    timezone = SelectField(_("Time zone"), choices=ZONES)
    works_on_joint_leave = BooleanField(_("Works on joint leave"))
    signature_mode = SelectField(_("Signature"), choices=MODES)
    publishing_needs_second = BooleanField(_("Changes of definitions need a second person"))


class OfficeNew(OfficeEdit):
    """A new office."""

    key = StringField(
        _("Key"),
        [*required(40), Regexp(r"^[a-z][a-z0-9_]*$", message=_("Small letters, digits, underscores."))],
    )


class OfficeScreen(ReferenceView):
    """Offices of this installation."""

    screen = "offices"
    datamodel = Rows(Office)
    columns = {
        "short_name": _("Short name"),
        "government": _("Government"),
        "place": _("Place"),
        "timezone": _("Time zone"),
    }
    details = {
        "key": _("Key"),
        "name": _("Name"),
        "address": _("Address"),
        "contact": _("Contact"),
        "region_code": _("Region code"),
        "unit_code": _("Unit code"),
        "head_title": _("Title of the head"),
        "works_on_joint_leave": _("Works on joint leave"),
        "signature_mode": _("Signature"),
        "publishing_needs_second": _("Changes of definitions need a second person"),
    }
    formatters_columns = {"timezone": dict(ZONES).get, "signature_mode": dict(MODES).get}
    search_columns = ["name", "place"]
    order_columns = ["short_name", "place"]
    edit_columns = [
        "name", "short_name", "government", "place", "address", "contact", "region_code", "unit_code",
        "head_title", "timezone", "works_on_joint_leave", "signature_mode",
        "publishing_needs_second",
    ]  # fmt: skip
    add_columns = ["key", *edit_columns]
    add_form, edit_form = OfficeNew, OfficeEdit
    list_title, show_title = _("Offices"), _("Office")
    add_title, edit_title = _("New office"), _("Change an office")


class HolidayForm(DynamicForm):
    """A day off."""

    office = OfficeField(_("Office"), every=True)
    on = DateField(_("Date"), [InputRequired(FILL_IN)])
    name = StringField(_("Name"), required(120))
    kind = SelectField(_("Kind"), choices=DAY_KINDS)


class HolidayScreen(ReferenceView):
    """Days on which offices do not work."""

    screen, verbs = "holidays", ("add", "edit", "delete")
    datamodel = Rows(Holiday, joinedload(Holiday.office))
    base_filters = [["office_id", OfMyOffices, None]]
    base_order = ("on", "desc")
    columns = {"on": _("Date"), "name": _("Name"), "kind": _("Kind"), "office": _("Office")}
    formatters_columns = {"kind": dict(DAY_KINDS).get, "office": lambda office: office or _("Every office")}
    search_columns = ["on", "name", "kind"]
    order_columns = ["on", "name"]
    add_columns = edit_columns = ["on", "name", "kind", "office"]
    add_form = edit_form = HolidayForm
    list_title, show_title = _("Holidays"), _("Holiday")
    add_title, edit_title = _("New holiday"), _("Change a holiday")


class HoursForm(DynamicForm):
    """When an office is open on a weekday."""

    office = OfficeField(_("Office"), every=True)
    weekday = SelectField(_("Weekday"), choices=WEEKDAYS, coerce=int)
    opens = TimeField(_("Opens"), [InputRequired(FILL_IN)])
    closes = TimeField(_("Closes"), [InputRequired(FILL_IN)])
    valid_from = DateField(_("Valid from"), [Optional()])
    valid_until = DateField(_("Valid until"), [Optional()])


class HoursScreen(ReferenceView):
    """Office hours; Ramadan has a dated set of its own."""

    screen, verbs = "office_hours", ("add", "edit", "delete")
    datamodel = Rows(OfficeHours, joinedload(OfficeHours.office))
    base_filters = [["office_id", OfMyOffices, None]]
    columns = {
        "weekday": _("Weekday"),
        "opens": _("Opens"),
        "closes": _("Closes"),
        "office": _("Office"),
        "valid_from": _("Valid from"),
        "valid_until": _("Valid until"),
    }
    formatters_columns = {
        "weekday": dict(WEEKDAYS).get,
        "opens": lambda value: f"{value:%H.%M}",
        "closes": lambda value: f"{value:%H.%M}",
        "office": lambda office: office or _("Every office"),
    }
    search_columns = ["weekday", "valid_from", "valid_until"]
    order_columns = ["weekday", "valid_from"]
    add_columns = edit_columns = ["office", "weekday", "opens", "closes", "valid_from", "valid_until"]
    add_form = edit_form = HoursForm
    list_title, show_title = _("Office hours"), _("Office hours")
    add_title, edit_title = _("New office hours"), _("Change office hours")

    def check(self, item: Any, person: Person) -> None:
        """A day begins before it ends, and so does a set."""
        if item.opens >= item.closes:
            raise Invalid(
                "The office closes before it opens.", errors={"closes": [text("This must be later.")]}
            )
        if item.valid_from and item.valid_until and item.valid_from > item.valid_until:
            raise Invalid(
                "The set ends before it begins.", errors={"valid_until": [text("This must be later.")]}
            )
