"""One case as plain data: status, who must act, plan, tasks, decisions, letters, messages, files."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.cases.models import Attachment, Case, Correction, Decision, Task
from app.db import Session
from app.definitions.catalogue import Catalogue, current
from app.definitions.form import FormDefinition
from app.definitions.process import Process
from app.forms.display import masked
from app.letters.models import Letter
from app.messages.models import Message
from app.reports.letters import letter_json
from app.reports.view import Side, View, given_name

MASKED = ("nik", "npwp", "phone", "email")


def case_json(view: View) -> dict[str, Any]:
    """The case as api.md names it; an applicant gets neither drafts, notes nor what is internal."""
    case, catalogue = view.case, current()
    process: Process = catalogue.revision("process", case.process, case.process_revision).shape
    open_tasks = list(
        Session.scalars(select(Task).where(Task.case_id == case.id, Task.state == "open").order_by(Task.id))
    )
    return {
        **head_json(case, view.side),
        "plan": case.plan,
        "clock": {
            "state": "stopped" if case.paused_at or case.status in ("closed", "draft") else "running",
            "since": iso(case.paused_at),
        },
        "waiting_for": [waiting_for(process, task) for task in open_tasks],
        "waits": [wait_json(process, task) for task in open_tasks if task.kind == "wait"],
        "corrections": corrections_json(case),
        "data": data_json(view, catalogue),
        "tasks": tasks_json(view),
        "decisions": decisions_json(case, process) if view.inside else [],
        "letters": letters_json(view),
        "messages": messages_json(case) if view.inside else [],
        "attachments": attachments_json(view),
    }


def head_json(case: Case, side: Side) -> dict[str, Any]:
    """What lists show of a case."""
    registered = case.party.name if case.party and side == "office" else None
    return {
        "number": case.number,
        "service": case.service.removesuffix("/service"),
        "office": case.office.key,
        "party": registered or given_name(case) or None,
        "status": case.status,
        "result": case.result,
        "permit_status": case.permit_status,
        "process_revision": case.process_revision,
        "version": case.version,
        "created_at": iso(case.created_at),
        "submitted_at": iso(case.submitted_at),
        "clock_started_at": iso(case.clock_started_at),
        "due_at": iso(case.due_at),
        "closed_at": iso(case.closed_at),
    }


def waiting_for(process: Process, task: Task) -> dict[str, Any]:
    """Who must act, by role and by the title people know."""
    step = process.steps[task.step]
    actor = process.actors[step.actor] if step.actor else None
    return {
        "role": process.role_of(step.actor) if step.actor else task.role,
        "title": (actor.name or actor.title) if actor else task.role,
        "step": task.step,
        "no": task.no,
        "task": task.title,
        "due_at": iso(task.due_at),
    }


def wait_json(process: Process, task: Task) -> dict[str, Any]:
    """What is awaited from which system since when."""
    return {
        "step": task.step,
        "system": process.steps[task.step].actor,
        "message": task.message,
        "correlation": task.correlation,
        "since": iso(task.entered_at),
        "due_at": iso(task.due_at),
    }


def corrections_json(case: Case) -> list[dict[str, Any]]:
    """Everything asked of the applicant."""
    rows = Session.scalars(select(Correction).where(Correction.case_id == case.id).order_by(Correction.id))
    return [
        {
            "id": row.id,
            "item": row.item,
            "requirement": row.requirement,
            "field": row.field,
            "reason": row.reason,
            "state": row.state,
            "asked_at": iso(row.asked_at),
            "answered_at": iso(row.answered_at),
            "reply": row.reply,
        }
        for row in rows
    ]


def data_json(view: View, catalogue: Catalogue) -> dict[str, Any]:
    """The answers; to staff with identifiers masked, to the applicant their own application only."""
    case = view.case
    if not view.inside:
        return {"application": case.data.get("application", {})}
    forms = forms_of(case, catalogue)
    return {key: masked(forms[key], given) if key in forms else given for key, given in case.data.items()}


def forms_of(case: Case, catalogue: Catalogue) -> dict[str, FormDefinition]:
    """The forms behind the answers, by the key that these are kept under; each as it was last used."""
    process: Process = catalogue.revision("process", case.process, case.process_revision).shape
    start = process.start.form
    used = select(Task.step, func.max(Task.form_revision)).where(Task.case_id == case.id)
    numbers = Session.execute(used.where(Task.form_revision.is_not(None)).group_by(Task.step)).all()
    found = {"application": catalogue.revision("form", start, case.form_revision).shape}
    for step, number in numbers:
        key = process.steps[step].form_key or start
        found["application" if key == start else step] = catalogue.revision("form", key, number or 0).shape
    return found


def tasks_json(view: View) -> list[dict[str, Any]]:
    """The steps taken and open; an applicant sees which and when, not by whom and why."""
    rows = Session.scalars(select(Task).where(Task.case_id == view.case.id).order_by(Task.id))
    return [task_row(view, task) for task in rows if view.inside or task.state != "cancelled"]


def task_row(view: View, task: Task) -> dict[str, Any]:
    """One task of the case page."""
    row = {
        "id": task.id,
        "step": task.step,
        "no": task.no,
        "title": task.title,
        "role": task.role,
        "kind": task.kind,
        "state": task.state,
        "entered_at": iso(task.entered_at),
        "due_at": iso(task.due_at),
        "completed_at": iso(task.completed_at),
        # how the office's own steps ended is told by the letter that is delivered
        "outcome": task.outcome if view.inside or task.clock == "applicant" else None,
    }
    if not view.inside:
        return {**row, "mine": task.clock == "applicant" and task.state == "open"}
    inside = {"claimed_by": task.claimed_by, "completed_by": task.completed_by, "note": task.note}
    return {**row, **inside, "assignees": task.assignees, "deadline": task.deadline, "version": task.version}


def decisions_json(case: Case, process: Process) -> list[dict[str, Any]]:
    """Why each step ended as it did."""
    rows = Session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id))
    return [
        {
            "step": row.step,
            "no": process.steps[row.step].no,
            "table": row.table,
            "revision": row.revision,
            "outcome": row.outcome,
            "title": process.steps[row.step].outcomes[row.outcome].title,
            "facts": row.facts,
            "outputs": row.outputs,
            "rows": row.rows,
            "reasons": row.reasons,
            "laws": row.laws,
            "at": iso(row.at),
            "by": row.by,
        }
        for row in rows
    ]


def letters_json(view: View) -> list[dict[str, Any]]:
    """The letters; to an applicant only what was delivered."""
    query = select(Letter).where(Letter.case_id == view.case.id).order_by(Letter.id)
    return [letter_json(row, view) for row in Session.scalars(query) if view.inside or row.delivered_at]


def messages_json(case: Case) -> list[dict[str, Any]]:
    """What went out and came in."""
    rows = Session.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.id))
    return [message_json(row) for row in rows]


def message_json(row: Message) -> dict[str, Any]:
    """A message without its contents, which may hold personal data."""
    return {
        "id": row.id,
        "direction": row.direction,
        "channel": row.channel,
        "name": row.name,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": iso(row.next_at),
        "error": row.error,
        "created_at": iso(row.created_at),
        "done_at": iso(row.done_at),
    }


def attachments_json(view: View) -> list[dict[str, Any]]:
    """The files, replaced ones included; the office's own stay inside."""
    query = select(Attachment).where(Attachment.case_id == view.case.id).order_by(Attachment.id)
    return [
        {
            "id": row.id,
            "requirement": row.requirement,
            "task": row.task_id,
            "name": row.name,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "added_at": iso(row.added_at),
            "replaced_at": iso(row.replaced_at),
        }
        for row in Session.scalars(query)
        if view.inside or not row.is_internal
    ]


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with offset, or nothing."""
    return moment.isoformat() if moment else None
