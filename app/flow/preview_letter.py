"""What a letter being edited would say in a real case: whole for its own people, as structure for others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.chain import record
from app.audit.models import AuditEvent
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.letter import Letter
from app.definitions.provided import APPLICATION, form_of
from app.errors import NotFound
from app.flow.letter_context import draft_context
from app.flow.transaction import transaction
from app.flow.work import Given, Work, work_on
from app.forms.structure import bracketed, structure_of
from app.people.access import Person
from app.reports.view import side_of

ACTION = "letter.previewed"
ONE_LOOK = timedelta(minutes=30)  # typing on during this time is one opening of the case
_PARTY = {"name": "Nama pemohon", "nib": "NIB", "npwp": "NPWP", "nik_masked": "NIK", "address": "Alamat"}
_PERSON = {"name": "Nama", "nip": "NIP", "username": "Nama pengguna"}


@dataclass(frozen=True)
class CaseContext:
    """The variables of a letter from a case; `is_whole` where the person may read the case anyway."""

    context: dict[str, Any]
    is_whole: bool


def recent_cases(services: Collection[str], part: str, limit: int = 12) -> list[Case]:
    """The latest cases of these services whose number contains a part."""
    query = select(Case).where(Case.service.in_(services), Case.status != "draft")
    if part:
        query = query.where(Case.number.icontains(part, autoescape=True))
    return list(Session.scalars(query.order_by(Case.id.desc()).limit(limit)))


def case_context(
    person: Person, number: str, services: Collection[str], template: Letter, now: datetime
) -> CaseContext:
    """The variables of a draft in a case of these services; opening it whole is recorded in the case."""
    with transaction():
        query = select(Case).where(Case.number == number, Case.service.in_(services), Case.status != "draft")
        case = Session.scalar(query.options(joinedload(Case.party), joinedload(Case.office)))
        work = _at_last_task(case, person, now) if case else None
        if case is None or work is None:
            raise NotFound("There is no such case.")
        context = draft_context(work, template)
        if side_of(person, case) != "office":
            return CaseContext(_structure(work, context), is_whole=False)
        _record(work)
        return CaseContext(context, is_whole=True)


def _at_last_task(case: Case, person: Person, now: datetime) -> Work | None:
    """The case as it would be worked on, without a lock: nothing of it is changed."""
    task = Session.scalar(select(Task).where(Task.case_id == case.id).order_by(Task.id.desc()).limit(1))
    return work_on(case, task, person, Given(), now) if task else None


def _record(work: Work) -> None:
    """One line for one look, however often the preview is drawn anew."""
    seen = select(AuditEvent.id).where(
        AuditEvent.chain == work.chain,
        AuditEvent.action == ACTION,
        AuditEvent.actor == work.person.username,
        AuditEvent.at > work.now - ONE_LOOK,
    )
    if Session.scalar(seen.limit(1)) is None:
        record(work.chain, ACTION, work.person.username, work.now)


def _structure(work: Work, context: Mapping[str, Any]) -> dict[str, Any]:
    """The same lists, choices, numbers and days; whose case it is stays in the case."""
    answers = work.case.data
    party = context["party"]
    case = {**context["case"], "receipt_code": "[Kode resi]", "url": "", "office_url": "", "survey_url": ""}
    return {
        **context,
        "case": case,
        "data": {step: structure_of(_form(work, step), given) for step, given in answers.items()},
        "party": party and _labelled(party, _PARTY),
        "signer": _labelled(context["signer"], _PERSON),
        "members": [_labelled(each, _PERSON) for each in context["members"]],
        "corrections": [
            {**each, "reason": bracketed("Alasan", each["reason"])} for each in context["corrections"]
        ],
    }


def _labelled(values: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    return {key: bracketed(labels[key], value) if key in labels else value for key, value in values.items()}


def _form(work: Work, step: str) -> FormDefinition | None:
    """The form whose answers lie under a step."""
    if step == APPLICATION:
        key: str | None = work.process.start.form
    else:
        found = work.process.steps.get(step)
        key = form_of(found) if found else None
    shape = current().get("form", key).shape if key and current().has("form", key) else None
    return shape if isinstance(shape, FormDefinition) else None
