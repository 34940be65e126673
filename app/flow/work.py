"""What a verb works on: a locked case, the task at hand and the revision of the process it is pinned to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.cases.calendar import WorkCalendar
from app.cases.models import Case, Decision, Task
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import Catalogue, current, seen, with_version
from app.definitions.process import Process, Step
from app.definitions.service import Service
from app.errors import NotFound
from app.people.access import Person

_LOCK = select(Case).with_for_update(of=Case).execution_options(populate_existing=True)
# The case first: who waits for it reads both as they are once the wait is over.
_LOCK_WITH_TASK = (
    with_version(select(Case, Task).join(Task, Task.case_id == Case.id))
    .where(Task.id == bindparam("task"))
    .with_for_update(of=[Case, Task])
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Ask:
    """Something an officer adds to what the applicant is to put right: a field or a document, and why."""

    reason: str
    field: str | None = None
    requirement: str | None = None


@dataclass(frozen=True)
class Given:
    """What a person hands in with a task.

    `replies` are an applicant's words on corrections, by their ids; `asks` what an officer adds to them.
    """

    version: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    note: str = ""
    passphrase: str | None = None
    idempotency_key: str | None = None
    replies: Mapping[str, str] = field(default_factory=dict)
    asks: Sequence[Ask] = ()


@dataclass
class Work:
    """A locked case at one of its tasks, and who does what when."""

    case: Case
    task: Task
    process: Process
    catalogue: Catalogue
    person: Person
    now: datetime
    given: Given
    answers: dict[str, Any] = field(default_factory=dict)
    decision: Decision | None = None
    signs: frozenset[str] = frozenset()  # the slots whose letters are signed in this very step

    @property
    def step(self) -> Step:
        """The step of the process that the task carries out."""
        return self.process.steps[self.task.step]

    @property
    def service(self) -> Service:
        """The service the case was asked from, as it is now."""
        shape: Service = self.catalogue.get("service", self.case.service).shape
        return shape

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar of the case's office."""
        return calendar_in(self.case.office_id, self.catalogue.version)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return f"case:{self.case.id}"


def lock_task(task_id: int, person: Person, given: Given, now: datetime) -> Work:
    """Lock the case of a task and read both anew; the lock orders everything that happens to a case."""
    row = Session.execute(_LOCK_WITH_TASK, {"task": task_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such task.")
    seen(row.version, row.writer)
    return work_on(row.Case, row.Task, person, given, now)


def lock_case(case_id: int) -> Case:
    """Lock a case until the transaction ends."""
    case = Session.scalar(_LOCK.where(Case.id == case_id))
    if case is None:
        raise NotFound("There is no such case.")
    return case


def work_on(case: Case, task: Task, person: Person, given: Given, now: datetime) -> Work:
    """Put a locked case, a task and the pinned process together."""
    catalogue = current()
    process = process_of(catalogue, case)
    return Work(case, task, process, catalogue, person, now, given)


def process_of(catalogue: Catalogue, case: Case) -> Process:
    """The process revision that the case was opened with."""
    shape: Process = catalogue.revision("process", case.process, case.process_revision).shape
    return shape
