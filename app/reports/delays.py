"""What is past its limit, and how long steps really take against their norms."""

from collections.abc import Iterator
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
from app.cases.plan import group_of
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
    """How often a step was done, how often late, and its median working time against the norm, in minutes.

    Rows that share a norm are measured once, together, at the last of them; `measured_at` names it for the
    others.
    """

    no: str | None
    title: str
    role: str
    process: str
    done: int
    late: int
    norm: int | None
    realised: int
    measured_at: str | None = None


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
    done: dict[str, list[Task]] = {}
    newest: dict[str, int] = {}
    for task, process, revision in Session.execute(query):
        done.setdefault(process, []).append(task)
        newest[process] = max(newest.get(process, 0), revision)
    shapes = {key: _process(key, revision) for key, revision in newest.items()}
    known = {office.id: office for office in offices}
    return [
        row
        for key in sorted(shapes, key=lambda key: (shapes[key].title, key))
        for row in _process_times(shapes[key], done[key], known)
    ]


def _process_times(process: Process, done: list[Task], offices: dict[int, Office]) -> Iterator[StepTime]:
    """The rows of one process, as printed."""
    runs = list(_runs(process, done))
    for key in process.steps:
        tasks = [task for task in done if task.step == key]
        if tasks:
            yield _step_time(process, tasks, [run for run in runs if run[-1].step == key], offices)


def _step_time(
    process: Process, tasks: list[Task], ended: list[list[Task]], offices: dict[int, Office]
) -> StepTime:
    key = tasks[0].step
    last = _last_of_group(process, key)
    measured = ended if last == key and ended else [[task] for task in tasks]
    return StepTime(
        no=process.steps[key].no,
        title=process.steps[key].title,
        role=tasks[0].role,
        process=process.title,
        done=len(tasks),
        late=sum(1 for run in ended if _is_late(run[-1])),
        norm=norm_minutes(process, key) if last == key else None,
        realised=round(median(_minutes(run, offices) for run in measured)),
        measured_at=process.steps[last].full_title if last != key else None,
    )


def _last_of_group(process: Process, key: str) -> str:
    """The last of the rows that share the norm of this one, in printed order; itself where it has its own."""
    group = group_of(process, key)
    return [each for each in process.steps if group_of(process, each) == group][-1] if group else key


def _runs(process: Process, done: list[Task]) -> Iterator[list[Task]]:
    """Tasks that used one norm together, in the order of their ends; a return begins a new run."""
    shared: dict[tuple[int, str], list[Task]] = {}
    for task in sorted(done, key=lambda task: task.id):
        group = group_of(process, task.step) if task.step in process.steps else None
        if group is None:
            yield [task]
            continue
        run = shared.get((task.case_id, group))
        if run and (run[-1].due_at == task.due_at or run[-1].remaining):
            run.append(task)
            continue
        if run:
            yield run
        shared[task.case_id, group] = [task]
    yield from shared.values()


def _is_late(task: Task) -> bool:
    return bool(task.due_at and task.completed_at and task.completed_at > task.due_at)


def norm_minutes(process: Process, key: str) -> int | None:
    """A norm in working minutes; effort where it is given, else its days."""
    norm = process.norm_of(key)
    if norm is None:
        return None
    return norm.minutes or (norm.working_days or norm.within_days or 0) * DAY_MINUTES


def _minutes(run: list[Task], offices: dict[int, Office]) -> int:
    calendar = calendar_of(offices[run[0].office_id], current().version)
    return clock.effort(calendar, [(task.entered_at, task.completed_at) for task in run if task.completed_at])


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
