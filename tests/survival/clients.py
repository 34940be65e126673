"""People at their browsers while the machine fails: each request is repeated until it is answered."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from tests import dairi
from tests.fixtures_demo import PASSWORD

ANSWER_SECONDS = 20.0
AGAIN = (429, 502, 503, 504)


@dataclass(frozen=True)
class Step:
    """A step that the installation said was done."""

    case: str
    step: str
    who: str
    task: int


@dataclass
class Notes:
    """What all clients were told, together."""

    steps: list[Step] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)  # idempotency key -> number
    repeated: int = 0
    mistakes: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)


def is_given_up(status: int, answer: Any) -> bool:
    """A letter that killed two renderers is refused as such; here it was the killer both times."""
    return status == 422 and not answer["errors"]


class Client:
    """Speaks to the API in the name of whoever it needs; gives up at `deadline` (monotonic)."""

    def __init__(self, port: int, notes: Notes, deadline: float) -> None:
        self.port, self.notes, self.deadline = port, notes, deadline
        self.pause = threading.Event()

    def submit(self, key: str) -> str:
        """Hand an application in under a key."""
        body = {"service": "dairi_ipui", "data": dairi.APPLICATION, "idempotency_key": key}
        number = str(self.ask("applicant", "POST", "/cases/", body)["number"])
        self.notes.cases[key] = number
        return number

    def walk(self, number: str) -> None:
        """Take a case from the counter to its issue in OSS."""
        for step, who, given in dairi.ROAD:
            self.do(number, who, step, **given)

    def do(self, number: str, who: str, step: str, **given: Any) -> None:
        """Complete a step, however often it must be asked for."""
        tasks = self.ask(who, "GET", f"/tasks/?case={number}")["items"]
        task = next((task for task in tasks if task["step"] == step), None)
        assert task, f"{number}: {step} is not {who}'s: {[task['step'] for task in tasks]}"
        body = {
            "version": task["version"],
            "passphrase": PASSWORD,
            "idempotency_key": f"{number}-{task['id']}",
            **given,
        }
        self.ask(who, "POST", f"/tasks/{task['id']}/complete", body)
        self.notes.steps.append(Step(number, step, who, task["id"]))

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Ask until there is an answer; a mistake of the installation's is noted and asked again."""
        while True:
            token = self.token(who)
            status, answer = self.once(method, f"/api/v1{path}", body, token)
            if 200 <= status < 300:
                return answer
            if status == 500:
                self.notes.mistakes.append(f"{method} {path}: {answer}")
            elif status and status not in AGAIN and not is_given_up(status, answer):
                raise AssertionError(f"{method} {path} as {who}: {status} {answer}")
            self.wait(f"{method} {path}")

    def token(self, who: str) -> str:
        """An access token, kept for all clients."""
        while who not in self.notes.tokens:
            body = {"username": who, "password": PASSWORD, "provider": "db"}
            status, answer = self.once("POST", "/api/v1/security/login", body)
            if status == 200:
                self.notes.tokens[who] = answer["access_token"]
            else:
                self.wait(f"sign in as {who}: {status} {answer}")
        return self.notes.tokens[who]

    def once(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """One attempt: status and answer, or 0 where the connection broke."""
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, HTTPException, json.JSONDecodeError) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def wait(self, what: str) -> None:
        """Take breath before the next attempt."""
        self.notes.repeated += 1
        assert time.monotonic() < self.deadline, f"gave up: {what}"
        self.pause.wait(0.2)
