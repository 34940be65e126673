"""Who may do a task: by role and office, by assignment, by representation; never one's own control."""

from sqlalchemy import select

from app.cases.models import Case, Task
from app.db import Session
from app.definitions.process import Process
from app.errors import Conflict, Forbidden, NotFound
from app.flow.work import Work
from app.people.access import Person
from app.reports.view import may_know


def may_do(person: Person, case: Case, task: Task, process: Process) -> bool:
    """True if the task is this person's to do, separation of duties aside."""
    if is_applicant_of(person, case):
        return task.clock == "applicant"  # whatever offices they hold: nobody handles their own application
    if task.assignees is not None:
        return person.username in task.assignees and person.holds(task.role, case.office_id)
    return any(person.holds(role, case.office_id) for role in process.staff_roles(task.step))


def is_applicant_of(person: Person, case: Case) -> bool:
    """True if the case is this person's own, or that of a party this person acts for."""
    own = case.applicant_id is not None and case.applicant_id == person.user_id
    return own or (case.party_id is not None and person.acts_for(case.party_id))


def require_may_do(work: Work) -> None:
    """Refuse colleagues whom the task is not for, and all but the one who has taken it."""
    person, task = work.person, work.task
    if not may_do(person, work.case, task, work.process):
        raise Forbidden("This task is for %(role)s.", role=work.process.actors[work.step.actor or ""].title)
    require_separate(work)
    if task.claimed_by and task.claimed_by != person.username:
        raise Conflict("This task has been taken by %(name)s.", name=task.claimed_by)


def require_separate(work: Work) -> None:
    """Refuse a person who did a step of the same case that this step must not share a person with."""
    if not work.step.not_by:
        return
    query = select(Task.title).where(
        Task.case_id == work.case.id,
        Task.step.in_(work.step.not_by),
        Task.state == "done",
        Task.completed_by == work.person.username,
    )
    title = Session.scalar(query)
    if title is not None:
        raise SameHands("You did “%(title)s” in this case; another officer must do this step.", title=title)


class SameHands(Forbidden):
    """One person would control their own work; the refusal itself goes into the audit trail."""


def require_open(work: Work) -> None:
    """Refuse a task that is unknown to the person, done, withdrawn or was changed since it was shown."""
    task = work.task
    if not work.person.is_system and not may_know(work.person, task, work.case):
        raise NotFound("There is no such task.")
    if task.state == "done":
        raise Conflict("This task was already done by %(name)s.", name=task.completed_by)
    if task.state != "open":
        raise Conflict("This task is no longer open: the case has moved on.")
    if work.given.version is not None and work.given.version != task.version:
        raise Conflict("This task has changed since you opened it. Reload the page and look again.")
