"""Claim, release and assign tasks: one officer at a time has a task in hand."""

from datetime import datetime

from sqlalchemy import update

from app.audit.chain import record
from app.cases.models import Task
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, text
from app.flow.permission import may_do, require_may_do, require_open, require_separate
from app.flow.sending import tell
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_task
from app.people.access import Person, person_named


def claim(person: Person, task_id: int, now: datetime) -> Task:
    """Take an unclaimed task in hand; Conflict if a colleague was first."""
    with transaction():
        work = lock_task(task_id, person, Given(), now)
        require_open(work)
        require_may_do(work)
        _hand(work, person.username, "task.claimed")
        return work.task


def release(person: Person, task_id: int, now: datetime) -> Task:
    """Put a task back into the role's queue."""
    with transaction():
        work = lock_task(task_id, person, Given(), now)
        require_open(work)
        if work.task.claimed_by != person.username and not _leads(work):
            raise Forbidden(
                "Only %(name)s or a head can release this task.", name=work.task.claimed_by or "-"
            )
        _hand(work, None, "task.released")
        return work.task


def assign(person: Person, task_id: int, username: str, now: datetime) -> Task:
    """Give a task to a colleague who may do it; for heads."""
    with transaction():
        work = lock_task(task_id, person, Given(), now)
        require_open(work)
        if not _leads(work):
            raise Forbidden("Only a head can give a task to someone else.")
        colleague = person_named(username, now)
        if not may_do(colleague, work.case, work.task, work.process):
            message = text("%(name)s may not do this task.", name=username)
            raise Invalid("%(name)s may not do this task.", errors={"username": [message]}, name=username)
        require_separate(Work(**{**vars(work), "person": colleague}))
        _hand(work, username, "task.assigned")
        if username != person.username:
            tell(work, [username], "assigned", f"-{work.task.version}")
        return work.task


def _hand(work: Work, username: str | None, action: str) -> None:
    """Change whose hands a task is in; the version says so to whoever still shows the old page."""
    hit = Session.execute(
        update(Task)
        .where(Task.id == work.task.id, Task.version == work.task.version)
        .values(
            claimed_by=username,
            claimed_at=work.now if username else None,
            version=Task.version + 1,
        )
        .returning(Task.version)
    ).scalar()
    if hit is None:
        raise Conflict("This task has changed since you opened it. Reload the page and look again.")
    record(work.chain, action, work.person.username, work.now, task=work.task.id, to=username)
    Session.refresh(work.task)


def _leads(work: Work) -> bool:
    """Heads give out the tasks of their office; nobody gives out the applicant's."""
    office_id = work.case.office_id
    heads = ("head_of_office", "secretary", "division_head", "section_head")
    return bool(work.process.staff_roles(work.task.step)) and any(
        work.person.holds(head, office_id) for head in heads
    )
