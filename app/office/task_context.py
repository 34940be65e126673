"""One task on a page: its form, its ways out, and everything one needs to know to do it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from app.cases.models import Case, Task
from app.definitions.form import FormDefinition
from app.definitions.process import Action, Outcome, Process, Step, as_list
from app.errors import OfficeError, Text
from app.flow.permission import require_may_do, require_open
from app.flow.preview import unlocked
from app.flow.work import Given, Work
from app.letters.models import Letter
from app.office import before, by_hand, case_parts
from app.office.asking import asking
from app.office.case_context import message_titles
from app.office.wording import deeds, finish_title, leads_to
from app.people.access import Person, people_in_role
from app.reports import letter_cards
from app.reports.form_context import form_context, place_of
from app.reports.lists import history
from app.reports.names import names_of
from app.reports.offers import offer
from app.reports.task_page import form_of_task, needs_passphrase
from app.reports.tracker import process_of, tasks_of
from app.web import deadlines
from app.web.correction_rows import CorrectionRows
from app.web.form_page import FormPage
from app.web.i18n import translate
from app.web.wording import norm

HEADS = ("head_of_office", "secretary", "division_head", "section_head")
RECENT = 12  # so many events of the history stand beside a task


@dataclass(frozen=True)
class Posted:
    """What an officer handed in and was not taken, with the reasons by field."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[Text]] = field(default_factory=dict)
    note: str = ""
    key: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""


