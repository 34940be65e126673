"""Answering corrections: only what was asked for may change, and all that was asked must be answered."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.cases.models import Attachment, Case, Correction, Task
from app.db import Session
from app.definitions.form import FormDefinition
from app.definitions.process import Process
from app.errors import Invalid, Text, text
from app.flow.corrections import asked_in, state_of
from app.flow.permission import is_applicant_of
from app.flow.work import Work
from app.forms.answers import Answers, read
from app.forms.context import FormContext
from app.forms.part import changed, fields_for, following, part_of

NOT_ASKED = text("The office has not asked to change this.")
UNANSWERED = text("Put this right, or say why it should stay as it is.")


def asked_of(work: Work) -> list[Correction]:
    """The corrections that this task answers; none where it is not the application handed in once more."""
    is_application = work.step.form == work.process.start.form and work.step.clock == "applicant"
    if not is_application or "application" not in work.case.data:
        return []
    return asked_in(work.case.id)


def opened(form: FormDefinition, rows: list[Correction]) -> set[str]:
    """The fields that may change: those asked for and what follows from them; all where words alone ask."""
    if any(row.field is None and row.requirement is None for row in rows):
        return {key for key, _ in form.fields()}
    documents = fields_for(form, {row.requirement for row in rows if row.requirement})
    return following(form, {row.field for row in rows if row.field} | documents)


def read_correction(
    work: Work, form: FormDefinition, context: FormContext, rows: list[Correction]
) -> dict[str, Any]:
    """The application with its answers put right. Raises Invalid by field and by correction."""
    earlier: dict[str, Any] = work.case.data.get("application", {})
    open_now = opened(form, rows) | _new_fields(work, form)
    given = _given(work, form, context, open_now)
    documents = fields_for(form, {row.requirement for row in rows if row.requirement})
    # what the form's own field for a document says is found anew: the file may have been brought beside it
    known = {key for key, _ in form.fields()}
    kept = {key: value for key, value in earlier.items() if key in known}
    result = read(form, {**kept, **given.values, **{key: [] for key in documents}}, context)
    errors = dict(given.errors) | {
        path: found for path, found in result.errors.items() if path not in given.errors
    }
    for key in changed(form, earlier, result.values) - open_now - documents:
        errors[key] = [NOT_ASKED]
    errors |= _unanswered(work, rows, earlier, result.values)
    if errors:
        raise Invalid("Some answers are not right yet.", errors=errors)
    return dict(result.values)


def open_documents(case: Case, open_tasks: Iterable[Task], process: Process) -> set[str] | None:
    """The documents that may be exchanged while corrections are open; None where nothing restricts them."""
    start = process.start.form
    answering = any(
        task.clock == "applicant" and process.steps[task.step].form == start for task in open_tasks
    )
    rows = asked_in(case.id) if answering else []
    if not rows or any(row.field is None and row.requirement is None for row in rows):
        return None
    return {row.requirement for row in rows if row.requirement}


def _given(work: Work, form: FormDefinition, context: FormContext, open_now: set[str]) -> Answers:
    """What was handed in for the open fields; anything else that differs from the case is refused."""
    handed = work.given.data
    if not hasattr(handed, "getlist"):
        return Answers(dict(handed))  # JSON names what it changes; the rest is compared afterwards
    earlier = work.case.data.get("application", {})
    closed = {key for key, _ in form.fields() if key not in open_now and _named(handed, key)}
    rest = part_of(form, closed)
    forged = changed(rest, earlier, read(rest, handed, context).values) if rest else set()
    part = part_of(form, open_now)
    answers = read(part, handed, context) if part else Answers({})
    return Answers(answers.values, {**answers.errors, **{key: [NOT_ASKED] for key in forged}})


def _named(handed: Mapping[str, Any], key: str) -> bool:
    return any(name == key or name.startswith(f"{key}-") for name in handed)


def _new_fields(work: Work, form: FormDefinition) -> set[str]:
    """Questions that the form did not have yet when the application was handed in."""
    then: FormDefinition = work.catalogue.revision(
        "form", work.process.start.form, work.case.form_revision
    ).shape
    return {key for key, _ in form.fields()} - {key for key, _ in then.fields()}


def _unanswered(
    work: Work, rows: list[Correction], earlier: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, list[Text]]:
    """What was asked and neither changed nor explained; at the counter the officer has the papers in hand."""
    if not is_applicant_of(work.person, work.case):
        return {}
    return {
        f"correction-{row.id}": [UNANSWERED] for row in rows if not _is_answered(work, row, earlier, answers)
    }


def _is_answered(work: Work, row: Correction, earlier: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    if work.given.replies.get(str(row.id), "").strip():
        return True
    if row.requirement:
        return bool(set(state_of(work, row.requirement, None)["files"]) - set(row.before.get("files", [])))
    if row.field:
        return earlier.get(row.field) != answers.get(row.field)
    newer = select(Attachment.id).where(
        Attachment.case_id == work.case.id, Attachment.added_at > row.asked_at
    )
    return dict(earlier) != dict(answers) or Session.scalar(newer.limit(1)) is not None
