"""Many officers at once: one winner, one effect, a clear word for the others; no gap or double in numbers."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import text as sql

from app import storage
from app.audit.models import AuditEvent
from app.audit.verify import verify as verify_audit
from app.cases.models import Case, Decision, Task
from app.db import Session
from app.errors import Conflict, Invalid
from app.flow.claim import claim
from app.flow.complete import complete
from app.flow.submit import Application, submit
from app.flow.work import Given
from app.letters.models import Letter
from app.messages import simulator
from app.messages.models import Message
from app.people.access import person_named
from app.people.models import Appointment, Office, User
from app.registers.models import NumberSeries, RegisterEntry
from app.storage import NotKept
from tests import dairi
from tests.desk import Desk
from tests.fixtures_demo import PASSWORD, DemoWorld
from tests.survival.crowd import CROWD, copies, together

MONDAY = "2026-11-23 08:00"


@pytest.fixture
def desk(demo_office: DemoWorld) -> Iterator[Desk]:
    """A desk in a house with a connection for everybody in the crowd."""
    engine = create_engine(
        demo_office.config.database_url, pool_size=CROWD + 1, max_overflow=0, pool_timeout=120
    )
    Session.remove()
    Session.configure(bind=engine)
    simulator.tell("oss", [])
    yield Desk(MONDAY)
    Session.remove()
    engine.dispose()


def appoint(username: str, role: str) -> None:
    user = Session.scalars(select(User).where(User.username == username)).one()
    office_id = Session.scalars(select(Office.id).where(Office.key == "dairi")).one()
    row = Appointment(
        user_id=user.id, role=role, office_id=office_id, title="", from_on=date(2026, 1, 1), decree="SK"
    )
    Session.add(row)
    Session.commit()


def do(desk: Desk, username: str, task: Task, **given: Any) -> Any:
    """Complete a task as it was shown."""
    handed = Given(task.version, passphrase=PASSWORD, **given)
    return complete(person_named(username, desk.now), task.id, handed, desk.now)


def count(model: type[Any], *where: Any) -> int:
    return Session.scalars(select(func.count()).select_from(model).where(*where)).one()


def numbers(series: str) -> list[int]:
    query = select(RegisterEntry.seq).where(RegisterEntry.series == series).order_by(RegisterEntry.seq)
    return list(Session.scalars(query))


def require_whole(letters: list[Letter]) -> None:
    """Each has its own number, register line, file and audit line."""
    assert (
        len({letter.number for letter in letters})
        == len({letter.pdf_sha256 for letter in letters})
        == len(letters)
    )
    signed = Counter(
        Session.scalars(
            select(AuditEvent.detail["letter"].as_integer()).where(AuditEvent.action == "letter.signed")
        )
    )
    for letter in letters:
        assert letter.status == "signed"
        lines = Session.scalars(select(RegisterEntry).where(RegisterEntry.letter_id == letter.id)).all()
        assert [(line.id, line.number) for line in lines] == [(letter.number_entry_id, letter.number)]
        assert hashlib.sha256(storage.read(letter.pdf_sha256 or "")).hexdigest() == letter.pdf_sha256
        assert signed[letter.id] == 1


def permits_of(tasks: list[Task]) -> list[Letter]:
    wanted = select(Letter).where(
        Letter.slot == "permit", Letter.case_id.in_([task.case_id for task in tasks])
    )
    return list(Session.scalars(wanted.execution_options(populate_existing=True)))


def test_of_200_completions_by_several_officers_one_wins(desk: Desk) -> None:
    officers = ["front_officer", "back_officer", "secretary", "general_affairs"]
    for username in officers[1:]:
        appoint(username, "front_officer")
    dairi.submit(desk)
    task = desk.task("check")
    tries = [partial(do, desk, officers[n % 4], task, data=dairi.checklist()) for n in range(200)]
    outcomes = together(tries)
    winners = [officers[n % 4] for n, outcome in enumerate(outcomes) if isinstance(outcome, dict)]
    assert len(winners) == 1
    refusals = [outcome for outcome in outcomes if not isinstance(outcome, dict)]
    assert {type(refusal) for refusal in refusals} == {Conflict}
    assert {str(refusal) for refusal in refusals} == {f"This task was already done by {winners[0]}."}
    assert desk.steps() == ["receipt"]
    assert Session.get_one(Task, task.id, populate_existing=True).completed_by == winners[0]
    assert count(Decision) == count(Message, Message.name == "oss/10") == 1
    assert count(AuditEvent, AuditEvent.detail["task"].as_integer() == task.id) == 1


def test_a_click_repeated_50_times_gets_one_answer(desk: Desk) -> None:
    dairi.submit(desk)
    task = desk.task("check")
    click = partial(do, desk, "front_officer", task, data=dairi.checklist(), idempotency_key="click")
    outcomes = together([click] * 50)
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert desk.steps() == ["receipt"]
    assert count(Message, Message.name == "oss/10") == 1


def test_claiming_and_doing_at_once_leaves_one_in_charge(desk: Desk) -> None:
    appoint("secretary", "front_officer")
    dairi.submit(desk)
    task = desk.task("check")

    def take_in_hand() -> Task:
        return claim(person_named("secretary", desk.now), task.id, desk.now)

    finish = partial(do, desk, "front_officer", task, data=dairi.checklist())
    outcomes = together([take_in_hand, finish] * 15)
    claimed, finished = (
        [outcome for outcome in outcomes if isinstance(outcome, kind)] for kind in (Task, dict)
    )
    assert bool(claimed) != bool(finished)
    assert len(finished) <= 1
    assert {type(outcome) for outcome in outcomes} - {Task, dict} == {Conflict}
    assert desk.steps() == (["receipt"] if finished else ["check"])


def test_40_permits_signed_at_once_are_numbered_without_gap_or_double(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_permit")
    tasks = copies(desk, "sign_permit", "permit", 40)
    outcomes = together([partial(do, desk, "head_of_office", task, outcome="good") for task in tasks])
    assert [outcome["entered"][0]["step"] for outcome in outcomes] == ["number_permit"] * 40
    assert numbers("permits") == list(range(1, 41))
    permits = permits_of(tasks)
    assert len(permits) == 40
    require_whole(permits)
    assert verify_audit() == []


def test_numbers_taken_by_two_officers_while_others_roll_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appoint("division_head", "head_of_office")
    dairi.submit(desk)
    dairi.walk(desk, "sign_permit")
    tasks = copies(desk, "sign_permit", "permit", 12)
    fail_every_third(monkeypatch)
    left = list(zip(itertools.cycle(("head_of_office", "division_head")), tasks, strict=False))
    refused = 0
    while left:
        outcomes = together([partial(do, desk, who, task, outcome="good") for who, task in left])
        left = [each for each, outcome in zip(left, outcomes, strict=True) if isinstance(outcome, NotKept)]
        refused += len(left)
        assert all(isinstance(outcome, dict | NotKept) for outcome in outcomes)
    assert refused >= 4
    assert numbers("permits") == list(range(1, 13))
    assert Session.scalars(select(NumberSeries.last).where(NumberSeries.series == "permits")).one() == 12
    permits = permits_of(tasks)
    assert Counter(permit.signed_by for permit in permits) == {"head_of_office": 6, "division_head": 6}
    require_whole(permits)


def fail_every_third(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses every third file, when number, date and signature are already made."""
    keep, calls = storage.keep, itertools.count(1)

    def unreliable(content: bytes) -> str:
        if next(calls) % 3 == 0:
            raise NotKept("The file cannot be stored at the moment. Nothing was changed.")
        return keep(content)

    monkeypatch.setattr(storage, "keep", unreliable)


def test_one_key_sent_50_times_at_once_opens_one_case(desk: Desk) -> None:
    def send() -> str:
        application = Application(dairi.SERVICE, dairi.APPLICATION, idempotency_key="once")
        return submit(person_named("applicant", desk.now), application, desk.now).number

    outcomes = together([send] * 50)
    assert len(set(outcomes)) == 1
    assert Session.scalars(select(Case.number)).all() == [outcomes[0]]
    assert Session.execute(sql("SELECT last FROM case_counter")).scalars().all() == [1]


def test_case_numbers_of_refused_applications_are_given_to_others(desk: Desk) -> None:
    def send(nib: str) -> str:
        application = Application(dairi.SERVICE, {**dairi.APPLICATION, "nib": nib})
        return submit(person_named("applicant", desk.now), application, desk.now).number

    outcomes = together([partial(send, "9990000000154" if n % 2 else "1") for n in range(60)])
    assert {type(outcome) for outcome in outcomes[::2]} == {Invalid}
    assert sorted(outcomes[1::2]) == [f"IPUI-2026-{n:05d}" for n in range(1, 31)]
