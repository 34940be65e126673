"""Screens of the technical team: when it visits a place, and what it found there."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Optional

from app import clock
from app.cases.models import Case
from app.cases.models_visit import Finding, Visit
from app.db import Session
from app.errors import Conflict
from app.office.fields import FILL_IN, CaseField, optional, required
from app.office.generated import InMyOffices, ReferenceView, Rows
from app.people.access import Person
from app.web import sessions

STATES = [("planned", _("Planned")), ("done", _("Done")), ("cancelled", _("Cancelled"))]


class VisitEdit(DynamicForm):
    """When and where."""

    on = DateField(_("Date"), [InputRequired(FILL_IN)])
    starts = TimeField(_("Time"), [Optional()])
    place = StringField(_("Place"), required())
    members = StringField(_("Members of the team"), optional(500))
    host = StringField(_("Received by (for the applicant)"), optional())
    state = SelectField(_("State"), choices=STATES, default="planned")
    note = TextAreaField(_("Note"), optional(2000))


class VisitNew(VisitEdit):
    """A visit to be planned."""

    case = CaseField(_("Registration number"), required(40))


class FindingEdit(DynamicForm):
    """What was stated and what was seen."""

    aspect = StringField(_("What was looked at"), required())
    stated = TextAreaField(_("As stated in the application"), optional(2000))
    found = TextAreaField(_("As found at the place"), required(2000))
    fits = BooleanField(_("It fits"), default=True)


class FindingNew(FindingEdit):
    """A finding of a case."""

    case = CaseField(_("Registration number"), required(40))


class OfOpenCase(ReferenceView):
    """Rows of a case that may be edited as long as the case is open."""

    base_filters = [["office_id", InMyOffices, None]]
    stamps = ("", "")

    def check(self, item: Any, person: Person) -> None:
        """Refuse a closed case, and sign a new row."""
        case = item.case if item.id else Session.get(Case, item.case_id)
        if case is not None and case.status == "closed":
            raise Conflict("This case is closed.")
        by, at = self.stamps
        if item.id is None:
            setattr(item, by, sessions.person().username)
            setattr(item, at, clock.now())


class VisitScreen(OfOpenCase):
    """The schedule of visits."""

    screen = "visits"
    datamodel = Rows(Visit, joinedload(Visit.case))
    columns = {
        "on": _("Date"),
        "starts": _("Time"),
        "case": _("Case"),
        "place": _("Place"),
        "state": _("State"),
    }
    details = {
        "members": _("Members of the team"),
        "host": _("Received by (for the applicant)"),
        "note": _("Note"),
        "planned_by": _("Planned by"),
    }
    stamps = ("planned_by", "planned_at")
    search_columns = ["on", "state", "place"]
    order_columns = ["on"]
    base_order = ("on", "desc")
    formatters_columns = {
        "state": dict(STATES).get,
        "starts": lambda value: f"{value:%H.%M}" if value else "",
    }
    add_columns = ["case", "on", "starts", "place", "members", "host", "state", "note"]
    edit_columns = add_columns[1:]
    add_form, edit_form = VisitNew, VisitEdit
    list_title, show_title = _("Visits"), _("Visit")
    add_title, edit_title = _("Plan a visit"), _("Change a visit")


class FindingScreen(OfOpenCase):
    """Findings before the report is drawn up."""

    screen, verbs = "findings", ("add", "edit", "delete")
    datamodel = Rows(Finding, joinedload(Finding.case))
    columns = {
        "case": _("Case"),
        "aspect": _("What was looked at"),
        "found": _("As found at the place"),
        "fits": _("It fits"),
    }
    details = {
        "stated": _("As stated in the application"),
        "noted_by": _("Noted by"),
        "noted_at": _("Noted at"),
    }
    stamps = ("noted_by", "noted_at")
    search_columns = ["aspect", "fits"]
    order_columns = ["aspect"]
    add_columns = ["case", "aspect", "stated", "found", "fits"]
    edit_columns = add_columns[1:]
    add_form, edit_form = FindingNew, FindingEdit
    list_title, show_title = _("Findings"), _("Finding")
    add_title, edit_title = _("Note a finding"), _("Change a finding")
