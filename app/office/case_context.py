"""A case in full, for the officers of its office."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import g, url_for
from flask_babel import gettext
from sqlalchemy import select

from app.audit.chain import digest
from app.audit.models import AuditEvent
from app.cases.models import Case, Decision, Task
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.messages import SHARED, Messages
from app.definitions.process import Process
from app.flow.correction_time import can_have_time, may_give_time
from app.flow.permission import may_do
from app.messages.channels import TO_PEOPLE
from app.messages.models import Message
from app.office import case_parts, decision_parts, deemed
from app.office.wording import BOOKS
from app.people.access import Person
from app.registers.models import RegisterEntry
from app.reports import case_parts as shared_parts
from app.reports import letter_cards
from app.reports.case_page import MASKED
from app.reports.form_context import form_context, place_of
from app.reports.lists import history
from app.reports.names import names_of
from app.reports.offers import offer
from app.reports.tracker import process_of, stops, tasks_of
from app.web import deadlines
from app.web.correction_rows import CorrectionRows
from app.web.form_page import answered


@dataclass
class OfficeCase:
    """One case at one moment, seen by an officer; `opened` are the identifiers just shown in full."""

    case: Case
    person: Person
    now: datetime
    opened: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        g.timezone = self.case.office.timezone

    @cached_property
    def process(self) -> Process:
        """The process that the case runs by."""
        return process_of(self.case)

    @cached_property
    def tasks(self) -> list[Task]:
        """Every task of the case."""
        return tasks_of(self.case)

    @cached_property
    def form(self) -> FormDefinition:
        """The form that opened the case."""
        key, number = self.process.start.form, self.case.form_revision
        shape: FormDefinition = current().revision("form", key, number).shape
        return shape

    def context(self) -> dict[str, Any]:
        """What office/case.html is given."""
        events = history(self.case)
        return {
            "case": self.head(),
            "deadline": deadlines.of_case(self.case, self.now),
            "steps": stops(self.case, self.process, self.tasks),
            "summary": case_parts.summary(self.case),
            "reveal_url": self.reveal_url(),
            "data": self.data(),
            "tasks": self.task_rows(),
            "decisions": self.decisions(),
            "letters": case_parts.letters(letter_cards.letters_of(self.case, inside=True)),
            "messages": self.messages(),
            "more_time_url": self.more_time_url(),
            "deemed": deemed.line(self.case, self.now),
            "requests": requests(self.case),
            "rounds": CorrectionRows(self.case, self.now, inside=True).rounds(),
            "attachments": self.attachments(),
            "history": case_parts.timeline(events, hashes=True, words=case_parts.titles(self.case)),
            "chain_ok": chain_holds(self.case),
            "register": self.register(),
        }

    def more_time_url(self) -> str | None:
        """Where to give the applicant more time, for who may."""
        may = can_have_time(self.case) and may_give_time(self.person, self.case)
        return url_for("OfficeCasesView.give_time", number=self.case.number) if may else None

    def head(self) -> dict[str, Any]:
        """Number, names, status and the process."""
        return {
            **case_parts.head(self.case, self.process, self.tasks),
            "office": self.case.office.short_name,
            "process_title": self.process.title,
            "process_revision": self.case.process_revision,
            "process_url": url_for("ProcessView.show", key=offer(self.case.service).short_key),
        }

    def hidden_fields(self) -> list[str]:
        """The fields of the application that are shown masked."""
        given = self.case.data.get("application", {})
        return [key for key, own in self.form.fields() if own.type in MASKED and given.get(key)]

    def reveal_url(self) -> str | None:
        """Where to open what is masked, as long as something is."""
        closed = [key for key in self.hidden_fields() if key not in self.opened]
        return url_for("OfficeCasesView.reveal", number=self.case.number) if closed else None

    def data(self) -> list[dict[str, Any]]:
        """What was filled in, then what the office answered at its own steps."""
        place = place_of(self.case)
        given = self.case.data.get("application", {})
        context = form_context(self.form, place, self.now)
        parts = answered(self.form, given, context)
        if self.opened:
            parts = self._with_opened(parts, answered(self.form, given, context, masked=False))
        return parts + [part for key in self.process.steps for part in self.step_data(key)]

    def _with_opened(self, masked: list[dict[str, Any]], full: list[dict[str, Any]]) -> list[dict[str, Any]]:
        titles = {own.title for key, own in self.form.fields() if key in self.opened}
        return [
            {
                "title": part["title"],
                "rows": [
                    open_row if row[0] in titles else row
                    for row, open_row in zip(part["rows"], whole["rows"], strict=True)
                ],
            }
            for part, whole in zip(masked, full, strict=True)
        ]

    def step_data(self, key: str) -> list[dict[str, Any]]:
        """The answers of one of the office's steps, by the newest revision of its form that was used."""
        step, answers = self.process.steps[key], self.case.data.get(key)
        used = [task.form_revision for task in self.tasks if task.step == key and task.form_revision]
        if not answers or step.form is None or not used:
            return []
        form: FormDefinition = current().revision("form", step.form, used[-1]).shape
        context = form_context(form, place_of(self.case), self.now)
        rows = [row for part in answered(form, answers, context) for row in part["rows"]]
        return [{"title": step.full_title, "rows": rows}]

    def task_rows(self) -> list[dict[str, Any]]:
        """Every task with who did it when and how it ended."""
        names = names_of([name for task in self.tasks for name in (task.claimed_by, task.completed_by)])
        return [self.task_row(task, names) for task in self.tasks]

    def task_row(self, task: Task, names: dict[str, str]) -> dict[str, Any]:
        """One task."""
        way = self.process.steps[task.step].outcomes.get(task.outcome or "")
        return {
            "no": task.no,
            "title": task.title,
            "url": url_for("TaskView.show", task_id=task.id),
            "role_title": case_parts.role_title(task.role),
            "state": task.state,
            "deadline": deadlines.of_task(task, self.case.office, self.now),
            "claimed_by": names.get(task.claimed_by or "", task.claimed_by),
            "completed_by": names.get(task.completed_by or "", task.completed_by),
            "completed_at": task.completed_at,
            "outcome_title": way.title if way else "",
            "note": task.note,
        }

    def decisions(self) -> list[dict[str, Any]]:
        """Why each step with a table ended as it did."""
        query = select(Decision).where(Decision.case_id == self.case.id).order_by(Decision.id)
        return decision_parts.stored(self.case, self.process, list(Session.scalars(query)))

    def messages(self) -> list[dict[str, Any]]:
        """What is awaited, then what went out and came in."""
        query = select(Message).where(Message.case_id == self.case.id).order_by(Message.id.desc())
        titles = message_titles(offer(self.case.service).service.messages)
        return self.awaited() + [message_row(row, titles) for row in Session.scalars(query)]

    def awaited(self) -> list[dict[str, Any]]:
        """The answers that steps wait for, with the way to enter them by hand."""
        return [
            {
                "direction": "in",
                "title": task.title,
                "system": (task.message or "").partition("/")[0].upper(),
                "at": task.entered_at,
                "awaited": True,
                "due_at": task.due_at,
                "correlation": task.correlation,
                "manual_url": url_for("TaskView.show", task_id=task.id) if self.may_do(task) else None,
            }
            for task in self.tasks
            if task.state == "open" and task.kind == "wait"
        ]

    def may_do(self, task: Task) -> bool:
        """True if the officer may stand in for the outside system."""
        return may_do(self.person, self.case, task, self.process)

    def attachments(self) -> list[dict[str, Any]]:
        """Every file, replaced ones included."""
        files = shared_parts.files_of(self.case, inside=True)
        names = names_of(file.added_by for file in files)
        requirements = shared_parts.requirements_of(self.case)
        rows = [shared_parts.file_row(file, requirements) for file in files]
        return [{**row, "by": names.get(row["by"], row["by"])} for row in rows]

    def register(self) -> list[dict[str, Any]]:
        """The lines that the case has in the books."""
        query = select(RegisterEntry).where(RegisterEntry.case_id == self.case.id).order_by(RegisterEntry.id)
        return [
            {"book": str(BOOKS[line.book]), "number": line.number, "on": line.on, "subject": line.subject}
            for line in Session.scalars(query)
        ]


