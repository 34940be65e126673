"""Clients of the public API in tests: one that signs in as anybody, and a case worked on through it."""

import io
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from tests.desk import Road, shown, wib
from tests.fixtures_demo import PASSWORD

WATCHER = "head_of_office"  # sees every case of the office, and whose turn it is
_tokens: dict[tuple[int, str], str] = {}  # of all tests of this process: the demonstration's people stay


class Machine:
    """A client of the API that signs in as whoever it speaks for."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def get(self, who: str | None, path: str, status: int = 200) -> Any:
        answer = self.ask(who, "GET", path)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def post(self, who: str | None, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.ask(who, "POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def file(self, who: str | None, path: str) -> bytes:
        """A file as it is downloaded."""
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    def token(self, who: str) -> str:
        key = (id(self.app), who)
        if key not in _tokens:
            body = {"username": who, "password": PASSWORD, "provider": "db"}
            answer = self.client.post("/api/v1/security/login", json=body)
            assert answer.status_code == 200, answer.text
            _tokens[key] = answer.get_json()["access_token"]
        return _tokens[key]

    def do(self, number: str, who: str, step: str, status: int = 200, **given: Any) -> Any:
        """Complete the task at a step, found in the list of those that somebody may do."""
        tasks = self.get(who, f"/tasks/?case={number}")["items"]
        task = next((task for task in tasks if task["step"] == step), None)
        assert task, f"{step} is not {who}'s: {tasks}"
        body = {"version": task["version"], "passphrase": PASSWORD, **given}
        return self.post(who, f"/tasks/{task['id']}/complete", status, **body)


class MachineDesk:
    """One case and the people who work on it, as `tests.desk.Desk`, but all through the API."""

    def __init__(self, machine: Machine, at: str) -> None:
        self.machine = machine
        self.number = ""
        self.at(at)

    def at(self, moment: str) -> "MachineDesk":
        """Put the clock."""
        self.now = wib(moment)
        clock.set_clock(self.now)
        return self

    def submit(
        self, username: str, service: str, data: dict[str, Any], at_counter: bool = False, **more: Any
    ) -> str:
        """Hand an application in."""
        body = {"service": service.removesuffix("/service"), "data": data, **more}
        if at_counter:
            body["applicant"] = {}
        self.number = self.machine.post(username, "/cases/", 201, **body)["number"]
        return self.number

    def do(self, username: str, step: str, data: dict[str, Any] | None = None, **given: Any) -> Any:
        """Complete the open task at a step; an applicant has a word on each correction."""
        if username == "applicant":
            given.setdefault("replies", self.replies())
        return self.machine.do(self.number, username, step, data=data or {}, **given)

    def walk(self, road: Road, only_open: bool = False) -> None:
        """Complete the steps of a road one after the other; if asked, those alone that are open by then."""
        for step, username, given in road:
            if not only_open or step in self.steps():
                self.do(username, step, **given)

    def replies(self) -> dict[str, str]:
        """A word on each correction that is asked for, for who hands papers in without uploading them."""
        asked = [row for row in self.seen_by("applicant")["corrections"] if row["state"] == "asked"]
        return {str(row["id"]): "Sudah dilengkapi." for row in asked}

    def refused(self, status: int, username: str, step: str, **given: Any) -> Any:
        """Try what must not be done, whoever's task it is; what the API answers."""
        task = self.task(step)
        body = {"version": task["version"], "passphrase": PASSWORD, **given}
        return self.machine.post(username, f"/tasks/{task['id']}/complete", status, **body)

    def seen_by(self, username: str) -> dict[str, Any]:
        """The case as somebody may see it."""
        return dict(self.machine.get(username, f"/cases/{self.number}"))

    @property
    def case(self) -> dict[str, Any]:
        """The case as its office sees it."""
        return self.seen_by(WATCHER)

    def state(self) -> tuple[str, str | None, str]:
        """Status, result, and the permit's status."""
        case = self.case
        return case["status"], case["result"], case["permit_status"]

    def due(self) -> str:
        """The limit of the whole case."""
        return moment(self.case["due_at"])

    def task(self, step: str) -> dict[str, Any]:
        """The open task at a step."""
        return next(task for task in self.open() if task["step"] == step)

    def open(self) -> list[dict[str, Any]]:
        """What is open in the case."""
        return [task for task in self.case["tasks"] if task["state"] == "open"]

    def steps(self) -> list[str]:
        """The steps that are open."""
        return [task["step"] for task in self.open()]

    def plan(self) -> dict[str, str]:
        """The planned end of each printed row."""
        return {row["no"]: moment(row["until"]) for row in self.case["plan"] if row["no"]}

    def reasons(self, step: str) -> list[list[str]]:
        """Why a step ended as it did, each time."""
        return [row["reasons"] for row in self.case["decisions"] if row["step"] == step]

    def asked(self) -> list[str]:
        """The requirements or fields that the applicant is asked to put right."""
        return [row["requirement"] or row["field"] for row in self.case["corrections"]]

    def letters(self, *slots: str) -> list[dict[str, Any]]:
        """The letters of some slots, or all, each version of them."""
        return [row for row in self.case["letters"] if not slots or row["slot"] in slots]

    def letter(self, slot: str) -> dict[str, Any]:
        """The newest letter of a slot."""
        return self.letters(slot)[-1]

    def sent(self, channel: str = "oss") -> list[str]:
        """The messages that went out, by name."""
        outgoing = [row for row in self.case["messages"] if row["direction"] == "out"]
        return [row["name"] for row in outgoing if row["channel"] == channel]

    def book(self, name: str, office: str = "") -> list[dict[str, Any]]:
        """The lines of a register, oldest first."""
        place = office or self.case["office"]
        items = self.machine.get(WATCHER, f"/registers/{name}?office={place}")["items"]
        return list(reversed(items))

    def history(self) -> list[str]:
        """What happened, oldest first."""
        items = self.machine.get(WATCHER, f"/cases/{self.number}/history")["items"]
        return [item["action"] for item in items]

    def proof(self, slot: str, username: str = WATCHER) -> dict[str, Any]:
        """Download a letter and verify it by file and by code, as anybody can."""
        row = self.letter(slot)
        content = self.machine.file(username, f"/letters/{row['id']}/pdf")
        upload = {"file": (io.BytesIO(content), "surat.pdf")}
        by_file = self.machine.ask(None, "POST", "/verify", data=upload).get_json()
        by_code = self.machine.get(None, f"/verify/{row['verify_url'].rpartition('/')[2]}")
        assert by_file == by_code, (by_file, by_code)
        return dict(by_code)


def moment(text: str | None) -> str:
    """A moment of the API as the acceptance cases write it."""
    return shown(datetime.fromisoformat(text) if text else None)
