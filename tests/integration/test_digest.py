"""The daily digest: once a day, at the office's opening, and only where something is late or due."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from app import clock
from app.db import Session
from app.flow import digest
from app.messages.models import Message
from app.worker import tasks
from tests import dairi
from tests.desk import Desk, wib
from tests.fixtures_demo import DemoWorld

OPENING = "2026-11-24 08:00"


@pytest.fixture
def desk(demo_office: DemoWorld) -> Desk:
    """A case waits at the counter since Monday; the officer has asked for the digest."""
    desk = Desk("2026-11-23 08:00")
    dairi.submit(desk)
    digest.choose(desk.who("front_officer"), True, desk.now)
    return desk


def digests() -> list[Message]:
    Session.rollback()
    return list(Session.scalars(select(Message).where(Message.name == "digest").order_by(Message.id)))


def send_due(desk: Desk) -> None:
    """What sweep and job do."""
    Session.rollback()
    for user_id in digest.due_digests(desk.now):
        digest.send(user_id, desk.now)


def test_it_comes_when_the_office_opens_with_what_is_late(desk: Desk) -> None:
    send_due(desk.at("2026-11-24 06:59"))
    assert digests() == []
    send_due(desk.at(OPENING))
    (mail,) = digests()
    assert mail.recipient == desk.who("front_officer").email
    assert mail.payload["subject"] == "Tugas Anda hari ini: 1 melewati batas waktu, 0 jatuh tempo"
    assert f"1. {desk.number}: " in mail.payload["body"]
    assert f"http://uji.test/office/tasks/{desk.open()[0].id}" in mail.payload["body"]
    assert "http://uji.test/account/contact/" in mail.payload["body"]


def test_it_comes_once_a_day_even_if_asked_twice(desk: Desk) -> None:
    desk.at(OPENING)
    who = desk.who("front_officer").user_id
    assert [digest.send(who, desk.now) for _ in range(2)] == [True, False]
    desk.now += timedelta(hours=1)
    send_due(desk)
    assert len(digests()) == 1
    send_due(desk.at("2026-11-25 08:00"))
    assert len(digests()) == 2


def test_the_sweep_of_each_minute_puts_one_job(desk: Desk) -> None:
    who = desk.who("front_officer").user_id
    for _ in range(2):
        tasks.wake_digests(wib(OPENING))
    assert waiting_jobs() == [{"user_id": who}]
    clock.set_clock(wib(OPENING))
    for _ in range(2):
        tasks.send_digest(who)
    assert len(digests()) == 1
    assert digest.due_digests(wib(OPENING)) == []


def waiting_jobs() -> list[dict[str, int]]:
    Session.rollback()
    return list(Session.scalars(sql("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_digest'")))


@pytest.mark.parametrize("moment", ["2026-11-28 09:00", "2026-11-24 20:00", "2026-12-25 09:00"])
def test_there_is_none_while_the_office_is_closed(desk: Desk, moment: str) -> None:
    send_due(desk.at(moment))
    assert digests() == []


def test_a_day_with_nothing_due_brings_no_mail(desk: Desk) -> None:
    digest.choose(desk.who("head_of_office"), True, desk.now)
    digest.choose(desk.who("front_officer"), False, desk.now)
    send_due(desk.at(OPENING))
    assert digests() == []


def test_what_a_colleague_has_taken_is_not_listed(desk: Desk) -> None:
    task = desk.task("receive") if "receive" in desk.steps() else desk.open()[0]
    task.claimed_by = "somebody_else"
    Session.commit()
    send_due(desk.at(OPENING))
    assert digests() == []
