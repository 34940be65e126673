"""Carry a move out on the rows: close what a return closes, open tasks, set deadlines and status."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.cases import clock
from app.cases.engine import Move
from app.cases.models import Task
from app.cases.plan import group_of, happy_path, limit, plan, replanned_path
from app.db import Session
from app.definitions.process import Norm
from app.errors import Invalid
from app.flow import case_clock, closing, correction_time, corrections, deemed, papers, wet_signature, write
from app.flow.answers import new_form
from app.flow.work import Work


def make_move(work: Work, move: Move) -> list[Task]:
    """Put the case where the move leads and return the tasks that are to be opened there."""
    if stands_still(work.task.kind, work.task.clock):
        take_back(work, move)
    if move.returned_to:
        cancel_open(work)
        papers.void_initials(work, move.returned_to)
    write.change(work.case, joins=move.joins)
    entered = [task for key in move.entered for task in open_step(work, key)]
    replan(work, move)
    correction_time.begin(work, move)
    if move.result:
        wet_signature.require_none_waiting(work)
        closing.close(work, move.result)
        return []
    write.change(work.case, status=status_of(work, entered))
    return entered


def take_back(work: Work, move: Move) -> None:
    """What was asked counts as answered once the office has the case again, or asks anew."""
    steps = [work.process.steps[key] for key in move.entered]
    stays = bool(steps) and all(stands_still(step.kind, step.clock) for step in steps)
    if not stays:
        end_pause(work)
    if not stays or correction_time.asks(move):
        corrections.settle(work)
        correction_time.end(work)


def open_step(work: Work, key: str) -> list[Task]:
    """The tasks that a step opens: one, or one for each person where each must act."""
    persons = assignees(work, key)
    if work.process.steps[key].each and persons:
        return [open_task(work, key, [person]) for person in persons]
    return [open_task(work, key, persons)]


def open_task(work: Work, key: str, persons: list[str] | None) -> Task:
    """A task at a step, with its deadline and the arithmetic behind it."""
    step, process = work.process.steps[key], work.process
    task = Task(
        case_id=work.case.id,
        office_id=work.case.office_id,
        step=key,
        no=step.no,
        title=step.title,
        kind="wait" if step.kind == "wait" else "task",
        role=process.role_at(key),
        also_roles=process.roles_beside(key),
        clock=step.clock,
        assignees=persons,
        entered_at=work.now,
        form_revision=new_form(work.catalogue, step),
        message=step.message,
        correlation=work.case.number if step.kind == "wait" else None,
    )
    set_deadline(work, task)
    if stands_still(task.kind, task.clock) and work.task.clock == "office":
        begin_pause(work)
    return task


def set_deadline(work: Work, task: Task) -> None:
    """Resume after the applicant, share a group's limit, or start the step's own norm or timeout."""
    norm = norm_for(work, task.step)
    if norm is None:
        limit_by_case(work, task)
        return
    came_back = stands_still(work.task.kind, work.task.clock)
    kept = _kept(work, task.step) if came_back else None
    shared = _shared(work, task.step)
    if kept:
        deadline = clock.resume(work.calendar, clock.Remaining.from_json(kept), work.now)
    elif shared:
        task.due_at, task.deadline = shared
        return
    else:
        deadline = clock.due(work.calendar, norm, work.now)
    task.due_at, task.deadline = deadline.due_at, list(deadline.as_json())


def norm_for(work: Work, key: str) -> Norm | None:
    """The norm of a new task at a step; a file sent back to its applicant has the one for corrections."""
    step = work.process.steps[key]
    comes_back = (
        step.clock == "applicant" and work.task.clock == "office" and step.form == work.process.start.form
    )
    if comes_back and work.service.correction_norm:
        return work.service.correction_norm
    return step.timeout.norm if step.timeout else work.process.norm_of(key)


def limit_by_case(work: Work, task: Task) -> None:
    """A step of the office without a norm of its own is due when the whole case is."""
    limit = case_clock.whole_limit(work) if task.clock == "office" else None
    if limit:
        task.due_at, task.deadline = limit.due_at, list(limit.as_json())


def begin_pause(work: Work) -> None:
    """Stop the office clock at the task just done; what is left of its norm is kept with it."""
    task, norm = work.task, work.process.norm_of(work.task.step)
    if task.due_at and norm:
        task.remaining = clock.pause(work.calendar, norm, task.due_at, work.now).as_json()
    work.case.paused_at = work.now


def end_pause(work: Work) -> None:
    """Let the office clock go on: the case's limit moves by the pause."""
    case = work.case
    if case.paused_at and case.due_at:
        paused = _paused_at(work, case.paused_at)
        norm = work.process.norm_of(paused) if paused else None
        norm = norm or (work.process.due.norm if work.process.due else None)
        case.due_at = clock.extend(work.calendar, norm, case.due_at, case.paused_at, work.now).due_at
    deemed.move_by_pause(work)
    case.paused_at = None


