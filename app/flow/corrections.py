"""Corrections: what the applicant must put right, all in one list, with what stood there before and after."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.cases.engine import Effect
from app.cases.models import Attachment, Correction, Decision
from app.db import Session
from app.definitions.form import FormDefinition
from app.errors import Invalid, text
from app.flow.work import Ask, Work

STATES = ("missing", "incomplete", "wrong")
LONGEST_REASON = 1000


def ask(work: Work, effect: Effect) -> None:
    """Ask for all that is marked on the checklist, found by the table's rows, or added by the officer."""
    found: dict[tuple[str | None, str | None, str], str] = {}
    for item in [*_of_checklist(work), *_of_rows(work), *work.given.asks]:
        beyond = "" if item.requirement or item.field else item.reason
        key = (item.requirement, item.field, beyond)
        told = found.get(key)
        found[key] = item.reason if told in (None, *STATES) else f"{told}; {item.reason}"
    if not found:
        said = work.given.note or "; ".join(work.decision.reasons if work.decision else [])
        found[(None, None, said)] = said
    Session.add_all(_row(work, key, reason) for key, reason in found.items())


def asked(work: Work) -> list[dict[str, str]]:
    """What the applicant is asked for now, with the officer's words or the state where there are none."""
    return [{"item": row.item, "reason": row.reason} for row in asked_in(work.case.id)]


def asked_in(case_id: int) -> list[Correction]:
    """What waits for the applicant's answer, in the order it was asked."""
    query = select(Correction).where(Correction.case_id == case_id, Correction.state == "asked")
    return list(Session.scalars(query.order_by(Correction.id)))


def settle(work: Work) -> None:
    """The applicant has answered what was asked before this task; what the task itself asks stays open."""
    for row in asked_in(work.case.id):
        if row.task_id != work.task.id:
            row.state, row.answered_at = "answered", work.now
            row.after = state_of(work, row.requirement, row.field)
            row.reply = work.given.replies.get(str(row.id), "")


def state_of(work: Work, requirement: str | None, field: str | None) -> dict[str, Any]:
    """What a case holds now of a document or a field."""
    if requirement:
        query = select(Attachment.id).where(
            Attachment.case_id == work.case.id,
            Attachment.requirement == requirement,
            Attachment.replaced_at.is_(None),
        )
        return {"files": list(Session.scalars(query.order_by(Attachment.id)))}
    return {"value": work.case.data.get("application", {}).get(field)} if field else {}


def application_form(work: Work) -> FormDefinition:
    """The form of the application, as the office asks it now: what a correction fills in."""
    shape: FormDefinition = work.catalogue.get("form", work.process.start.form).shape
    return shape


def require_askable(work: Work, outcome: str | None) -> None:
    """Refuse what an officer adds where nothing is asked of the applicant, or what the case does not have."""
    if not work.given.asks:
        return
    way = work.step.outcomes.get(outcome or "")
    if way is None or not any(action.ask_correction for action in way.do):
        raise Invalid("Corrections can only be asked for where the file goes back to its applicant.")
    fields = dict(application_form(work).fields())
    for number, each in enumerate(work.given.asks):
        known = each.field in fields if each.field else each.requirement in work.service.requirements
        if not known:
            raise Invalid(
                "Choose what is to be put right.",
                errors={f"asks.{number}.what": [text("Choose what is to be put right.")]},
            )
        if not each.reason.strip() or len(each.reason) > LONGEST_REASON:
            raise Invalid(
                "Say what is wrong.", errors={f"asks.{number}.reason": [text("Say what is wrong.")]}
            )


def _row(work: Work, key: tuple[str | None, str | None, str], reason: str) -> Correction:
    requirement, field, _ = key
    return Correction(
        case_id=work.case.id,
        task_id=work.task.id,
        item=_title(work, requirement, field) or reason,
        requirement=requirement,
        field=field,
        reason=reason,
        asked_at=work.now,
        before=state_of(work, requirement, field),
    )


def _title(work: Work, requirement: str | None, field: str | None) -> str:
    """The document or field by its name; empty where words alone say what is wrong."""
    if requirement:
        known = work.service.requirements.get(requirement)
        return known.title if known else requirement
    if field:
        return dict(application_form(work).fields())[field].title
    return ""


def _of_checklist(work: Work) -> Iterator[Ask]:
    for checklist in work.answers.values():
        for key, item in checklist.items() if isinstance(checklist, dict) else ():
            if isinstance(item, dict) and item.get("state") in STATES:
                yield Ask(item.get("note") or item["state"], requirement=key)


def _of_rows(work: Work) -> Iterator[Ask]:
    """What the rows of a collecting table name beyond the checklist: a count, a field, or another finding."""
    if work.decision is None or work.step.decide is None or work.step.decide.otherwise is None:
        return
    table = work.catalogue.revision("decision_table", work.decision.table, work.decision.revision).shape
    marked = {each.requirement for each in _of_checklist(work)}
    for number in work.decision.rows:
        row = table.rows[number - 1]
        reason = str(row.then.get("reason") or row.note or "")
        for found in _named(work, list(row.when), reason):
            if found.requirement is None or found.requirement not in marked:
                yield found


def _named(work: Work, paths: list[str], reason: str) -> Iterator[Ask]:
    """A row's finding at the document or field that it is about; else in words alone."""
    form, requirements = dict(application_form(work).fields()), work.service.requirements
    for path in paths:
        head, _, rest = path.partition(".")
        key = rest.partition(".")[0]
        if head == "application" and key in form:
            yield Ask(reason, field=key)
            return
        if key in requirements and isinstance(work.answers.get(head), dict):
            yield Ask(reason, requirement=key)
            return
        if head == "decision":
            yield from (Ask(each) for each in _reasons_of(work, key))
    if reason:
        yield Ask(reason)


def _reasons_of(work: Work, step: str) -> list[str]:
    """Why an earlier step of the case was decided as it was."""
    query = select(Decision.reasons).where(Decision.case_id == work.case.id, Decision.step == step)
    found: list[str] = Session.scalar(query.order_by(Decision.id.desc()).limit(1)) or []
    return found
