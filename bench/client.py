"""A client process of the step benchmark: walks cases through flow, over HTTP or through SpiffWorkflow."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import select

from app import clock, db, wiring
from app.cases.models import Task
from app.cases.office_calendar import calendar_of
from app.db import Session
from app.definitions.catalogue import current
from app.flow.complete import complete
from app.flow.submit import Application, submit
from app.flow.work import Given
from app.jobs import conninfo
from app.letters import press
from app.people.access import Person, person_named
from app.people.models import Office
from bench.definitions import DATA, SERVICE_KEY, STEPS, handed_in, role_of
from bench.spiff.desk import Desk
from config import Config

FLOW, HTTP = "alur izin, flow", "alur izin, over HTTP"
SPIFF, SPIFF_WHOLE = "SpiffWorkflow, state only", "SpiffWorkflow, as documented"
ROLES = ("front_officer", "back_officer")


@dataclass(frozen=True)
class Turn:
    """What one turn took: milliseconds of each step, and CPU seconds of this process."""

    taken: list[float]
    cpu: float


class Walker:
    """A way to do steps: `open` starts a case and gives its first task, `step` gives the next one."""

    def open(self) -> int:
        raise NotImplementedError

    def step(self, task_id: int, number: int) -> int | None:
        raise NotImplementedError


class FlowWalker(Walker):
    """Through the verb that every door calls; the person was looked up before, as a door does."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {role: person_named(role, clock.now()) for role in ROLES}
        Session.rollback()

    def open(self) -> int:
        case = submit(
            self.people["front_officer"], Application(SERVICE_KEY, DATA, at_counter=True), clock.now()
        )
        first = Session.scalar(select(Task.id).where(Task.case_id == case.id, Task.state == "open"))
        Session.remove()
        return first or 0

    def step(self, task_id: int, number: int) -> int | None:
        answer = complete(self.people[role_of(number)], task_id, Given(1, handed_in(number)), clock.now())
        Session.remove()
        return next((entered["id"] for entered in answer["entered"]), None)


class HttpWalker(Walker):
    """Through the web server, with a token, on a connection that is kept."""

    def __init__(self, port: int, password: str, opener: FlowWalker) -> None:
        self.opener = opener
        self.connection = HTTPConnection("127.0.0.1", port)
        self.tokens = {role: self._sign_in(role, password) for role in ROLES}

    def open(self) -> int:
        return self.opener.open()

    def step(self, task_id: int, number: int) -> int | None:
        if number == 1:
            self.connection.close()  # it was idle during the others' turns; the next request opens a new one
        body = {"version": 1, "data": handed_in(number)}
        answer = self._post(f"/api/v1/tasks/{task_id}/complete", body, self.tokens[role_of(number)])
        return next((entered["id"] for entered in answer["entered"]), None)

    def _sign_in(self, role: str, password: str) -> str:
        answer = self._post("/api/v1/security/login", {"username": role, "password": password})
        return str(answer["access_token"])

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}" if token else ""}
        self.connection.request("POST", path, json.dumps(body), headers)
        response = self.connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {content.decode(errors='replace')[:500]}")
        answer: dict[str, Any] = json.loads(content)
        return answer


class SpiffWalker(Walker):
    """Through SpiffWorkflow's library."""

    def __init__(self, url: str, *, whole: bool) -> None:
        office = Session.scalars(select(Office).where(Office.key == "dairi")).one()
        self.desk = Desk(conninfo(url), calendar_of(office, current().version), whole=whole)
        Session.remove()

    def open(self) -> int:
        return self.desk.open_case(clock.now())

    def step(self, task_id: int, number: int) -> int | None:
        return self.desk.complete(task_id, role_of(number), handed_in(number), clock.now())


def serve(config: Config, port: int, pipe: Connection) -> None:
    """Do what the benchmark asks until it says stop: ("open" or "walk", way, cases, interval)."""
    db.connect(config.database_url, pool_size=1)
    wiring.equip(config)
    walkers = make_walkers(config, port)
    ready: dict[str, list[int]] = {way: [] for way in walkers}
    pipe.send("ready")
    while (order := pipe.recv()) != "stop":
        what, way, cases, interval = order
        if what == "open":
            ready[way] += [walkers[way].open() for _ in range(cases)]
            pipe.send(cases)
        else:
            first_tasks = [ready[way].pop() for _ in range(cases)]
            pipe.send(walk(walkers[way].step, first_tasks, interval))
    press.renderer().close()


def make_walkers(config: Config, port: int) -> dict[str, Walker]:
    """Every way to do a step."""
    flow = FlowWalker()
    return {
        FLOW: flow,
        HTTP: HttpWalker(port, config.demo_password, flow),
        SPIFF: SpiffWalker(config.database_url, whole=False),
        SPIFF_WHOLE: SpiffWalker(config.database_url, whole=True),
    }


def walk(
    step: Callable[[int, int], int | None], first_tasks: list[int], interval: float | None = None
) -> Turn:
    """Walk each case to its end: each step after the other, or when it is due by the clock.

    With an interval (seconds on average, as chance has it) what a step takes counts from when it was due, so
    that waiting is not hidden.
    """
    taken: list[float] = []
    cpu, due = time.process_time(), time.perf_counter()
    for first in first_tasks:
        task_id: int | None = first
        for number in range(1, STEPS + 1):
            if task_id is None:
                raise RuntimeError(f"no task before step {number}")
            started = time.perf_counter()
            if interval is not None:
                time.sleep(max(0.0, due - started))
                started, due = due, due + random.expovariate(1 / interval)
            task_id = step(task_id, number)
            taken.append((time.perf_counter() - started) * 1000)
    return Turn(taken, time.process_time() - cpu)