def replan(work: Work, move: Move) -> None:
    """Plan anew where the case leaves its planned path, or has none yet."""
    case, process = work.case, work.process
    if move.returned_to or not move.entered or case.clock_started_at is None:
        return
    path = [row["step"] for row in case.plan] or happy_path(process, process.start.first)
    new_path = replanned_path(process, path, work.task.step, move.entered[0])
    if new_path == path and case.plan:
        return
    plan_case(work, new_path, case.clock_started_at)


def plan_case(work: Work, path: list[str], started_at: datetime) -> None:
    """Store the plan along a path; the case is due at its end, unless it has a limit of its own."""
    work.case.plan = plan(work.process, work.calendar, started_at, path)
    if not work.process.due:
        work.case.due_at = limit(work.process, work.case.plan) or work.case.due_at


def cancel_open(work: Work) -> None:
    """A return closes whatever else was open in the case."""
    Session.execute(
        update(Task)
        .where(Task.case_id == work.case.id, Task.state == "open", Task.id != work.task.id)
        .values(state="cancelled", version=Task.version + 1)
    )


def status_of(work: Work, entered: list[Task]) -> str:
    """Who is waited for: the office first, then an outside system, then the applicant."""
    if any(_is_for_office(task.kind, task.clock) for task in entered):
        return "open"
    query = select(Task.kind, Task.clock).where(Task.case_id == work.case.id, Task.state == "open")
    rows = [*((task.kind, task.clock) for task in entered), *Session.execute(query)]
    if any(_is_for_office(kind, clock_) for kind, clock_ in rows):
        return "open"
    return "waiting_for_system" if any(kind == "wait" for kind, _ in rows) else "waiting_for_applicant"


def stands_still(kind: str, clock_: str) -> bool:
    """True while the office's clock stands: the applicant, or somebody outside, has the case."""
    return kind == "task" and clock_ != "office"


def _is_for_office(kind: str, clock_: str) -> bool:
    return kind == "task" and clock_ == "office"


def assignees(work: Work, key: str) -> list[str] | None:
    """The persons an earlier answer names for a step."""
    path = work.process.steps[key].assign
    if path is None:
        return None
    step, _, name = path.partition(".")
    named = work.case.data.get(step, {}).get(name) or []
    persons = [named] if isinstance(named, str) else list(named)
    if not persons:
        raise Invalid("Nobody is named for “%(title)s” yet.", title=work.process.steps[key].title)
    return persons


def _kept(work: Work, step: str) -> dict[str, Any] | None:
    """What remained of a step's norm when the applicant was last asked."""
    query = (
        select(Task.remaining)
        .where(Task.case_id == work.case.id, Task.step == step, Task.remaining.is_not(None))
        .order_by(Task.id.desc())
    )
    return Session.scalar(query.limit(1))


def _shared(work: Work, step: str) -> tuple[datetime, list[Any]] | None:
    """The running limit of a group of rows that share one norm: that of the row just left."""
    group = group_of(work.process, step)
    if group is None or group != group_of(work.process, work.task.step) or work.task.due_at is None:
        return None
    return work.task.due_at, work.task.deadline


def _paused_at(work: Work, moment: datetime) -> str | None:
    """The step whose norm stopped when the case went to the applicant."""
    query = (
        select(Task.step)
        .where(Task.case_id == work.case.id, Task.remaining.is_not(None), Task.completed_at == moment)
        .order_by(Task.id.desc())
    )
    return Session.scalar(query.limit(1))
