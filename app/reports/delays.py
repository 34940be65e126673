"""What is past its limit, and how long steps really take against their norms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.cases import clock
from app.cases.clock import NEAR
from app.cases.models import Case, Task
from app.cases.office_calendar import calendar_of
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.process import Process
from app.people.models import Office
from app.reports.lists import PAGE

PERIOD = timedelta(days=90)
MOST_TASKS = 5000  # realised times are taken from at most so many steps, the newest
DAY_MINUTES = 450  # a working day of the usual week, to compare norms in days with realised minutes


@dataclass(frozen=True)
class StepTime:
    """How often a step was done, how often late, and its median working time against the norm, in minutes."""

    no: str | None
    title: str
    role: str
    process: str
    done: int
    late: int
    norm: int | None
    realised: int


def figures(offices: list[int], now: datetime) -> dict[str, Any]:
    """How much is open, late, nearly late; which share of the period's steps was in time."""
    late = Task.due_at < now
    gone, whole = (func.extract("epoch", end - Task.entered_at) for end in (now, Task.due_at))
    near = (Task.due_at >= now) & (gone >= whole * NEAR)
    waiting = select(func.count(), func.count().filter(late), func.count().filter(near)).where(
        Task.state == "open", Task.clock == "office", Task.office_id.in_(offices)
    )
    open_, past, nearly = Session.execute(waiting).one()
    in_time = func.count().filter(Task.completed_at <= Task.due_at)
    done, good = Session.execute(select(func.count(), in_time).where(_done(offices, now))).one()
    closed = select(func.count()).where(Case.office_id.in_(offices), Case.closed_at > now - PERIOD)
    return {
        "open": open_,
        "late": past,
        "near": nearly,
        "on_time_share": round(100 * good / done) if done else None,
        "closed": Session.scalar(closed) or 0,
    }


def late_tasks(offices: list[int], now: datetime, after: str | None) -> list[Task]:
    """Open tasks past their limit, worst first; one more than a page where there are more."""
    query = (
        select(Task)
        .where(Task.state == "open", Task.clock == "office", Task.office_id.in_(offices), Task.due_at < now)
        .options(joinedload(Task.case).joinedload(Case.party), joinedload(Task.case).joinedload(Case.office))
        .order_by(Task.due_at, Task.id)
    )
    offset = int(after) if after and after.isdecimal() and len(after) < 6 else 0
    return list(Session.scalars(query.offset(offset).limit(PAGE + 1)))


def step_times(offices: list[Office], now: datetime) -> list[StepTime]:
    """Realised against norm for every step done in the period, in the order of the processes."""
    query = (
        select(Task, Case.process, Case.process_revision)
        .join(Case, Case.id == Task.case_id)
        .where(_done([office.id for office in offices], now))
        .order_by(Task.id.desc())
        .limit(MOST_TASKS)
    )
    groups: dict[tuple[str, str], list[Task]] = {}
    newest: dict[str, int] = {}
    for task, process, revision in Session.execute(query):
        groups.setdefault((process, task.step), []).append(task)
        newest[process] = max(newest.get(process, 0), revision)
    shapes = {key: _process(key, revision) for key, revision in newest.items()}
    known = {office.id: office for office in offices}
    found = [
        _step_time(shapes[process], step, tasks, known)
        for (process, step), tasks in sorted(groups.items())
        if step in shapes[process].steps
    ]
    places = {
        (shape.title, step.title): i
        for shape in shapes.values()
        for i, step in enumerate(shape.steps.values())
    }
    return sorted(found, key=lambda row: (row.process, places.get((row.process, row.title), 0)))


def _step_time(process: Process, key: str, tasks: list[Task], offices: dict[int, Office]) -> StepTime:
    step = process.steps[key]
    late = sum(1 for task in tasks if task.due_at and task.completed_at and task.completed_at > task.due_at)
    return StepTime(
        no=step.no,
        title=step.title,
        role=tasks[0].role,
        process=process.title,
        done=len(tasks),
        late=late,
        norm=norm_minutes(process, key),
        realised=round(median(_minutes(tasks, offices))),
    )


def norm_minutes(process: Process, key: str) -> int | None:
    """A norm in working minutes; effort where it is given, else its days."""
    norm = process.norm_of(key)
    if norm is None:
        return None
    return norm.minutes or (norm.working_days or norm.within_days or 0) * DAY_MINUTES


def _minutes(tasks: Iterable[Task], offices: dict[int, Office]) -> list[int]:
    version = current().version
    return [
        clock.effort(calendar_of(offices[task.office_id], version), [(task.entered_at, task.completed_at)])
        for task in tasks
        if task.completed_at
    ]


def _process(key: str, revision: int) -> Process:
    shape: Process = current().revision("process", key, revision).shape
    return shape


def _done(offices: list[int], now: datetime) -> ColumnElement[bool]:
    return (
        (Task.state == "done")
        & (Task.clock == "office")
        & Task.office_id.in_(offices)
        & (Task.completed_at > now - PERIOD)
        & Task.due_at.is_not(None)
    )
