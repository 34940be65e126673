"""The neighbours fail (OSS, mail, renderer, disk, clock): a case waits or is refused, never half done."""

import errno
import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import clock, storage
from app.audit.models import AuditEvent
from app.audit.verify import verify as verify_audit
from app.cases.models import Attachment
from app.db import Session
from app.errors import Conflict, Forbidden, NotFound, OfficeError
from app.flow.arrival import Arrival
from app.flow.arrive import arrive
from app.flow.attach import Upload, attach
from app.flow.deliver_message import PAUSES, deliver_message, due_messages, retry
from app.flow.timeouts import overdue_tasks, time_out
from app.letters import press
from app.letters.models import Letter
from app.messages import mail, simulator, transport
from app.messages.models import Message
from app.messages.transport import Answer
from app.people.models import Appointment
from app.registers.models import NumberSeries, RegisterEntry
from app.storage import NotKept
from app.web.limits import Limit, TooMany
from tests import dairi
from tests.desk import Desk, wib
from tests.fixtures_demo import DemoWorld
from tests.survival.installation import free_port, until

MONDAY = "2026-11-23 08:00"
PDF = b"%PDF-1.4 contoh"


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it, and no line after it runs."""


@pytest.fixture
def desk(demo_office: DemoWorld) -> Desk:
    desk = Desk(MONDAY)
    simulator.tell("oss", [])
    return desk


@pytest.fixture
def issued(desk: Desk) -> Desk:
    """A case whose permit waits for OSS alone."""
    dairi.submit(desk)
    dairi.walk(desk, "")
    send_all(desk, but="oss/50")
    assert desk.case.status == "waiting_for_system"
    return desk


@pytest.fixture
def to_sign(desk: Desk) -> Desk:
    """A case whose permit waits for the head of office."""
    dairi.submit(desk)
    dairi.walk(desk, "sign_permit")
    return desk


def message(desk: Desk, name: str) -> Message:
    query = select(Message).where(Message.case_id == desk.case.id, Message.name == name)
    return Session.scalars(query.execution_options(populate_existing=True)).one()


def send(desk: Desk, name: str) -> str:
    return deliver_message(message(desk, name).id, desk.now)


def send_all(desk: Desk, but: str = "") -> None:
    for message_id in Session.scalars(
        select(Message.id).where(Message.state == "queued", Message.name != but).order_by(Message.id)
    ).all():
        deliver_message(message_id, desk.now)


def send_when_due(desk: Desk, name: str) -> str:
    """Let time pass until the message is due, and send it."""
    desk.now = max(desk.now, message(desk, name).next_at or desk.now)
    return send(desk, name)


def events(desk: Desk, action: str) -> int:
    query = select(func.count()).select_from(AuditEvent)
    return Session.scalars(
        query.where(AuditEvent.chain == f"case:{desk.case.id}", AuditEvent.action == action)
    ).one()


def require_effective_once(desk: Desk) -> None:
    assert (desk.case.permit_status, desk.steps()) == ("effective", ["hand_over"])
    assert simulator.received("oss")[f"{desk.number}:oss/50"] == 1
    notices = select(func.count()).select_from(Message).where(Message.name == "granted")
    assert Session.scalars(notices).one() == 1
    assert verify_audit() == []


# --- OSS


@pytest.mark.parametrize(
    "answers",
    [["500"], ["500", "504", "late", "500"], ["504"] * 9],
    ids="-".join,
)
def test_oss_fails_and_has_the_message_once_in_the_end(issued: Desk, answers: list[str]) -> None:
    simulator.tell("oss", answers)
    states = []
    while (state := send_when_due(issued, "oss/50")) != "done":
        assert issued.case.permit_status == "not_effective"
        states.append(state)
    assert set(states) <= {"queued", "unknown"}
    assert 1 <= len(states) <= len(answers)
    require_effective_once(issued)


def test_a_failing_oss_does_not_hold_up_the_office(desk: Desk) -> None:
    simulator.tell("oss", ["500"] * 50)
    dairi.submit(desk)
    for step, username, given in dairi.ROAD:
        desk.do(username, step, **given)
        send_all(desk)
    assert desk.steps() == ["oss_accepts"]
    simulator.tell("oss", [])
    for name in ("oss/10", "oss/20", "oss/40", "oss/45", "oss/50"):
        assert send_when_due(desk, name) == "done"
    assert set(simulator.received("oss").values()) == {1}


def test_a_401_waits_for_a_person_who_sends_it_again(issued: Desk) -> None:
    simulator.tell("oss", ["401"])
    assert send(issued, "oss/50") == "stopped"
    assert due_messages(issued.now + timedelta(days=9)) == []
    retry(message(issued, "oss/50").id, "head_of_office", issued.now)
    assert send(issued, "oss/50") == "done"
    with pytest.raises(Conflict):
        retry(message(issued, "oss/50").id, "head_of_office", issued.now)
    require_effective_once(issued)


@pytest.mark.parametrize("by_hand", [True, False], ids=["sent again by hand", "sent again by the sweep"])
def test_a_sender_killed_after_oss_took_the_message_does_not_send_twice(issued: Desk, by_hand: bool) -> None:
    def die(message: Message) -> NoReturn:
        simulator.carry(message)
        raise Killed

    transport.use("oss", die, simulator.check)
    with pytest.raises(Killed):
        send(issued, "oss/50")
    transport.use("oss", simulator.carry, simulator.check)
    assert issued.case.permit_status == "not_effective"
    assert send(issued, "oss/50") == "unknown"  # somebody may still be at it
    if by_hand:
        retry(message(issued, "oss/50").id, "head_of_office", issued.now)
        assert send(issued, "oss/50") == "done"
    else:
        issued.now += timedelta(minutes=2)
        assert message(issued, "oss/50").id in due_messages(issued.now)
        assert send(issued, "oss/50") == "done"
    require_effective_once(issued)


def test_a_sender_killed_before_oss_took_the_message_sends_it_later(issued: Desk) -> None:
    def die(_message: Message) -> NoReturn:
        raise Killed

    transport.use("oss", die, simulator.check)
    with pytest.raises(Killed):
        send(issued, "oss/50")
    transport.use("oss", simulator.carry, simulator.check)
    assert send_when_due(issued, "oss/50") == "done"
    require_effective_once(issued)


def test_while_the_question_whether_it_arrived_is_not_answered_nothing_is_sent(issued: Desk) -> None:
    simulator.tell("oss", ["late"])
    assert send(issued, "oss/50") == "unknown"
    transport.use("oss", simulator.carry, lambda _message: Answer(503, certain=False))
    for _ in range(3):
        assert send_when_due(issued, "oss/50") == "unknown"
    assert simulator.received("oss")[f"{issued.number}:oss/50"] == 1
    transport.use("oss", simulator.carry, simulator.check)
    assert send_when_due(issued, "oss/50") == "done"
    require_effective_once(issued)


def test_two_senders_at_once_send_once(issued: Desk) -> None:
    def meanwhile(message: Message) -> Answer:
        other = threading.Thread(target=lambda: states.append(deliver_message(message.id, issued.now)))
        other.start()
        other.join(30)
        return simulator.carry(message)

    states: list[str] = []
    transport.use("oss", meanwhile, simulator.check)
    assert send(issued, "oss/50") == "done"
    assert states == ["elsewhere"]
    require_effective_once(issued)


def test_oss_answers_twice_and_the_first_counts(issued: Desk) -> None:
    arrival = Arrival("oss", "50_accepted", "msg-1", issued.number)
    first = arrive(arrival, issued.now)
    assert arrive(arrival, issued.now) == first
    with pytest.raises(OfficeError):
        arrive(Arrival("oss", "50_accepted", "msg-2", issued.number), issued.now)
    assert send(issued, "oss/50") == "done"  # and the answer to our own message comes last
    assert events(issued, "message.unawaited") == 1
    require_effective_once(issued)


def test_a_silent_oss_is_reported_once_and_a_person_stands_in_before_it_answers(issued: Desk) -> None:
    simulator.tell("oss", ["504"] * 3)
    for _ in range(3):
        send_when_due(issued, "oss/50")
    issued.at("2026-11-25 09:00")
    for _ in range(2):
        for task_id in overdue_tasks(issued.now):
            time_out(task_id, issued.now)
    alerts = select(func.count()).select_from(Message).where(Message.name == "overdue")
    assert Session.scalars(alerts).one() == 1
    issued.do("general_affairs", "oss_accepts", {"accepted_on": "2026-11-25"})
    assert send(issued, "oss/50") == "done"
    require_effective_once(issued)


# --- mail


def test_mail_is_kept_while_the_server_is_down_and_the_case_goes_on(desk: Desk, tmp_path: Path) -> None:
    sender = "Alur Izin <no-reply@uji.test>"
    transport.use("email", mail.carrier(f"smtp://127.0.0.1:{free_port()}", tmp_path, sender))
    dairi.submit(desk)
    for pause in PAUSES[:4]:
        assert send(desk, "submitted") == "unknown"
        assert send(desk, "submitted") == "unknown"
        assert message(desk, "submitted").next_at == desk.now + pause
        desk.now += pause
    assert message(desk, "submitted").attempts == 4
    dairi.walk(desk, "entry")
    assert desk.steps() == ["entry"]
    transport.use("email", mail.carrier("", tmp_path, sender))
    assert [send_when_due(desk, name) for name in ("submitted", "received")] == ["done", "done"]
    assert len(list(tmp_path.glob("*.eml"))) == 2


# --- renderer


@contextmanager
def killing_renderers() -> Iterator[list[int]]:
    """Kill every renderer of this process as soon as it is there."""
    stop, killed = threading.Event(), list[int]()

    def kill() -> None:
        while not stop.wait(0.005):
            for child in psutil.Process().children():
                if is_renderer(child):
                    child.kill()
                    killed.append(child.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def is_renderer(process: psutil.Process) -> bool:
    try:
        return "app.letters.worker" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def require_nothing_signed(desk: Desk, signed_before: int) -> None:
    assert desk.steps() == ["sign_permit"]
    assert desk.case.permit_status == "none"
    assert permit(desk).status == "initialed"
    assert (permit(desk).number, permit(desk).pdf_sha256) == (None, None)
    assert Session.scalars(select(RegisterEntry).where(RegisterEntry.book == "permits")).all() == []
    assert Session.scalars(select(NumberSeries.last).where(NumberSeries.series == "permits")).all() == []
    assert events(desk, "letter.signed") == signed_before


def require_signed(desk: Desk, seq: int = 1) -> None:
    lines = Session.scalars(select(RegisterEntry).where(RegisterEntry.letter_id == permit(desk).id)).all()
    assert [(line.book, line.seq, line.number) for line in lines] == [("permits", seq, permit(desk).number)]
    assert storage.read(permit(desk).pdf_sha256 or "").startswith(b"%PDF")
    assert verify_audit() == []


def permit(desk: Desk) -> Letter:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == "permit")
    return Session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_renderer_killed_between_two_letters_is_replaced(to_sign: Desk) -> None:
    press.renderer().warm()
    for pid in press.renderer().pool.processes:
        os.kill(pid, signal.SIGKILL)
    to_sign.do("head_of_office", "sign_permit", outcome="good")
    require_signed(to_sign)


def test_a_renderer_killed_at_work_is_replaced(to_sign: Desk) -> None:
    press.renderer().warm()
    victim = press.renderer().pool.processes[0]
    asleep = psutil.Process(victim).cpu_times().user

    def kill() -> None:
        until(lambda: psutil.Process(victim).cpu_times().user > asleep, 30, "the renderer at work")
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    to_sign.do("head_of_office", "sign_permit", outcome="good")
    killer.join()
    require_signed(to_sign)


def test_without_any_renderer_signing_is_refused_and_no_number_is_lost(to_sign: Desk) -> None:
    before = events(to_sign, "letter.signed")
    with killing_renderers() as killed, pytest.raises(OfficeError) as refusal:
        to_sign.do("head_of_office", "sign_permit", outcome="good")
    assert (refusal.value.status, len(killed) >= 2) == (503, True)
    require_nothing_signed(to_sign, before)
    to_sign.do("head_of_office", "sign_permit", outcome="good")
    require_signed(to_sign)


# --- disk


def full_disk(_descriptor: int) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def unwritable(folder: Path) -> Path:
    """A place that even root cannot write to: below a file."""
    storage.configure(folder / "files")
    (folder / "files").rmdir()
    (folder / "files").touch()
    return folder / "files"


def test_signing_on_a_full_disk_is_refused_and_nothing_is_half_done(
    to_sign: Desk, demo_office: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files = events(to_sign, "letter.signed"), all_files(demo_office.config.files_dir)
    with monkeypatch.context() as full:
        full.setattr("app.storage.os.fsync", full_disk)
        with pytest.raises(NotKept) as refusal:
            to_sign.do("head_of_office", "sign_permit", outcome="good")
    assert refusal.value.status == 503
    require_nothing_signed(to_sign, before)
    assert all_files(demo_office.config.files_dir) == files
    to_sign.do("head_of_office", "sign_permit", outcome="good")
    require_signed(to_sign)


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_an_unwritable_archive_refuses_letters_and_files_but_not_other_steps(
    desk: Desk, demo_office: DemoWorld, tmp_path: Path
) -> None:
    dairi.submit(desk)
    attach(desk.who("front_officer"), desk.number, Upload("a.pdf", PDF, "npwp"), desk.now)
    place = unwritable(tmp_path)
    with pytest.raises(NotKept):
        attach(desk.who("front_officer"), desk.number, Upload("b.pdf", PDF + b"2", "npwp"), desk.now)
    assert Session.scalars(select(Attachment.replaced_at)).all() == [None]
    desk.do("front_officer", "check", dairi.checklist())  # makes no letter
    with pytest.raises(NotKept):
        desk.do("front_officer", "receipt")
    assert desk.steps() == ["receipt"]
    assert Session.scalars(select(Letter)).all() == []
    assert Session.scalars(select(RegisterEntry)).all() == []
    place.unlink()
    storage.configure(demo_office.config.files_dir)
    desk.do("front_officer", "receipt")
    assert Session.scalars(select(RegisterEntry.seq)).all() == [1]
    assert verify_audit() == []


# --- clock


def test_a_clock_that_goes_back_does_not_stop_the_case_nor_break_the_trail(desk: Desk) -> None:
    dairi.submit(desk)
    moments = itertools.cycle(
        ("2026-11-23 08:00", "2026-11-20 16:00", "2026-12-01 09:00", "2026-11-23 07:00")
    )
    for step, username, given in dairi.ROAD:
        desk.at(next(moments)).do(username, step, **given)
    assert desk.steps() == ["oss_accepts"]
    assert verify_audit() == []


def test_a_clock_that_goes_back_while_the_applicant_is_waited_for(desk: Desk) -> None:
    dairi.submit(desk)
    due_at = desk.case.due_at
    desk.at("2026-11-25 10:00").do("front_officer", "check", dairi.checklist(npwp={"state": "missing"}))
    desk.at("2026-11-20 16:00").do("applicant", "apply")
    assert desk.case.due_at == due_at  # a pause that ended before it began was none
    desk.at(MONDAY).do("front_officer", "check", dairi.checklist())
    assert desk.steps() == ["receipt"]


def test_certificate_and_mandate_hold_for_the_day_that_the_clock_says(to_sign: Desk) -> None:
    before = events(to_sign, "letter.signed")
    for wrong in ("2025-11-23 08:00", "2046-11-23 08:00"):
        with pytest.raises((Forbidden, NotFound)):
            to_sign.at(wrong).do("head_of_office", "sign_permit", outcome="good")
        to_sign.at(MONDAY)
        require_nothing_signed(to_sign, before)
    to_sign.do("head_of_office", "sign_permit", outcome="good")
    require_signed(to_sign)


def test_a_certificate_that_begins_later_signs_nothing(to_sign: Desk) -> None:
    before = events(to_sign, "letter.signed")
    Session.execute(update(Appointment).values(from_on=date(2025, 1, 1)))
    Session.commit()
    with pytest.raises(Forbidden, match="valid from 5 Januari 2026 on"):
        to_sign.at("2025-11-24 08:00").do("head_of_office", "sign_permit", outcome="good")
    require_nothing_signed(to_sign.at(MONDAY), before)


def test_a_year_begun_too_early_leaves_no_gap_in_the_year_that_goes_on(desk: Desk) -> None:
    for moment in (MONDAY, "2027-01-04 08:00", MONDAY):
        desk.at(MONDAY)
        dairi.submit(desk)
        dairi.walk(desk, "sign_permit")
        desk.at(moment).do("head_of_office", "sign_permit", outcome="good")
    query = select(RegisterEntry.year, RegisterEntry.seq).where(RegisterEntry.book == "permits")
    taken = [tuple(row) for row in Session.execute(query.order_by(RegisterEntry.id))]
    assert taken == [(2026, 1), (2027, 1), (2026, 2)]


def test_what_a_clock_ahead_put_off_for_weeks_is_sent_when_it_is_right_again(issued: Desk) -> None:
    simulator.tell("oss", ["504"])
    assert send(issued.at("2026-12-21 08:00"), "oss/50") == "unknown"
    issued.at(MONDAY)
    assert message(issued, "oss/50").id in due_messages(issued.now)
    assert send(issued, "oss/50") == "done"
    require_effective_once(issued)


def test_limits_counted_by_a_clock_ahead_shut_nobody_out(desk: Desk) -> None:
    limit = Limit("test", 2, 60)
    with Flask(__name__).test_request_context():
        clock.set_clock(wib("2026-12-21 08:00"))
        refused(limit, hits=3)
        clock.set_clock(wib(MONDAY))
        limit.require_room()
        refused(limit, hits=3)


def refused(limit: Limit, hits: int) -> None:
    for _ in range(hits - 1):
        limit.hit()
    last: Callable[[], Any] = limit.hit
    with pytest.raises(TooMany):
        last()
    with pytest.raises(TooMany):
        limit.require_room()