def message_titles(key: str | None) -> dict[str, str]:
    """The messages of a service by name, those that all services share included."""
    found: dict[str, str] = {}
    for file in (SHARED, key):
        if file and current().has("messages", file):
            messages: Messages = current().get("messages", file).shape
            for items in (messages.outbound, messages.notices):
                found |= {name: item.title for name, item in items.items()}
            for name, arriving in messages.inbound.items():  # its row is named without the system
                found |= {name: arriving.title, name.partition("/")[2]: arriving.title}
    return found


def message_row(row: Message, titles: dict[str, str]) -> dict[str, Any]:
    """A message without its contents, which may hold personal data."""
    again = row.direction == "out" and row.state in ("stopped", "unknown", "queued") and row.attempts > 0
    return {
        "id": row.id,
        "direction": row.direction,
        "title": titles.get(row.name, row.name),
        "system": channel_words(row.channel),
        "state": row.state,
        "at": row.done_at or row.created_at,
        "awaited": False,
        "correlation": row.correlation,
        "attempts": row.attempts,
        "error": row.error,
        "retry_url": url_for("MessagesView.retry", message_id=row.id) if again else None,
        "manual_url": seen_to_at(row),
    }


def requests(case: Case) -> list[dict[str, str]]:
    """The messages that an officer may send from here."""
    key = offer(case.service).service.messages
    if case.status == "draft" or not key or not current().has("messages", key):
        return []
    messages: Messages = current().get("messages", key).shape
    return [
        {"title": item.title, "url": url_for("OutsideView.ask", number=case.number, name=name)}
        for name, item in messages.outbound.items()
        if item.on_request
    ]


def seen_to_at(row: Message) -> str | None:
    """Where a person sees to a message that no program could carry or match."""
    if row.channel in TO_PEOPLE:
        return None
    answered = row.state == "done" and row.payload.get("method", "").startswith(("inquery", "check"))
    if row.direction == "out" and (answered or row.state in ("manual", "stopped")):
        return url_for("OutsideView.carry", message_id=row.id)
    if row.direction == "in" and row.state in ("unmatched", "refused"):
        return url_for("OutsideView.arrived", message_id=row.id)
    return None


def channel_words(channel: str) -> str:
    """With whom, or through what, a message goes."""
    known = {"email": str(gettext("e-mail")), "whatsapp": "WhatsApp"}
    return known.get(channel, channel.upper())


def chain_holds(case: Case) -> bool:
    """True if no event of the case was changed, removed or added behind the chain's back."""
    query = select(AuditEvent).where(AuditEvent.chain == f"case:{case.id}").order_by(AuditEvent.seq)
    previous = ""
    for seq, event in enumerate(Session.scalars(query), 1):
        if event.seq != seq or event.prev_hash != previous or digest(event) != event.hash:
            return False
        previous = event.hash
    return True
