"""An application being filled in, by an applicant or at the counter: opened, saved as a draft, sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select

from app.cases.models import Case
from app.db import Session
from app.errors import Invalid, NotFound
from app.flow.submit import Application, save_draft, submit_draft, update_draft
from app.forms.answers import Answers, read
from app.people.access import Person
from app.reports.form_context import Place, files_of, form_context, office_of
from app.reports.offers import Offer
from app.reports.view import view_case
from app.web.form_page import Errors, FormPage, at_fields, file_links, merged
from app.web.i18n import translate
from app.web.uploads import BY_REQUIREMENT, Destination, receive
from app.web.wording import money


@dataclass(frozen=True)
class Desk:
    """Who fills in which service's form when; at the counter an officer does it for an applicant."""

    person: Person
    offer: Offer
    now: datetime
    at_counter: bool = False


@dataclass
class Filled:
    """A form as it stands: what was given, and what is wrong with it."""

    desk: Desk
    number: str | None
    answers: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    warnings: Errors = field(default_factory=dict)
    asks_confirmation: bool = False

    @property
    def place(self) -> Place:
        """Where the form is filled in."""
        service = self.desk.offer.service
        return Place(service, office_of(service), case_id(self.number))


def case_id(number: str | None) -> int | None:
    """The row of a case."""
    return Session.scalar(select(Case.id).where(Case.number == number)) if number else None


def draft_of(desk: Desk, number: str | None) -> Case | None:
    """The draft that an address names, if it is one of this person's for this service. Raises NotFound."""
    if number is None:
        return None
    view = view_case(desk.person, number)
    if view.case.service != desk.offer.key or view.inside != desk.at_counter:
        raise NotFound("There is no such case.")
    return view.case


def draft_by_key(desk: Desk, key: str | None) -> Case | None:
    """The draft that a form opened earlier under this key has become."""
    own_key = f"{desk.person.user_id}:{key}"
    query = select(Case).where(Case.idempotency_key == own_key, Case.service == desk.offer.key)
    return Session.scalar(query) if key else None


def opened(desk: Desk, draft: Case | None) -> Filled:
    """The form empty, or as the draft keeps it."""
    data = draft.data.get("application", {}) if draft else {}
    filled = Filled(desk, draft.number if draft else None, data)
    filled.values = _read(filled, data, draft=True).values
    return filled


def save(desk: Desk, number: str | None, key: str | None) -> Filled:
    """Keep what was posted as a draft, its files included; wrong values stay on the page only."""
    if number is None:
        application = Application(desk.offer.key, {}, key, desk.at_counter)
        number = save_draft(desk.person, application, desk.now).number
    to = Destination(desk.person, number, desk.now, requirements=desk.offer.service.requirements)
    received = receive(desk.offer.form, to)
    filled = Filled(desk, number, received.answers)
    answers = _read(filled, received.answers, draft=True)
    update_draft(desk.person, number, answers.values, desk.now)
    filled.values, filled.errors = answers.values, merged(answers.errors, received.errors)
    return filled


def send(filled: Filled) -> bool:
    """Submit what was saved; False, with the reasons in `filled`, where it cannot be sent like this."""
    desk = filled.desk
    answers = _read(filled, filled.answers, draft=False)
    filled.values, filled.warnings = answers.values, answers.warnings
    filled.errors = merged(answers.errors, filled.errors)
    filled.asks_confirmation = bool(missing(filled)) and not request.form.get("confirm_missing")
    if filled.errors or filled.asks_confirmation:
        return False
    try:
        submit_draft(desk.person, filled.number or "", answers.values, desk.now)
    except Invalid as refusal:
        filled.errors = refusal.errors
        return False
    return True


def missing(filled: Filled) -> list[str]:
    """The titles of required documents that nobody has brought yet."""
    return [item["title"] for item in requirements(filled) if item["required"] and not item["has"]]


def requirements(filled: Filled) -> list[dict[str, Any]]:
    """The documents to bring; one that the form asks for under a condition counts only where it is asked."""
    fields = filled.desk.offer.file_fields()
    files = files_of(filled.place.case_id)
    return [
        {
            "key": key,
            "title": item.title,
            "required": item.required,
            "copies": item.copies,
            "condition": item.condition,
            "help": item.help,
            "field": fields.get(key),
            "upload_name": f"{BY_REQUIREMENT}{key}",
            "files": [file_json(file) for file in files if file.requirement == key],
            "has": any(file.requirement == key for file in files),
            "errors": [translate(words) for words in filled.errors.get(f"{BY_REQUIREMENT}{key}", [])],
        }
        for key, item in filled.desk.offer.service.requirements.items()
        if key not in fields or fields[key] in filled.values
    ]


def file_json(file: Any) -> dict[str, Any]:
    """A file as lists of files show it."""
    return {"name": file.name, "size": file.size, "url": f"/attachments/{file.id}"}


def page(filled: Filled, action_url: str, service_url: str) -> dict[str, Any]:
    """What portal/apply.html is given."""
    offer = filled.desk.offer
    context = form_context(offer.form, filled.place, filled.desk.now, draft=True)
    return {
        "service": {**summary(offer), "url": service_url, "office": filled.place.office.name},
        "filled": FormPage(offer.form, filled.answers, context, at_fields(filled.errors), filled.warnings),
        "action_url": action_url,
        "requirements": requirements(filled),
        "missing": missing(filled) if filled.asks_confirmation else [],
        "confirmed": bool(request.form.get("confirm_missing")),
        "errors": file_links(filled.errors),
        "for_counter": filled.desk.at_counter,
        "number": filled.number,
    }


def summary(offer: Offer) -> dict[str, Any]:
    """Title, time and fee of a service in words."""
    service = offer.service
    fee = money(service.fee_rupiah) if service.fee_rupiah else gettext("Free of charge")
    return {"title": service.title, "time_limit": service.standard.time_limit, "fee": fee}


def _read(filled: Filled, answers: Mapping[str, Any], *, draft: bool) -> Answers:
    form = filled.desk.offer.form
    return read(form, answers, form_context(form, filled.place, filled.desk.now, draft=draft))
