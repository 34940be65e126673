"""kill -9 at random moments while people work: nothing acknowledged is lost, nothing happens twice."""

import hashlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.definitions.parse import parse
from config import ROOT
from tests import dairi
from tests.desk import wib
from tests.survival.clients import Client, Notes
from tests.survival.installation import Installation, until

NOW = "2026-11-23 08:00"
SEED = int(os.environ.get("SURVIVAL_SEED", "20261123"))
CLIENTS = 3
VICTIMS = {"web worker": 5, "job worker": 3, "renderer": 4, "web server": 1, "database": 1}
PAUSE_SECONDS = (0.7, 2.5)
# a lost job is found by the sweep of each minute, a message in doubt is asked for a minute later
SETTLE_SECONDS = 200.0
WAITING = """
    SELECT (SELECT count(*) FROM message WHERE direction = 'out' AND state <> 'done')
         + (SELECT count(*) FROM task WHERE kind = 'wait' AND state = 'open') AS n
"""


@dataclass
class Aftermath:
    """What was told to people, and what is found afterwards."""

    notes: Notes
    killed: Counter[str]
    files: Path
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    status: int | None = None
    left_over: list[str] = field(default_factory=list)
    audit: tuple[int, str] = (1, "")


EVIDENCE = {
    "cases": 'SELECT id, number, status, result, permit_status, idempotency_key FROM "case"',
    "tasks": "SELECT id, case_id, step, state, completed_by FROM task",
    "letters": "SELECT id, case_id, slot, template, status, number, pdf_sha256 FROM letter",
    "lines": "SELECT book, series, year, seq, number, letter_id FROM register_entry ORDER BY id",
    "series": "SELECT series, year, last FROM number_series WHERE series <> 'complaints'",  # no book has them
    "counters": "SELECT last FROM case_counter",
    "events": "SELECT action, detail FROM audit_event",
    "messages": "SELECT id, channel, name, correlation, state FROM message",
    "receipts": "SELECT key, times FROM simulated_receipt",
}


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Start, work under fire, let it settle, stop; the tests read what is left."""
    house = Installation(tmp_path_factory.mktemp("kill"), wib(NOW))
    try:
        house.start()
        notes = Notes()
        killed = work_under_fire(house, notes)
        until(lambda: house.count(WAITING) == 0, SETTLE_SECONDS, "messages sent and waits answered")
        hand_over(house, notes)
        until(lambda: house.count(WAITING) == 0, SETTLE_SECONDS, "the last messages")
        found = Aftermath(notes, killed, house.data / "files")
        found.rows = {name: house.rows(query) for name, query in EVIDENCE.items()}
        found.status = house.stop()
        found.left_over = house.left_over()
        found.audit = house.command("verify-audit")
        yield found
    finally:
        house.end()


def work_under_fire(house: Installation, notes: Notes) -> Counter[str]:
    """Walk case after case until the killer has done its round."""
    killer = Killer(house, random.Random(SEED))
    deadline = time.monotonic() + 180
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        killing = pool.submit(killer.run)
        clients = [pool.submit(work, Client(house.port, notes, deadline), n, killing) for n in range(CLIENTS)]
        killing.result()
        for client in clients:
            client.result()
    return killer.killed


def work(client: Client, name: int, killing: Future[None]) -> None:
    """One applicant and the whole office, one case after the other."""
    for n in range(100):
        client.walk(client.submit(f"client {name}, case {n}"))
        if killing.done():
            return


def hand_over(house: Installation, notes: Notes) -> None:
    """The last two steps of every case, which had to wait for OSS."""
    client = Client(house.port, notes, time.monotonic() + 60)
    for number in notes.cases.values():
        client.do(number, "front_officer", "hand_over", data=dairi.BY_PORTAL)
        client.do(number, "applicant", "take")


class Killer:
    """Kills one process after the other, each kind as often as asked, in an order made by the seed."""

    def __init__(self, house: Installation, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.killed: Counter[str] = Counter()
        self.pause = threading.Event()

    def run(self) -> None:
        kinds = [kind for kind, times in VICTIMS.items() for _ in range(times)]
        self.chance.shuffle(kinds)
        for kind in kinds:
            self.pause.wait(self.chance.uniform(*PAUSE_SECONDS))
            until(partial(self.kill, kind), 30, f"a {kind} to kill")

    def kill(self, kind: str) -> bool:
        """Kill one process of a kind, if there is one."""
        try:
            found = [process for process in self.house.look_around() if self.is_kind(process, kind)]
            if found:
                self.chance.choice(found).kill()
                self.killed[kind] += 1
        except psutil.NoSuchProcess:
            return False
        return bool(found)

    def is_kind(self, process: psutil.Process, kind: str) -> bool:
        """Tell by command line and parent what a process is for."""
        try:
            words, parent = process.cmdline(), process.parent()
        except psutil.NoSuchProcess:
            return False
        is_first = (
            parent is not None and self.house.process is not None and parent.pid == self.house.process.pid
        )
        signs: dict[str, Callable[[], bool]] = {
            "web server": lambda: "gunicorn" in words and is_first,
            "web worker": lambda: "gunicorn" in words and not is_first,
            "job worker": lambda: words[-1:] == ["worker"] and is_first,
            "renderer": lambda: "app.letters.worker" in words,
            "database": lambda: process.pid == self.house.postmaster(),
        }
        return signs[kind]()


def test_each_kind_of_process_was_killed_while_people_worked(aftermath: Aftermath) -> None:
    assert aftermath.killed == VICTIMS
    assert len(aftermath.notes.cases) >= CLIENTS
    assert aftermath.notes.repeated > 0


def test_people_were_told_to_try_again_and_never_of_a_bug(aftermath: Aftermath) -> None:
    assert aftermath.notes.mistakes == []


def test_every_acknowledged_step_was_done_exactly_once(aftermath: Aftermath) -> None:
    tasks = {row["id"]: row for row in aftermath.rows["tasks"]}
    events = Counter(
        row["detail"]["task"] for row in aftermath.rows["events"] if row["action"] == "task.completed"
    )
    for step in aftermath.notes.steps:
        task = tasks[step.task]
        assert (task["step"], task["state"], task["completed_by"]) == (step.step, "done", step.who)
        assert events[step.task] == 1, step


def test_every_case_went_its_road_once(aftermath: Aftermath) -> None:
    cases = aftermath.rows["cases"]
    assert {row["number"] for row in cases} == set(aftermath.notes.cases.values())
    assert len({row["idempotency_key"] for row in cases}) == len(cases)
    assert [row["last"] for row in aftermath.rows["counters"]] == [len(cases)]
    road = Counter([step for step, _, _ in dairi.ROAD] + ["apply", "oss_accepts", "hand_over", "take"])
    for case in cases:
        assert (case["status"], case["result"], case["permit_status"]) == ("closed", "granted", "effective")
        done = Counter(row["step"] for row in aftermath.rows["tasks"] if row["case_id"] == case["id"])
        assert done - Counter({"seal_report": 1}) == road, case["number"]


def test_every_signed_letter_is_whole(aftermath: Aftermath) -> None:
    letters = aftermath.rows["letters"]
    signed = Counter(
        (row["detail"]["letter"], row["detail"]["sha256"])
        for row in aftermath.rows["events"]
        if row["action"] == "letter.signed"
    )
    lines = Counter(
        (row["letter_id"], row["number"]) for row in aftermath.rows["lines"] if row["book"] != "dispatch"
    )
    assert Counter(row["slot"] for row in letters) == dict.fromkeys(SLOTS, len(aftermath.rows["cases"]))
    for letter in letters:
        assert letter["status"] in ("signed", "delivered"), letter
        path = aftermath.files / letter["pdf_sha256"][:2] / letter["pdf_sha256"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == letter["pdf_sha256"]
        assert signed[letter["id"], letter["pdf_sha256"]] == 1, letter
        assert bool(letter["number"]) == has_number(letter["template"]), letter
        assert not letter["number"] or lines[letter["id"], letter["number"]] == 1, letter
    assert sum(signed.values()) == len(letters)


SLOTS = ("receipt", "disposition", "request", "task_order", "report", "recommendation", "permit")


def has_number(template: str) -> bool:
    path = ROOT / "pdf_templates" / f"{template}.html"
    shape: Any = parse("letter", template, path.read_text(encoding="utf-8")).shape
    return shape.number is not None


def test_numbers_have_no_gap_and_no_double(aftermath: Aftermath) -> None:
    taken: dict[tuple[str, int], list[int]] = {}
    for line in aftermath.rows["lines"]:
        taken.setdefault((line["series"], line["year"]), []).append(line["seq"])
    assert {key: sorted(seqs) for key, seqs in taken.items()} == {
        (row["series"], row["year"]): list(range(1, row["last"] + 1)) for row in aftermath.rows["series"]
    }
    assert {"permits", "outgoing", "dispatch"} == {series for series, _ in taken}


def test_oss_holds_every_message_exactly_once(aftermath: Aftermath) -> None:
    sent = [row for row in aftermath.rows["messages"] if row["channel"] == "oss"]
    assert len(sent) == 6 * len(aftermath.rows["cases"])
    receipts = {row["key"]: row["times"] for row in aftermath.rows["receipts"]}
    assert receipts == {f"{row['correlation']}:{row['name']}": 1 for row in sent}


def test_sigterm_leaves_nobody_behind(aftermath: Aftermath) -> None:
    assert aftermath.status == 0
    assert aftermath.left_over == []


def test_the_audit_trail_is_unbroken(aftermath: Aftermath) -> None:
    assert aftermath.audit[0] == 0, aftermath.audit[1]
