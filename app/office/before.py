"""What stands beside a task from before: why the case came to it, and the other letters of the case."""

from typing import Any

from sqlalchemy import select

from app.cases.models import Case, Decision, Task
from app.db import Session
from app.definitions.form import LongTextField
from app.definitions.process import Process
from app.letters.models import Letter
from app.office import case_parts, decision_parts
from app.reports import letter_cards
from app.reports.task_page import form_of_task


def finding(task: Task, case: Case, process: Process) -> dict[str, Any] | None:
    """The newest decision before the task where its table objected, and what was said beside it in words."""
    query = select(Decision).where(Decision.case_id == case.id, Decision.at <= task.entered_at)
    newest = Session.scalar(query.order_by(Decision.id.desc()).limit(1))
    if newest is None or not newest.reasons or newest.step == task.step:
        return None
    return {
        "decision": decision_parts.stored(case, process, [newest])[0],
        "words": said_at(newest, case),
    }


def said_at(decision: Decision, case: Case) -> list[tuple[str, str]]:
    """The long answers given at the step that decided: what is to be corrected, and how."""
    query = select(Task).where(
        Task.case_id == case.id, Task.step == decision.step, Task.completed_at == decision.at
    )
    task = Session.scalar(query.limit(1))
    form = form_of_task(task, case) if task else None
    if task is None or form is None:
        return []
    answers = task.data or {}
    return [
        (own.title, str(answers[key]))
        for key, own in form.fields()
        if isinstance(own, LongTextField) and answers.get(key)
    ]


def other_letters(case: Case, shown: list[Letter]) -> list[dict[str, Any]]:
    """The letters of the case that are not among those shown, without what no longer counts."""
    known = {letter.id for letter in shown}
    rows = [
        letter
        for letter in letter_cards.letters_of(case, inside=True)
        if letter.id not in known and letter.status not in letter_cards.ENDED
    ]
    return case_parts.letters(rows)
