"""K21-K26: the Dairi licence, walked by its eight people, with the dates of the acceptance cases."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import storage
from app.audit.verify import verify as verify_audit
from app.cases.engine import advance
from app.cases.models import Correction, Decision, Task
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid
from app.flow import papers
from app.flow.deliver_message import deliver_message
from app.flow.work import Given, lock_task
from app.letters.models import Letter
from app.messages import simulator
from app.messages.models import Message
from app.registers.models import RegisterEntry
from app.reports.verification import check_code, check_file
from tests import dairi
from tests.desk import Desk, shown

MONDAY = "2026-11-23 08:00"
PLAN_K21 = {
    "1": "23-11 08:15", "2": "23-11 10:15", "3": "23-11 10:45", "4": "23-11 11:45", "5": "23-11 14:45",
    "6": "24-11 16:00", "7": "26-11 16:00", "8": "27-11 16:30", "16": "30-11 08:00", "17": "30-11 08:30",
    "18": "30-11 09:30", "19": "30-11 10:30", "20": "30-11 11:30", "21": "30-11 11:45", "22": "30-11 12:00",
    "23": "30-11 13:15", "24": "30-11 13:45", "25": "30-11 14:15",
}  # fmt: skip
PLAN_K24 = {
    "9": "30-11 09:30", "10": "30-11 10:30", "11": "30-11 11:30", "12": "30-11 14:30", "13": "30-11 15:30",
    "14": "01-12 08:00", "15": "01-12 08:15",
}  # fmt: skip


@pytest.fixture
def desk(demo_office: None) -> Desk:
    desk = Desk(MONDAY)
    simulator.tell("oss", [])
    return desk


def letters(desk: Desk, slot: str) -> list[Letter]:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def sent(desk: Desk) -> list[str]:
    query = select(Message.name).where(Message.case_id == desk.case.id, Message.channel == "oss")
    return list(Session.scalars(query.order_by(Message.id)))


def send_all(desk: Desk) -> list[str]:
    """Let the job worker do its round."""
    waiting = select(Message.id).where(Message.state.in_(("queued", "unknown")))
    ids = Session.scalars(waiting.order_by(Message.id)).all()
    return [deliver_message(message_id, desk.now) for message_id in ids]


def last_message(desk: Desk) -> int:
    """The message that issues the permit, once all before it have arrived."""
    message_id = Session.scalars(select(Message.id).where(Message.name == "oss/50")).one()
    earlier = (
        select(Message.id).where(Message.id < message_id, Message.state == "queued").order_by(Message.id)
    )
    for earlier_id in Session.scalars(earlier).all():
        deliver_message(earlier_id, desk.now)
    return message_id


def test_k21_from_application_to_a_permit_in_force(desk: Desk) -> None:
    dairi.submit(desk)
    assert desk.plan() == PLAN_K21
    assert shown(desk.case.due_at) == "30-11 14:15"
    dairi.walk(desk, "hand_over")
    assert (desk.case.permit_status, desk.steps()) == ("not_effective", ["oss_accepts"])
    send_all(desk)
    assert (desk.case.permit_status, desk.steps()) == ("effective", ["hand_over"])
    desk.do("front_officer", "hand_over", dairi.BY_PORTAL)
    desk.do("applicant", "take")
    assert (desk.case.status, desk.case.result) == ("closed", "granted")
    assert sent(desk) == ["oss/10", "oss/20", "oss/40", "oss/45", "oss/50", "oss/license"]
    assert set(simulator.received("oss").values()) == {1}
    sent_to = select(RegisterEntry.received_by).join(Letter, Letter.id == RegisterEntry.letter_id)
    handed = sent_to.where(RegisterEntry.book == "dispatch", Letter.slot == "permit")
    assert Session.scalars(handed).all() == [desk.who("applicant").name]
    assert letters(desk, "receipt")[0].status == "delivered"
    assert verify_audit() == []


def test_k21_the_permit_is_numbered_signed_entered_and_verifiable(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "validate")
    permit = letters(desk, "permit")[0]
    assert (permit.status, permit.number is not None) == ("signed", True)
    entries = Session.scalars(select(RegisterEntry).where(RegisterEntry.letter_id == permit.id)).all()
    assert [(entry.book, entry.number) for entry in entries] == [("permits", permit.number)]
    assert [mark.role for mark in permit.initials] == ["back_officer", "division_head", "secretary"]
    checked = check_code(permit.verify_code or "")
    assert (checked.known, checked.intact, checked.trial) == (True, True, True)
    content = storage.read(permit.pdf_sha256 or "")
    assert check_file(content).intact
    assert not check_file(content + b"x").known
    assert not check_file(content.replace(b"/Type", b"/Typo", 1)).intact


def test_k21_every_paper_of_the_road_is_made(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "validate")
    query = select(Letter.slot, Letter.status).where(Letter.case_id == desk.case.id).order_by(Letter.id)
    assert Session.execute(query).all() == [
        ("receipt", "delivered"), ("disposition", "signed"), ("request", "signed"), ("task_order", "signed"),
        ("report", "signed"), ("recommendation", "signed"), ("permit", "signed"),
    ]  # fmt: skip


def test_k22_without_npwp_the_applicant_is_asked_and_there_is_no_receipt(desk: Desk) -> None:
    dairi.submit(desk, nib="9990000000161")
    desk.do(
        "front_officer",
        "check",
        dairi.checklist(npwp={"state": "missing", "note": "Fotokopi belum dilampirkan"}),
    )
    assert (desk.steps(), desk.case.status) == (["apply"], "waiting_for_applicant")
    asked = Session.scalars(select(Correction)).all()
    assert [(row.requirement, row.reason) for row in asked] == [("npwp", "Fotokopi belum dilampirkan")]
    assert letters(desk, "receipt") == []
    assert sent(desk) == ["oss/11"]
    mail = Session.scalars(select(Message).where(Message.name == "incomplete")).one()
    assert "1. Fotokopi NPWP: Fotokopi belum dilampirkan" in mail.payload["body"]


def test_k22_after_the_correction_the_file_goes_on(desk: Desk) -> None:
    dairi.submit(desk, nib="9990000000161")
    desk.do("front_officer", "check", dairi.checklist(npwp={"state": "missing"}))
    desk.do("applicant", "apply")
    desk.do("front_officer", "check", dairi.checklist())
    assert desk.steps() == ["receipt"]


def test_the_applicant_has_the_days_for_corrections_not_the_minutes_of_the_first_step(desk: Desk) -> None:
    dairi.submit(desk)
    desk.do("front_officer", "check", dairi.checklist(npwp={"state": "missing"}))
    due = desk.task("apply").due_at
    assert due is not None
    assert (due - desk.now).days >= 10


def test_the_receipt_lists_the_documents_in_the_order_of_the_service(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "entry")
    receipt = Session.scalars(select(Letter).where(Letter.slot == "receipt")).one()
    Session.refresh(receipt)
    assert [item["key"] for item in receipt.context["requirements"]] == list(dairi.ITEMS)


def test_k23_names_that_differ_send_the_file_back_to_the_counter(desk: Desk) -> None:
    dairi.submit(desk, nib="9990000000178")
    dairi.walk(desk, "verify")
    with pytest.raises(Invalid):
        desk.do("back_officer", "verify", dairi.verified(names_match=False, team=[]))
    note = "Nama pada KTP tidak sama dengan akta"
    desk.do("back_officer", "verify", dairi.verified(names_match=False, team=[]), note=note)
    assert desk.steps() == ["check"]
    reasons = Session.scalars(select(Decision).where(Decision.step == "verify")).one().reasons
    assert reasons == ["Nama pada KTP tidak sama dengan nama pada akta atau NIB."]
    team = select(func.count()).select_from(Task).where(Task.role == "technical_team")
    assert Session.scalar(team) == 0


def test_k24_waste_beyond_the_document_leads_to_a_refusal_letter(desk: Desk) -> None:
    dairi.submit(desk, nib="9990000000185", company_name="PT Sawit Lembah Fabel (Fiktif)", kbli="10431")
    dairi.walk(desk, "visit")
    found = dairi.visited(waste_within_document=False, waste_note="Limbah melebihi dokumen lingkungan")
    desk.do("technical_team", "visit", found)
    for member in dairi.TEAM:
        desk.do(member, "confirm_report")
    desk.do("technical_team", "recommend", dairi.GOOD_JUDGEMENT)
    assert desk.steps() == ["draft_refusal"]
    assert {no: until for no, until in desk.plan().items() if no in PLAN_K24} == PLAN_K24
    dairi.walk(desk, "", dairi.REFUSAL_ROAD)
    assert (desk.case.status, desk.case.result) == ("closed", "refused")
    assert sent(desk)[-2:] == ["oss/93", "oss/90"]
    refusal = letters(desk, "refusal")[0]
    assert (refusal.status, refusal.number is not None) == ("delivered", True)
    assert [(mark.role, mark.void_at) for mark in refusal.initials] == [
        ("division_head", None), ("secretary", None),
    ]  # fmt: skip
    assert (refusal.drafted_by, refusal.signed_by) == ("back_officer", "head_of_office")
    assert refusal.number_confirmed_by == "general_affairs"
    assert Session.scalars(select(RegisterEntry).where(RegisterEntry.book == "permits")).all() == []
    dispatch = Session.scalars(
        select(RegisterEntry).where(RegisterEntry.book == "dispatch", RegisterEntry.letter_id == refusal.id)
    ).one()
    assert dispatch.received_by == desk.who("applicant").name


def test_k25_three_times_504_keeps_the_permit_not_effective_until_oss_has_it_once(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "hand_over")
    message_id = last_message(desk)
    simulator.tell("oss", ["504", "504", "504"])
    for minute in (0, 10, 30):
        desk.at(f"2026-11-23 09:{minute:02d}")
        assert deliver_message(message_id, desk.now) == "unknown"
        assert (desk.case.permit_status, desk.case.status) == ("not_effective", "waiting_for_system")
    assert letters(desk, "permit")[0].status == "signed"
    desk.at("2026-11-23 12:00")
    assert deliver_message(message_id, desk.now) == "done"
    assert deliver_message(message_id, desk.now) == "done"
    assert desk.case.permit_status == "effective"
    assert simulator.received("oss")[f"{desk.number}:oss/50"] == 1


def test_k25_a_late_answer_is_asked_for_instead_of_sending_twice(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "hand_over")
    message_id = last_message(desk)
    simulator.tell("oss", ["late"])
    assert deliver_message(message_id, desk.now) == "unknown"
    assert deliver_message(message_id, desk.at("2026-11-23 12:00").now) == "done"
    assert simulator.received("oss")[f"{desk.number}:oss/50"] == 1


def test_k25_a_401_stops_and_a_person_stands_in_by_hand(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "hand_over")
    message_id = last_message(desk)
    simulator.tell("oss", ["401"])
    assert deliver_message(message_id, desk.now) == "stopped"
    desk.do("general_affairs", "oss_accepts", {"accepted_on": "2026-11-20"})
    assert (desk.case.permit_status, desk.steps()) == ("effective", ["hand_over"])


def test_k26_the_head_cannot_sign_before_the_secretary_has_initialled(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "initial_permit_secretary")
    with pytest.raises(Forbidden):
        desk.do("head_of_office", "initial_permit_secretary", outcome="good")
    head = desk.who("head_of_office")
    task = desk.task("initial_permit_secretary")
    work = lock_task(task.id, head, Given(passphrase=desk.passphrase), desk.now)
    effect = next(e for e in _effects(work) if e.action.sign == "permit")
    with pytest.raises(Conflict, match="Sekretaris"):
        papers.sign(work, effect)
    Session.rollback()


def test_a_wrong_passphrase_signs_nothing_and_takes_no_number(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_permit")
    with pytest.raises(Forbidden, match="passphrase"):
        desk.do("head_of_office", "sign_permit", outcome="good", passphrase="salah")
    assert desk.steps() == ["sign_permit"]
    assert Session.scalars(select(RegisterEntry).where(RegisterEntry.book == "permits")).all() == []


def test_a_returned_draft_loses_its_initials_and_must_be_initialled_again(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_permit")
    desk.do("head_of_office", "sign_permit", outcome="send_back", note="Luas keliru")
    assert desk.steps() == ["print"]
    assert all(mark.void_at for mark in letters(desk, "permit")[0].initials)
    dairi.walk(desk, "number_permit", dairi.ROAD[11:])
    versions = letters(desk, "permit")
    assert [(row.version, row.status) for row in versions] == [(1, "replaced"), (2, "signed")]
    numbers = Session.scalars(select(RegisterEntry.seq).where(RegisterEntry.book == "permits")).all()
    assert numbers == [1]
    assert desk.case.status == "open"


def _effects(work: object) -> list[object]:
    return advance(work.process, {}, "sign_permit", "good").effects  # type: ignore[attr-defined]


def test_the_letters_can_be_looked_at(desk: Desk, tmp_path: Path) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "validate")
    for letter in Session.scalars(select(Letter).where(Letter.case_id == desk.case.id)):
        content = storage.read(letter.pdf_sha256 or "")
        assert content.startswith(b"%PDF-")
        assert len(content) > 10_000
        (tmp_path / f"{letter.slot}.pdf").write_bytes(content)