@dataclass
class TaskPage:
    """A task at one moment, looked at by an officer."""

    person: Person
    task: Task
    case: Case
    now: datetime
    posted: Posted | None = None

    def __post_init__(self) -> None:
        g.timezone = self.case.office.timezone

    @cached_property
    def process(self) -> Process:
        """The process that the case runs by."""
        return process_of(self.case)

    @property
    def step(self) -> Step:
        """The step that the task carries out."""
        return self.process.steps[self.task.step]

    @cached_property
    def tasks(self) -> list[Task]:
        """Every task of the case."""
        return tasks_of(self.case)

    @cached_property
    def why_not(self) -> str:
        """Why this person cannot do the task now; empty if nothing stands in the way."""
        work: Work = unlocked(self.person, self.task.id, Given(), self.now)
        try:
            require_open(work)
            require_may_do(work)
        except OfficeError as refusal:
            return translate(refusal.text)
        return ""

    def context(self) -> dict[str, Any]:
        """What office/task.html is given."""
        return {
            "task": self.head(),
            "case": case_parts.head(self.case, self.process, self.tasks),
            "deadline": deadlines.of_task(self.task, self.case.office, self.now),
            "filled": self.filled(),
            "filled_before": self.filled_before(),
            "decides": self.step.decide is not None,
            "preview_url": url_for("TaskView.preview", task_id=self.task.id),
            "outcomes": self.outcomes(),
            "does": self.does(),
            "sign_outcome": self.sign_outcome(),
            "note": self.posted.note if self.posted else "",
            "sign_error": self.error_at("passphrase"),
            "found": before.finding(self.task, self.case, self.process),
            "letters": case_parts.letters(self.letters()),
            "other_letters": before.other_letters(self.case, self.letters()),
            "sheets": [] if self.why_not else by_hand.sheets(self.task, self.case, self.step),
            "summary": case_parts.summary(self.case),
            "requirements": case_parts.documents(self.case),
            "rounds": CorrectionRows(self.case, self.now, inside=True).rounds(),
            "asking": asking(self.case, self.process, self.step, self.posted.asks if self.posted else {}),
            "sop": self.sop(),
            "assign": self.assign(),
            "returned": self.returned(),
            "history": case_parts.timeline(
                history(self.case)[: -RECENT - 1 : -1], hashes=False, words=case_parts.titles(self.case)
            ),
        }

    def head(self) -> dict[str, Any]:
        """The task itself and what can be done with it."""
        task = self.task
        names = names_of([task.claimed_by, task.completed_by])
        return {
            "id": task.id,
            "no": task.no,
            "title": task.title,
            "role_title": case_parts.role_title(task.role),
            "kind": task.kind,
            "state": task.state,
            "version": task.version,
            "is_mine": task.claimed_by == self.person.username,
            "claimed_by": names.get(task.claimed_by or "", task.claimed_by),
            "can_act": not self.why_not,
            "why_not": self.why_not,
            "claim_url": url_for("TaskView.claim", task_id=task.id),
            "release_url": url_for("TaskView.release", task_id=task.id),
            "complete_url": url_for("TaskView.complete", task_id=task.id),
            "idempotency_key": (self.posted.key if self.posted else "") or secrets.token_urlsafe(12),
            "completed_by": names.get(task.completed_by or "", task.completed_by),
            "completed_at": task.completed_at,
        }

    def filled(self) -> FormPage | None:
        """The form: as posted, as done, or as it was answered when the case last passed here."""
        form: FormDefinition | None = form_of_task(self.task, self.case)
        if form is None:
            return None
        context = form_context(form, place_of(self.case), self.now)
        if self.posted:
            return FormPage(form, self.posted.answers, context, self.posted.errors)
        earlier = self.case.data.get(self.data_key, {})
        return FormPage(form, self.task.data or earlier, context)

    def filled_before(self) -> dict[str, Any] | None:
        """Whose answers the form begins with where the case comes to this step again."""
        done = [
            task for task in self.tasks if task.step == self.task.step and task.data and task.completed_by
        ]
        if self.why_not or self.posted or self.task.data or not done:
            return None
        by = done[-1].completed_by or ""
        return {"by": names_of([by]).get(by, by), "at": done[-1].completed_at}

    @property
    def data_key(self) -> str:
        """Where the case keeps the answers of this step."""
        return "application" if self.step.form == self.process.start.form else self.task.step

    def error_at(self, path: str) -> str:
        """What was wrong with a part of the page that is no field of the form."""
        found = self.posted.errors.get(path, []) if self.posted else []
        return " ".join(translate(words) for words in found)

    def outcomes(self) -> list[dict[str, Any]]:
        """The buttons: one for each way out, or one alone where a table decides or there is no choice."""
        if self.step.decide or not self.step.outcomes:
            following = "" if self.step.decide else leads_to(self.process, self.step.next)
            title = finish_title(self.process, self.step)
            only = {"key": "", "title": title, "next": following, "needs_note": False, "tone": ""}
            return [only | self.signing(self.step.actions() if self.step.decide else self.step.do)]
        return [self.outcome(key, way) for key, way in self.step.outcomes.items()]

    def outcome(self, key: str, way: Outcome) -> dict[str, Any]:
        """One way out; turning an application down is marked."""
        ends = {self.process.steps[target].result for target in as_list(way.next)}
        return {
            "key": key,
            "title": way.title,
            "next": leads_to(self.process, way.next),
            "needs_note": way.needs_note,
            "tone": "danger" if ends & {"refused", "returned"} else "",
            **self.signing([*self.step.do, *way.do]),
        }

    def signing(self, actions: Iterable[Action]) -> dict[str, Any]:
        """Whether a way out signs with the person's own certificate, and what it does."""
        done = list(actions)
        return {"signs": needs_passphrase(self.process, done, self.case), "does": self.deeds(done)}

    def sign_outcome(self) -> dict[str, Any] | None:
        """The way out that the passphrase is asked for: the one just tried, else the first that signs."""
        signing = [way for way in self.outcomes() if way["signs"]]
        tried = [way for way in signing if self.posted and way["key"] == self.posted.outcome]
        return next(iter([*tried, *signing]), None)

    def does(self) -> list[str]:
        """What completing the task does; with several ways out, what the first one does."""
        actions = list(self.step.do)
        if not self.step.decide and self.step.outcomes:
            actions += next(iter(self.step.outcomes.values())).do
        return self.deeds(actions)

    def deeds(self, actions: Iterable[Action]) -> list[str]:
        """Actions in words."""
        return deeds(self.process, actions, message_titles(offer(self.case.service).service.messages))

    def letters(self) -> list[Letter]:
        """The letters that this step works on."""
        slots = {action.slot for action in self.step.actions() if action.slot and not action.draft}
        found = letter_cards.letters_of(self.case, inside=True)
        return [letter for letter in found if letter.slot in slots and letter.status != "replaced"]

    def sop(self) -> dict[str, Any]:
        """The row of the SOP."""
        step = self.step
        actor = self.process.actors[step.actor].title if step.actor else ""
        return {
            "no": step.no,
            "actor": actor,
            "needs": step.needs,
            "yields": step.yields,
            "remark": step.remark,
            "norm": norm(self.process.norm_of(self.task.step)),
            "interpretation": step.interpretation,
        }

    def assign(self) -> dict[str, Any] | None:
        """For heads: to whom the task may be handed."""
        leads = any(self.person.holds(head, self.case.office_id) for head in HEADS)
        if self.task.state != "open" or not leads or self.task.assignees is not None:
            return None
        people = people_in_role(self.task.role, self.case.office_id, self.now.date())
        if not people:
            return None
        return {
            "url": url_for("TaskView.assign", task_id=self.task.id),
            "people": list(people.items()),
            "field_title": gettext("Hand over to a colleague"),
        }

    def returned(self) -> dict[str, Any] | None:
        """From where the case came back to this step, with the words of whoever sent it."""
        here = self.process.position(self.task.step)
        before = [
            task
            for task in self.tasks
            if task.state == "done" and task.completed_at == self.task.entered_at and task.note
        ]
        sender = before[-1] if before else None
        if sender is None or self.process.position(sender.step) <= here:
            return None
        name = names_of([sender.completed_by]).get(sender.completed_by or "", sender.completed_by)
        return {"from_step": sender.full_title, "by": name, "at": sender.completed_at, "note": sender.note}
