"""A case as its applicant sees it: where it stands, what is asked, what was issued."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from app.cases.models import Case, Task
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.process import Process, Step
from app.errors import text
from app.flow.withdraw import is_decided
from app.portal.correction_form import Answering, Refused
from app.portal.survey import survey_url
from app.reports import case_parts, letter_cards
from app.reports.form_context import form_context, place_of
from app.reports.offers import offer
from app.reports.status import sentence
from app.reports.task_page import form_of_task
from app.reports.tracker import process_of, stops, tasks_of
from app.reports.view import given_name
from app.web import deadlines
from app.web.correction_rows import CorrectionRows
from app.web.form_page import FormPage, answered, at_fields
from app.web.i18n import translate


@dataclass
class CasePage:
    """One case at one moment, seen by its applicant."""

    case: Case
    now: datetime
    refused: Refused | None = None

    def __post_init__(self) -> None:
        g.timezone = self.case.office.timezone
        self.process: Process = process_of(self.case)
        self.tasks = tasks_of(self.case)
        self.corrected = CorrectionRows(self.case, self.now, inside=False)
        self.answering = Answering(self.case, self.corrected, correcting(self), self.refused)

    @property
    def own_tasks(self) -> list[Task]:
        """What waits for the applicant."""
        return [task for task in self.tasks if task.state == "open" and task.clock == "applicant"]

    def context(self) -> dict[str, Any]:
        """What portal/case.html is given."""
        return {
            "case": self.head(),
            "deadline": deadlines.of_case(self.case, self.now),
            "steps": stops(self.case, self.process, self.tasks),
            "rounds": self.corrected.rounds(),
            "correction": self.answering.shown(self.act),
            "acts": [self.act(task) for task in self.own_tasks if task is not self.answering.task],
            "letters": self.letters(),
            "attachments": self.attachments(),
            "data": self.data(),
            "history": self.history(),
            "survey_url": survey_url(self.case, self.now),
        }

    def head(self) -> dict[str, Any]:
        """Number, names and status."""
        return {
            **summary(self.case, self.process, self.tasks),
            "withdraw_url": self.withdraw_url(),
            "receipt_url": self.receipt_url(),
        }

    def receipt_url(self) -> str | None:
        """The office's receipt for the file, as soon as it is given."""
        letters = letter_cards.letters_of(self.case, inside=False)
        receipt = next((letter for letter in letters if letter.slot == "receipt"), None)
        return url_for("FilesView.letter", letter_id=receipt.id) if receipt else None

    def withdraw_url(self) -> str | None:
        """Where to withdraw, as long as nothing that decides is signed."""
        may = self.case.status not in ("draft", "closed") and not is_decided(self.case)
        return url_for("CasesView.withdraw", number=self.case.number) if may else None

    def act(self, task: Task) -> dict[str, Any]:
        """Something that the applicant is to do."""
        is_receipt = receives(self.process, task)
        return {
            "title": task.title,
            "text": translate(DOWNLOAD) if is_receipt else "",
            "filled": self.filled(task),
            "url": url_for("CasesView.complete", number=self.case.number, task_id=task.id),
            "version": task.version,
            "due_at": task.due_at,
            "button": gettext("I have received the letter") if is_receipt else gettext("Send"),
            "ways": ways_out(self.process.steps[task.step]),
        }

    def filled(self, task: Task) -> FormPage | None:
        """The task's form with what is known, or what was just posted and refused."""
        form: FormDefinition | None = form_of_task(task, self.case)
        if form is None:
            return None
        context = form_context(form, place_of(self.case), self.now)
        if self.refused and self.refused.task_id == task.id:
            return FormPage(form, self.refused.answers, context, at_fields(self.refused.errors))
        step = self.process.steps[task.step]
        key = "application" if step.form == self.process.start.form else task.step
        return FormPage(form, self.case.data.get(key, {}), context)

    def letters(self) -> list[dict[str, Any]]:
        """What was delivered, to be downloaded."""
        return [
            {
                **letter_cards.card(letter, inside=False),
                "download_url": url_for("FilesView.letter", letter_id=letter.id),
            }
            for letter in letter_cards.letters_of(self.case, inside=False)
        ]

    def attachments(self) -> list[dict[str, Any]]:
        """The files sent."""
        requirements = case_parts.requirements_of(self.case)
        return [
            case_parts.file_row(file, requirements) for file in case_parts.files_of(self.case, inside=False)
        ]

    def data(self) -> list[dict[str, Any]]:
        """What was filled in, unmasked: it is the applicant's own."""
        form: FormDefinition = (
            current().revision("form", self.process.start.form, self.case.form_revision).shape
        )
        context = form_context(form, place_of(self.case), self.now)
        return answered(form, self.case.data.get("application", {}), context, masked=False)

    def history(self) -> list[dict[str, Any]]:
        """The steps taken, newest first, without the officers' names."""
        done = [task for task in self.tasks if task.state == "done"]
        rows = [
            {"at": task.completed_at, "title": task.full_title, "tone": "good"} for task in reversed(done)
        ]
        open_now = [
            {"at": task.entered_at, "title": task.full_title, "tone": "now"} for task in self.own_tasks
        ]
        # what is open began in the moment in which the step before it was done, and stands above it
        return sorted([*open_now, *rows], key=lambda row: row["at"], reverse=True)


def summary(case: Case, process: Process, tasks: list[Task]) -> dict[str, Any]:
    """What lists and heads say of a case."""
    waiting = [task for task in tasks if task.state == "open"]
    return {
        "number": case.number,
        "url": url_for("CasesView.show", number=case.number),
        "service_title": offer(case.service).service.title,
        "party_name": given_name(case),
        "sentence": translate(sentence(case, process, waiting, inside=False)),
        "status": case.status,
        "result": case.result,
        "permit_status": case.permit_status,
        "submitted_at": case.submitted_at,
    }


def ways_out(step: Step) -> list[tuple[str, str]]:
    """What the applicant may choose between, where no table decides."""
    return [] if step.decide else [(key, way.title) for key, way in step.outcomes.items()]


def correcting(page: CasePage) -> Task | None:
    """The task by which the applicant answers what was asked."""
    if not any(row.state == "asked" for row in page.corrected.rows):
        return None
    return next((task for task in page.own_tasks if not receives(page.process, task)), None)


def receives(process: Process, task: Task) -> bool:
    """True for the step by which the applicant has a letter in hand."""
    return any(action.receive for action in process.steps[task.step].do)


DOWNLOAD = text("Download the letter below: the first download counts as your receipt for it.")
NOT_SENT = text("The correction is not sent yet: please put the marked fields right.")
