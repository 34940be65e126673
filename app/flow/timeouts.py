"""Time is over: waits and last steps that nobody ended go on by themselves, or alert somebody."""

from datetime import datetime

from sqlalchemy import or_, select

from app.audit.chain import event, record
from app.cases import engine
from app.cases.models import Task
from app.db import Session
from app.flow import case_clock, write
from app.flow.complete import taken_in
from app.flow.effects import perform
from app.flow.move import make_move
from app.flow.sending import alert
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_task
from app.people.system import system_person


def overdue_tasks(now: datetime, limit: int = 200) -> list[int]:
    """Waits and applicants' tasks past their time that have not been seen to yet."""
    query = (
        select(Task.id)
        .where(
            Task.state == "open",
            Task.due_at < now,
            or_(Task.kind == "wait", Task.clock == "applicant"),
            Task.alerted_at.is_(None),
        )
        .order_by(Task.due_at)
        .limit(limit)
    )
    return list(Session.scalars(query))


def time_out(task_id: int, now: datetime) -> None:
    """Do what the process says of a step whose time is over; once."""
    with transaction():
        work = lock_task(task_id, system_person("timer"), Given(), now)
        task = work.task
        if task.state != "open" or task.alerted_at or task.due_at is None or task.due_at >= now:
            return
        task.alerted_at = now
        timeout = work.step.timeout
        if timeout and timeout.next:
            _go_on(work)
        elif timeout and timeout.alert:
            alert(work, work.process.role_of(timeout.alert))
            record(work.chain, "task.overdue", work.person.username, now, task=task.id, step=task.step)


def _go_on(work: Work) -> None:
    task = work.task
    task.state, task.completed_by, task.completed_at = "done", work.person.username, work.now
    task.outcome, task.version = "timeout", task.version + 1
    move = engine.expire(work.process, work.case.joins, task.step, taken_in(work))
    case_clock.begin(work, move)
    perform(work, move)
    detail = {"task": task.id, "step": task.step}
    timed_out = event(work.chain, "task.timed_out", work.person.username, work.now, detail)
    write.opened(work, make_move(work, move), timed_out)
