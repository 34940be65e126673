"""People at work in tests: who hands in, completes, returns; the clock stands where the story puts it."""

from collections.abc import Mapping, Sequence
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
from tests.trail import Stride, go

# step, who, what is handed in
Road = Sequence[tuple[str, str, dict[str, Any]]]

WIB = ZoneInfo("Asia/Jakarta")


def wib(text: str) -> datetime:
    """A moment as the office writes it: `2026-11-23 08:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def stretch(road: Road, since: str, until: str) -> Road:
    """A road from one step (or its beginning) until another (or its end)."""
    steps = [step for step, _, _ in road]
    first = steps.index(since) if since else 0
    last = steps.index(until, first) if until in steps[first:] else len(road)
    return road[first:last]


def latest_number() -> str:
    """The number of the case that was opened last."""
    return str(Session.scalars(select(Case.number).order_by(Case.id.desc()).limit(1)).one())


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

        def take() -> None:
            made.append(submit(self.who(username), Application(service, data, **more), self.now).number)

        made: list[str] = []
        go([Stride([username, service, data, more, self.now.isoformat()], take)])
        self.number = made[0] if made else latest_number()
        return self.number

    def walk(self, road: Road, only_open: bool = False) -> None:
        """Complete the steps of a road one after the other; if asked, those alone that are open by then."""

        def stride(username: str, step: str, given: dict[str, Any]) -> Stride:
            def take() -> None:
                if not only_open or step in self.steps():
                    self.do(username, step, **given)

            words = [self.number, username, step, given, self.passphrase, self.now.isoformat()]
            return Stride(words, take)

        go([stride(username, step, given) for step, username, given in road])

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
