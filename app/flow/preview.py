"""Show what completing a task would lead to, changing nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.cases import clock
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.process import Step, as_list
from app.errors import NotFound
from app.flow.answers import read_answers
from app.flow.deciding import evaluate
from app.flow.permission import require_may_do, require_open
from app.flow.work import Given, Work, work_on
from app.people.access import Person


def preview(person: Person, task_id: int, given: Given, now: datetime) -> dict[str, Any]:
    """The outcome, its reasons and rows, and the deadline of what comes next with its arithmetic."""
    work = unlocked(person, task_id, given, now)
    require_open(work)
    require_may_do(work)
    work.answers = read_answers(work)
    outcome = given.outcome
    why: dict[str, Any] = {"reasons": [], "rows": [], "laws": [], "revision": None}
    if work.step.decide:
        verdict, revision, _ = evaluate(work)
        outcome = verdict.outcome
        why = {"reasons": verdict.reasons, "rows": verdict.rows, "laws": verdict.laws, "revision": revision}
    way = work.step.outcomes.get(outcome or "")
    targets = as_list(way.next if way else work.step.next)
    return {
        "outcome": outcome,
        "title": way.title if way else None,
        **why,
        "next": [_what_next(work, key) for key in targets],
        "deadline_arithmetic": [line for key in targets for line in _deadline(work, key)],
    }


def unlocked(person: Person, task_id: int, given: Given, now: datetime) -> Work:
    """A task to look at, without a lock."""
    task = Session.get(Task, task_id)
    if task is None:
        raise NotFound("There is no such task.")
    case = Session.scalars(select(Case).where(Case.id == task.case_id)).one()
    return work_on(case, task, person, given, now)


def _what_next(work: Work, key: str) -> dict[str, Any]:
    step: Step = work.process.steps[key]
    actor = work.process.actors[step.actor].title if step.actor else None
    return {"step": key, "no": step.no, "title": step.title, "actor": actor, "result": step.result}


def _deadline(work: Work, key: str) -> list[Any]:
    norm = work.process.norm_of(key)
    return list(clock.due(work.calendar, norm, work.now).as_json()) if norm else []
