"""A file that nobody completes: reminded, closed, opened again with a reason; and the law's countdown."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.cases.models import CorrectionRound
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid
from app.flow import correction_time, deemed
from app.flow.claim import assign
from app.messages.models import Message
from app.people.access import person_named
from tests import dairi, magetan
from tests.desk import Desk, shown, wib


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk("2026-11-23 08:00")


def sweep(desk: Desk) -> None:
    """What the worker does each minute."""
    Session.rollback()
    for number in correction_time.due_rounds(desk.now):
        correction_time.see_to(number, desk.now)
    for number in deemed.counting(desk.now):
        deemed.watch(number, desk.now)
    Session.rollback()


def written(desk: Desk, *names: str) -> list[str]:
    query = select(Message.name).where(Message.case_id == desk.case.id, Message.name.in_(names))
    return list(Session.scalars(query.order_by(Message.id)))


def noted(desk: Desk, *actions: str) -> list[str]:
    query = select(AuditEvent.action).where(
        AuditEvent.chain == f"case:{desk.case.id}", AuditEvent.action.in_(actions)
    )
    return list(Session.scalars(query.order_by(AuditEvent.id)))


def sent_back(desk: Desk) -> None:
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    desk.do("front_officer", "check", dairi.checklist(npwp={"state": "missing"}))


def test_the_applicant_is_reminded_on_the_fifth_and_ninth_working_day(desk: Desk) -> None:
    sent_back(desk)
    assert shown(Session.scalars(select(CorrectionRound)).one().next_at) == "30-11 16:00"
    for moment, count in (
        ("2026-11-30 15:59", 0),
        ("2026-11-30 16:00", 1),
        ("2026-11-30 17:00", 1),
        ("2026-12-04 17:00", 2),
    ):
        sweep(desk.at(moment))
        assert len(written(desk, "correction_reminder")) == count
    desk.do("applicant", "apply")
    assert Session.scalars(select(CorrectionRound)).one().next_at is None
    sweep(desk.at("2027-01-29 17:00"))
    assert (desk.case.status, written(desk, "closed_unanswered")) == ("open", [])


def closed(desk: Desk) -> None:
    sent_back(desk)
    sweep(desk.at("2026-12-21 15:59"))
    assert desk.case.status == "waiting_for_applicant"
    for _ in range(3):  # a worker that slept does one thing after the other
        sweep(desk.at("2026-12-21 16:00"))


def test_a_file_that_nobody_completes_is_closed_with_a_notice(desk: Desk) -> None:
    closed(desk)
    assert (desk.case.status, desk.case.result, desk.steps()) == ("closed", "expired", [])
    assert written(desk, "closed_unanswered") == ["closed_unanswered"]
    assert noted(desk, "case.closed") == ["case.closed"]


def test_the_office_opens_it_again_with_a_reason_and_the_applicant_goes_on(desk: Desk) -> None:
    closed(desk)
    desk.at("2026-12-22 09:00")
    with pytest.raises(Invalid):
        correction_time.give_time(desk.who("front_officer"), desk.number, 5, " ", desk.now)
    with pytest.raises(Forbidden):
        correction_time.give_time(desk.who("courier"), desk.number, 5, "Pemohon sakit", desk.now)
    correction_time.give_time(desk.who("front_officer"), desk.number, 5, "Pemohon sakit", desk.now)
    assert (desk.case.status, desk.case.result, desk.steps()) == ("waiting_for_applicant", None, ["apply"])
    assert shown(desk.task("apply").due_at) == "31-12 16:00"
    assert noted(desk, "case.reopened") == ["case.reopened"]
    desk.do("applicant", "apply")
    assert desk.steps() == ["check"]
    with pytest.raises(Conflict):
        correction_time.give_time(desk.who("front_officer"), desk.number, 5, "Lagi", desk.now)


def test_more_time_moves_the_closing(desk: Desk) -> None:
    sent_back(desk)
    desk.at("2026-12-18 09:00")
    correction_time.give_time(desk.who("front_officer"), desk.number, 10, "Menunggu akta", desk.now)
    sweep(desk.at("2026-12-23 16:00"))
    assert desk.case.status == "waiting_for_applicant"
    sweep(desk.at("2027-01-08 17:00"))
    assert desk.case.result == "expired"


def complete_file(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "field_needed")


def test_deemed_approval_counts_from_complete_and_correct(desk: Desk) -> None:
    complete_file(desk)
    assert shown(desk.case.deemed_due_at) == "30-11 16:00"
    for moment, alarms in (
        ("2026-11-24 09:00", 0),
        ("2026-11-26 09:00", 1),
        ("2026-11-26 15:00", 1),
        ("2026-11-30 09:00", 2),
    ):
        sweep(desk.at(moment))
        assert len(written(desk, "deemed_alarm")) == alarms, moment
    sweep(desk.at("2026-11-30 16:00"))
    assert desk.case.deemed_at is None
    for _ in range(2):
        sweep(desk.at("2026-11-30 16:01"))
    assert desk.case.deemed_at == wib("2026-11-30 16:01")
    assert (written(desk, "deemed"), noted(desk, "case.deemed")) == (["deemed"], ["case.deemed"])
    assert desk.case.status == "open"  # what may be done stays to be done
    body = Session.scalars(select(Message.payload).where(Message.name == "deemed")).one()["body"]
    assert "Peraturan Pemerintah Nomor 28 Tahun 2025" in body


def test_before_the_file_is_complete_nothing_counts(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "verify")
    assert desk.case.deemed_due_at is None


def test_who_is_given_a_task_in_person_is_told(desk: Desk) -> None:
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    assign(desk.who("head_of_office"), desk.task("check").id, "front_officer", desk.now)
    told = Session.scalars(select(Message).where(Message.name == "assigned")).one()
    assert told.recipient == person_named("front_officer", desk.now).email
    assert "Menerima dan memeriksa kelengkapan" in told.payload["body"]
