"""Read what a person filled in, by the form of the step as it was when the task opened."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.cases.models import Attachment
from app.db import Session
from app.definitions.catalogue import Catalogue
from app.definitions.form import FormDefinition
from app.definitions.process import Step
from app.errors import Invalid
from app.flow.correcting import asked_of, read_correction
from app.flow.work import Work
from app.forms.answers import read
from app.forms.context import FormContext, requirements_of
from app.forms.paths import asks_for_files, is_bound_by_letters, roles
from app.people.access import people_in_role
from app.reports.form_context import signed_letters


def read_answers(work: Work) -> dict[str, Any]:
    """The validated answers; a correction changes only what was asked for. Raises Invalid by field."""
    form = form_of(work)
    if form is None:
        return {}
    asked = [] if work.person.is_system else asked_of(work)
    if asked:
        return read_correction(work, form, context_of(work, form), asked)
    result = read(form, submitted(work, form), context_of(work, form))
    if result.errors:
        raise Invalid("Some answers are not right yet.", errors=result.errors)
    return dict(result.values)


def submitted(work: Work, form: FormDefinition) -> Mapping[str, Any]:
    """What was handed in; a repeated start form in JSON starts from the answers the case already has."""
    given = work.given.data
    if work.person.is_system:  # what the form does not ask for stays in the message
        known = dict(form.fields())
        return {key: value for key, value in given.items() if key in known}
    earlier = work.case.data.get("application", {}) if work.step.form == work.process.start.form else {}
    return given if hasattr(given, "getlist") or not earlier else {**earlier, **given}


def form_of(work: Work) -> FormDefinition | None:
    """The form the task was opened with."""
    key, number = work.step.form_key, work.task.form_revision
    if key is None:
        return None
    entry = (
        work.catalogue.get("form", key) if number is None else work.catalogue.revision("form", key, number)
    )
    shape: FormDefinition = entry.shape
    return shape


def context_of(work: Work, form: FormDefinition) -> FormContext:
    """What a form needs to know beside itself: today, the requirements, the people and the files."""
    today = work.calendar.local_date(work.now)
    named = {role: people_in_role(role, work.case.office_id, today) for role in roles(form)}
    files = attachments_of(work.case.id) if asks_for_files(form) else []
    return FormContext(
        today=today,
        requirements=requirements_of(work.service),
        persons={role: list(people.items()) for role, people in named.items()},
        attachments={file.id: file.requirement for file in files},
        file_names={file.id: file.name for file in files},
        letters=signed_letters(work.case.id) if is_bound_by_letters(form) else {},
        lenient_files=True,
    )


def attachments_of(case_id: int) -> list[Attachment]:
    """The files that belong to a case and are not replaced."""
    query = select(Attachment).where(Attachment.case_id == case_id, Attachment.replaced_at.is_(None))
    return list(Session.scalars(query))


def new_form(catalogue: Catalogue, step: Step) -> int | None:
    """The revision of the step's form that a task opened now is bound to."""
    return catalogue.get("form", step.form_key).number if step.form_key else None
