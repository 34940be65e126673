"""Where a case stands on its way: every step of its process with what has become of it, in printed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from app.cases.models import Case, Task
from app.cases.plan import happy_path
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.process import Process

State = Literal["done", "now", "returned", "skipped", "ahead"]
NEAR_STEPS = 4  # so many steps ahead are shown on a phone


@dataclass(frozen=True)
class Stop:
    """One step on the way; `far`: not worth its place on a small screen."""

    key: str
    no: str | None
    title: str
    who: str
    state: State
    at: datetime | None = None
    far: bool = False


def process_of(case: Case) -> Process:
    """The process revision that a case runs by."""
    shape: Process = current().revision("process", case.process, case.process_revision).shape
    return shape


def tasks_of(case: Case) -> list[Task]:
    """Every task of a case, in the order they were opened."""
    return list(Session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)))


def open_tasks_of(cases: Sequence[Case]) -> dict[int, list[Task]]:
    """What is open in each of several cases, by one query."""
    found: dict[int, list[Task]] = {case.id: [] for case in cases}
    query = select(Task).where(Task.case_id.in_(found), Task.state == "open").order_by(Task.id)
    for task in Session.scalars(query):
        found[task.case_id].append(task)
    return found


def stops(case: Case, process: Process, tasks: list[Task]) -> list[Stop]:
    """The steps of a case: those passed, those open, and those the plan still leads through."""
    planned = set(happy_path(process, process.start.first)) | {row["step"] for row in case.plan}
    now = {task.step for task in tasks if task.state == "open"}
    first_open = min((process.position(key) for key in now), default=len(process.steps))
    last_open = max((process.position(key) for key in now), default=len(process.steps))
    found = []
    for place, (key, step) in enumerate(process.steps.items()):
        if step.kind in ("end", "send"):
            continue
        own = [task for task in tasks if task.step == key and task.state != "cancelled"]
        state = _state(key in now, bool(own), place > first_open, _is_ahead(case, key, planned))
        at = own[-1].completed_at if own else None
        who = _who(process, key)
        far = state in ("ahead", "skipped") and not last_open < place <= last_open + NEAR_STEPS
        found.append(Stop(key, step.no, step.title, who, state, at, far))
    return found


def _state(is_open: bool, was_done: bool, is_behind: bool, is_ahead: bool) -> State:
    if is_open:
        return "now"
    if was_done:
        return "returned" if is_behind else "done"
    return "ahead" if is_ahead else "skipped"


def _is_ahead(case: Case, key: str, planned: set[str]) -> bool:
    return key in planned and case.status != "closed"


def _who(process: Process, key: str) -> str:
    actor = process.steps[key].actor
    if actor is None:
        return ""
    return process.actors[actor].name or process.actors[actor].title


def case_exists(number: str) -> bool:
    """True if a case has this number."""
    return Session.scalar(select(Case.id).where(Case.number == number)) is not None
