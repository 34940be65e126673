"""The follow-up list of the satisfaction survey: what an office undertakes, who does it, until when."""

from typing import Any

from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.filters import BaseFilter
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Query, joinedload
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app import clock
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Forbidden, Invalid, text
from app.feedback.access import FOLLOW_UPS, allowed_in, offices_for
from app.feedback.elements import ELEMENTS
from app.feedback.models import FollowUp
from app.office.fields import FILL_IN, OfficeField, optional, required
from app.office.generated import ReferenceView, Rows
from app.office.titles import service_title
from app.people.access import Person
from app.people.models import Office
from app.reports.satisfaction import services_of
from app.web import sessions
from app.web.i18n import translate


class FollowUpForm(DynamicForm):
    """One thing to be done."""

    office = OfficeField(_("Office"))
    service = SelectField(_("Service"), choices=lambda: services())
    element = SelectField(_("Element"), choices=lambda: elements())
    action = TextAreaField(_("What is done"), required(1000))
    responsible = StringField(_("Who does it"), required(120))
    due_on = DateField(_("Until"), [InputRequired(FILL_IN)])
    done_on = DateField(_("Done on"), [Optional()])
    outcome = TextAreaField(_("Outcome"), optional(1000))


class WhereListed(BaseFilter):
    """Only offices in which the viewer's own roles have the list."""

    name = "in offices of mine"

    def apply(self, query: Query[Any], _value: Any) -> Query[Any]:
        """Narrow the query."""
        mine = [office.id for office in offices_for(sessions.person(), FOLLOW_UPS, "list")]
        return query.filter(getattr(self.model, self.column_name).in_(mine))


class FollowUpScreen(ReferenceView):
    """The follow-up list; every change writes its audit line in the same transaction."""

    screen, verbs = FOLLOW_UPS, ("add", "edit", "delete")
    datamodel = Rows(FollowUp, joinedload(FollowUp.office))
    base_filters = [["office_id", WhereListed, None]]
    base_order = ("due_on", "asc")
    columns = {
        "action": _("What is done"),
        "element": _("Element"),
        "service": _("Service"),
        "responsible": _("Who does it"),
        "due_on": _("Until"),
        "done_on": _("Done on"),
    }
    details = {"outcome": _("Outcome"), "office": _("Office")}
    formatters_columns = {"element": lambda key: element_title(key), "service": service_title}
    search_columns = ["responsible", "due_on", "done_on"]
    order_columns = ["due_on", "done_on"]
    add_columns = ["office", "service", "element", "action", "responsible", "due_on", "done_on", "outcome"]
    edit_columns = add_columns
    add_form = edit_form = FollowUpForm
    list_title, show_title = _("Follow-up of the survey"), _("Follow-up")
    add_title, edit_title = _("Add a follow-up"), _("Change a follow-up")

    def check(self, item: Any, person: Person) -> None:
        """Refuse a service of another office, and what is done before its time."""
        if not any(allowed_in(person, item.office_id or 0, FOLLOW_UPS, verb) for verb in ("add", "edit")):
            raise Forbidden("Your role may not change the follow-up list of this office.")
        item.outcome = item.outcome or ""
        office = Session.get_one(Office, item.office_id)
        if item.service not in services_of(office):
            raise Invalid(
                "This service belongs to another office.",
                errors={"service": [text("This service belongs to another office.")]},
            )
        if item.done_on and item.done_on > calendar_in(office.id, current().version).local_date(clock.now()):
            raise Invalid(
                "The follow-up is not done yet.", errors={"done_on": [text("This day has not come yet.")]}
            )


def services() -> list[tuple[str, str]]:
    """The services of the person's offices."""
    found = [services_of(office) for office in offices_for(sessions.person(), FOLLOW_UPS, "list")]
    return [(key, service.title) for services in found for key, service in services.items()]


def elements() -> list[tuple[str, str]]:
    """The nine elements."""
    return [("", gettext("Choose")), *((key, element_title(key)) for key in ELEMENTS)]


def element_title(key: str) -> str:
    """An element as the report names it."""
    own = ELEMENTS.get(key)
    return f"{own.no} {translate(own.title)}" if own else key
