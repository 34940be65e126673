"""People at work in tests: who hands in, completes, returns; the clock stands where the story puts it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.cases.models import Case, Correction, Task
from app.db import Session
from app.flow.complete import complete
from app.flow.submit import Application, submit
from app.flow.work import Given
from app.people.access import Person, person_named

WIB = ZoneInfo("Asia/Jakarta")


def wib(text: str) -> datetime:
    """A moment as the office writes it: `2026-11-23 08:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def shown(moment: datetime | None) -> str:
    """A moment as the acceptance cases write it: `30-11 14:15`."""
    return moment.astimezone(WIB).strftime("%d-%m %H:%M") if moment else "-"


class Desk:
    """One case and the people who work on it; each action is a transaction of flow."""

    def __init__(self, at: str, passphrase: str = "alurizin-demo") -> None:
        self.now = wib(at)
        self.passphrase = passphrase
        self.number = ""

    def at(self, moment: str) -> "Desk":
        """Put the clock."""
        self.now = wib(moment)
        return self

    def who(self, username: str) -> Person:
        """The person as appointed now."""
        Session.rollback()
        return person_named(username, self.now)

    def submit(self, username: str, service: str, data: Mapping[str, Any], **more: Any) -> str:
        """Hand an application in."""
        case = submit(self.who(username), Application(service, data, **more), self.now)
        self.number = case.number
        return case.number

    def do(
        self, username: str, step: str, data: Mapping[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Complete the open task at a step; signing steps get the passphrase."""
        task = self.task(step, username)
        given.setdefault("replies", self.replies())
        handed = Given(task.version, data or {}, **{"passphrase": self.passphrase, **given})
        return complete(self.who(username), task.id, handed, self.now)

    def replies(self) -> dict[str, str]:
        """A word on each correction that is asked for, for who hands papers in without uploading them."""
        query = select(Correction.id).where(Correction.case_id == self.case.id, Correction.state == "asked")
        return {str(number): "Sudah dilengkapi." for number in Session.scalars(query)}

    def task(self, step: str, username: str | None = None) -> Task:
        """The open task at a step; where each of several persons has one, this person's."""
        tasks = [task for task in self.open() if task.step == step]
        own = [task for task in tasks if task.assignees is None or username in task.assignees]
        assert tasks, f"{step} is not open; open: {[task.step for task in self.open()]}"
        return (own or tasks)[0]

    def open(self) -> list[Task]:
        """What is open in the case."""
        Session.rollback()
        query = select(Task).where(Task.case_id == self.case.id, Task.state == "open").order_by(Task.id)
        return list(Session.scalars(query.execution_options(populate_existing=True)))

    def steps(self) -> list[str]:
        """The steps that are open."""
        return [task.step for task in self.open()]

    @property
    def case(self) -> Case:
        """The case as it stands."""
        query = select(Case).where(Case.number == self.number).execution_options(populate_existing=True)
        return Session.scalars(query).one()

    def plan(self) -> dict[str, str]:
        """The planned end of each printed row."""
        return {row["no"]: shown(datetime.fromisoformat(row["until"])) for row in self.case.plan if row["no"]}
