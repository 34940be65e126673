"""What a form on a page must know of its surroundings: the day, requirements, people and files of a case."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.cases.models import Attachment, Case
from app.cases.office_calendar import calendar_of
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.service import Service
from app.errors import NotFound
from app.forms.context import FormContext, SignedLetter, requirements_of
from app.forms.paths import roles
from app.letters.models import Letter
from app.people.access import people_in_role
from app.people.models import Office


@dataclass(frozen=True)
class Place:
    """Where a form is filled in: for a service of an office, in a case where there is one already."""

    service: Service
    office: Office
    case_id: int | None = None


def place_of(case: Case) -> Place:
    """The place of an existing case."""
    return Place(current().get("service", case.service).shape, case.office, case.id)


def office_of(service: Service) -> Office:
    """The office that grants a service. Raises NotFound until it is set up."""
    office = Session.scalar(select(Office).where(Office.key == service.office))
    if office is None:
        raise NotFound("The office of this service is not set up yet.")
    return office


def form_context(form: FormDefinition, place: Place, now: datetime, *, draft: bool = False) -> FormContext:
    """The surroundings of a form, as the verb that reads it will see them."""
    today = calendar_of(place.office, current().version).local_date(now)
    files = files_of(place.case_id)
    return FormContext(
        today=today,
        requirements=requirements_of(place.service),
        persons={role: list(people_in_role(role, place.office.id, today).items()) for role in roles(form)},
        attachments={file.id: file.requirement for file in files},
        file_names={file.id: file.name for file in files},
        letters=signed_letters(place.case_id),
        lenient_files=True,
        draft=draft,
    )


def signed_letters(case_id: int | None) -> dict[str, SignedLetter]:
    """The letters of a case that have their date, by slot."""
    query = select(Letter).where(Letter.case_id == case_id, Letter.status.in_(("signed", "delivered")))
    return {
        letter.slot: SignedLetter(letter.title, date.fromisoformat(letter.context["letter"]["date"]))
        for letter in Session.scalars(query.order_by(Letter.id))
    }


def files_of(case_id: int | None) -> list[Attachment]:
    """The files of a case that no newer one replaces, oldest first."""
    if case_id is None:
        return []
    query = select(Attachment).where(Attachment.case_id == case_id, Attachment.replaced_at.is_(None))
    return list(Session.scalars(query.order_by(Attachment.id)))
