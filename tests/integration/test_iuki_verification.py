"""K07-K11: the technical verification of an industrial estate, with the dates of the acceptance cases."""

import subprocess

import pytest
from sqlalchemy import select

from app import storage
from app.audit.verify import verify as verify_audit
from app.cases.models import Correction, Decision
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Forbidden, Invalid, NotFound
from app.flow.fetch import fetch_letter
from app.letters.models import Letter
from app.messages.models import Message
from app.people.models import Office
from app.registers.models import RegisterEntry
from app.reports.delays import step_times
from app.reports.verification import check_code, check_file
from tests import iuki_verification as iuki
from tests.desk import Desk, shown

TUESDAY = "2026-12-22 10:00"
PLAN_K07 = {
    "2": "22-12 11:00", "3": "22-12 11:10", "4": "22-12 13:10", "5": "28-12 16:00", "6": "29-12 11:30",
    "7": "30-12 08:00", "8": "30-12 08:10", "9": "30-12 09:10",
}  # fmt: skip


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk(TUESDAY)


def letters(desk: Desk, slot: str) -> list[Letter]:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def book(name: str, **more: str) -> list[RegisterEntry]:
    query = select(RegisterEntry).where(RegisterEntry.book == name).filter_by(**more)
    return list(Session.scalars(query.order_by(RegisterEntry.id)))


def words_of(pdf: bytes) -> str:
    """What is printed on a letter."""
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def notices(desk: Desk) -> list[str]:
    query = select(Message.name).where(Message.case_id == desk.case.id, Message.channel == "email")
    return list(Session.scalars(query.order_by(Message.id)))


def test_k07_the_plan_chains_the_printed_norms(desk: Desk) -> None:
    iuki.submit(desk)
    assert desk.plan() == PLAN_K07
    # the case's limit is the office's: row 9 is the applicant's own time
    assert shown(desk.case.due_at) == "30-12 08:10"


def test_k07_from_the_application_to_an_approval_in_hand(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "")
    assert (desk.case.status, desk.steps()) == ("waiting_for_applicant", ["take"])
    desk.do("applicant", "take")
    assert (desk.case.status, desk.case.result) == ("closed", "granted")
    assert notices(desk) == ["submitted", "decided", "survey"]
    assert verify_audit() == []


def test_k07_every_task_is_due_where_the_plan_says_when_nobody_is_early(desk: Desk) -> None:
    iuki.submit(desk)
    due = {}
    for step, who, given in iuki.ROAD:
        task = desk.task(step, who)
        due[task.no] = shown(task.due_at)
        desk.now = task.due_at or desk.now
        desk.do(who, step, **given)
    assert {no: moment for no, moment in due.items() if no} == {
        no: moment for no, moment in PLAN_K07.items() if no != "9"
    }


def test_k07_the_secretariat_takes_an_agenda_number_and_the_disposition_names_it(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "assign_team")
    (line,) = book("incoming")
    assert (line.number, line.counterpart) == ("1", "PT Gerbang Industri Mimpi (Fiktif)")
    assert line.detail["reference"] == "021/GIM/XII/2026"
    (sheet,) = letters(desk, "disposition")
    assert (sheet.status, sheet.signed_by) == ("signed", "seal")
    assert sheet.context["agenda"] == {"number": "1", "on": "2026-12-22"}


def test_k07_the_printed_letter_is_needed_before_the_file_goes_up(desk: Desk) -> None:
    iuki.submit(desk)
    with pytest.raises(Invalid):
        desk.do("secretariat", "receive", {"printed": False})
    assert book("incoming") == []


def test_k07_the_approval_is_initialled_signed_numbered_and_downloaded(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "")
    (approval,) = letters(desk, "decision_letter")
    assert (approval.title, approval.status) == ("Surat Persetujuan", "delivered")
    assert approval.number == "500.9/0001/DISPERINDAG/XII/2026"
    assert [mark.role for mark in approval.initials] == ["division_head"]
    assert approval.number_confirmed_by == "secretariat"
    assert [(line.letter_id, line.counterpart) for line in book("outgoing", series="outgoing")] == [
        (approval.id, "Pimpinan PT Gerbang Industri Mimpi (Fiktif)")
    ]
    assert check_code(approval.verify_code or "").intact
    content = fetch_letter(desk.who("applicant"), approval, desk.now).getvalue()
    assert check_file(content).intact
    assert (desk.case.status, desk.case.result) == ("closed", "granted")
    (sending,) = book("dispatch")
    assert sending.received_by == desk.who("applicant").name


def test_k07_only_the_members_named_by_the_division_head_work_on_the_file(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "completeness")
    with pytest.raises(Forbidden):
        desk.do("technical_team3", "completeness", iuki.checklist())
    assert desk.task("completeness").assignees == iuki.TEAM


def test_k07_the_minutes_are_sealed_once_every_member_agrees(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "confirm_minutes")
    desk.do("technical_team", "confirm_minutes")
    assert letters(desk, "minutes")[0].status == "draft"
    desk.do("technical_team2", "confirm_minutes")
    (minutes,) = letters(desk, "minutes")
    assert (minutes.status, minutes.number) == ("signed", "500.9/0001/BA/DISPERINDAG/2026")
    assert desk.steps() == ["draft_letter"]


def test_k07_the_two_days_of_row_5_are_measured_once_over_all_who_shared_them(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "completeness")
    calendar = calendar_in(desk.case.office_id, current().version)
    limit = desk.task("completeness").due_at
    for minutes, until, since in (
        (100, "evaluate", "completeness"),
        (200, "confirm_minutes", "evaluate"),
        (50, "draft_letter", "confirm_minutes"),
        (900, "correct_draft", "draft_letter"),
    ):
        desk.now = calendar.add_minutes(desk.now, minutes).due_at
        iuki.walk(desk, until, since=since)
    assert limit is not None
    assert desk.now > limit
    office = Session.get_one(Office, desk.case.office_id)
    rows = [row for row in step_times([office], desk.now) if row.no == "5" or row.norm is None]
    assert [(row.done, row.late, row.norm, row.realised) for row in rows] == [
        (1, 0, None, 100), (1, 0, None, 200), (2, 0, None, 50), (1, 1, 900, 1250),
    ]  # fmt: skip
    assert {row.measured_at for row in rows[:-1]} == {"5. " + rows[-1].title}
    assert rows[-1].measured_at is None


def test_k08_a_missing_amendment_goes_back_and_the_two_days_that_remain_are_kept(desk: Desk) -> None:
    iuki.submit(desk, nib="9990000000079")
    iuki.walk(desk, "assign_team")
    desk.at("2026-12-22 13:10")
    iuki.walk(desk, "completeness", since="assign_team")
    assert shown(desk.task("completeness").due_at) == "28-12 16:00"
    desk.at("2026-12-23 14:00")
    desk.do("technical_team", "completeness", iuki.checklist(deed_amendment={"state": "missing"}))
    assert (desk.case.status, desk.steps()) == ("waiting_for_applicant", ["correct"])
    asked = Session.scalars(select(Correction)).all()
    assert [(row.requirement, row.item) for row in asked] == [("deed_amendment", "Akta perubahan")]
    mail = Session.scalars(select(Message).where(Message.name == "incomplete")).one()
    assert "Akta perubahan belum dilampirkan." in mail.payload["body"]
    desk.at("2026-12-29 09:00")
    desk.do("applicant", "correct")
    assert desk.steps() == ["completeness"]
    assert shown(desk.task("completeness").due_at) == "30-12 16:00"
    # the case's limit moved by the two working days of the pause
    assert shown(desk.case.due_at) == "04-01 08:10"


def test_k08_the_corrected_file_keeps_its_agenda_number_and_dispositions(desk: Desk) -> None:
    iuki.submit(desk, nib="9990000000079")
    iuki.walk(desk, "completeness")
    desk.do("technical_team", "completeness", iuki.checklist(deed_amendment={"state": "missing"}))
    assert desk.plan() == PLAN_K07
    desk.do("applicant", "correct")
    iuki.walk(desk, "", since="completeness")
    desk.do("applicant", "take")
    assert desk.case.result == "granted"
    assert len(book("incoming")) == 1
    assert [letter.version for letter in letters(desk, "disposition")] == [1]


def test_k08_an_amendment_cannot_be_called_inapplicable_where_the_deed_was_changed(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "completeness")
    desk.do("technical_team", "completeness", iuki.checklist(deed_amendment={"state": "not_applicable"}))
    assert desk.steps() == ["correct"]


def test_k09_too_little_land_is_refused_by_the_same_road(desk: Desk) -> None:
    iuki.submit(desk, nib="9990000000116", land_area_ha=38)
    iuki.walk(desk, "draft_letter", iuki.REFUSAL_ROAD)
    assert desk.plan() == PLAN_K07
    iuki.walk(desk, "", iuki.REFUSAL_ROAD, since="draft_letter")
    (refusal,) = letters(desk, "decision_letter")
    assert (refusal.title, refusal.template) == ("Surat Penolakan", "iuki_verification/refusal")
    decision = Session.scalars(select(Decision).where(Decision.step == "evaluate")).one()
    assert decision.reasons == ["Luas lahan kurang dari paling sedikit 50 ha dalam satu hamparan."]
    assert refusal.context["decision"]["evaluate"]["reasons"] == decision.reasons
    assert decision.laws == ["Peraturan Menteri Perindustrian Nomor 45 Tahun 2019"]
    printed = words_of(storage.read(refusal.pdf_sha256 or ""))
    assert "ditolak dengan alasan: 1. Luas lahan kurang dari paling sedikit 50 ha" in printed
    assert "21 (dua puluh satu) hari kerja" in printed
    assert ([mark.role for mark in refusal.initials], refusal.signed_by) == (
        ["division_head"],
        "head_of_office",
    )
    desk.do("applicant", "take")
    assert (desk.case.status, desk.case.result) == ("closed", "refused")


def test_k09_approval_and_refusal_count_in_one_book(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "")
    other = Desk(TUESDAY)
    iuki.submit(other, nib="9990000000116", land_area_ha=38)
    iuki.walk(other, "", iuki.REFUSAL_ROAD)
    assert [line.seq for line in book("outgoing", series="outgoing")] == [1, 2]
    assert letters(other, "decision_letter")[0].number == "500.9/0002/DISPERINDAG/XII/2026"


def test_k10_a_wrong_area_sends_the_draft_back_and_refuses_nothing(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "correct_draft")
    told = desk.do("division_head", "correct_draft", iuki.faulty(figures_right=False))
    assert told["decision"]["reasons"] == ["Luas, lokasi, atau KBLI dalam draf tidak sesuai dengan berkas."]
    assert (desk.steps(), desk.case.status, desk.case.result) == (["draft_letter"], "open", None)
    task = desk.task("draft_letter")
    assert (task.no, task.role, shown(task.due_at)) == ("5", "technical_team", "28-12 16:00")
    iuki.walk(desk, "", since="draft_letter")
    versions = [(letter.version, letter.status) for letter in letters(desk, "decision_letter")]
    assert versions == [(1, "replaced"), (2, "delivered")]
    desk.do("applicant", "take")
    assert desk.case.result == "granted"


def test_k10_what_is_wrong_must_be_said(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "correct_draft")
    with pytest.raises(Invalid) as refusal:
        desk.do("division_head", "correct_draft", {**iuki.RIGHT, "figures_right": False})
    assert list(refusal.value.errors) == ["correction"]
    assert desk.steps() == ["correct_draft"]


def test_k10_a_wrong_evaluation_can_be_done_again_and_changes_the_letter(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "correct_draft")
    desk.do("division_head", "correct_draft", iuki.faulty(grounds_right=False))
    with pytest.raises(Invalid):
        desk.do("technical_team", "draft_letter", outcome="evaluate_again")
    desk.do("technical_team", "draft_letter", outcome="evaluate_again", note="Bukti lahan hanya 38 ha")
    iuki.walk(desk, "", iuki.REFUSAL_ROAD, since="evaluate")
    titles = [(letter.title, letter.status) for letter in letters(desk, "decision_letter")]
    assert titles == [("Surat Persetujuan", "replaced"), ("Surat Penolakan", "delivered")]
    assert [letter.status for letter in letters(desk, "minutes")] == ["replaced", "signed"]
    desk.do("applicant", "take")
    assert desk.case.result == "refused"


def test_k11_the_heads_return_goes_to_the_division_head_and_one_number_is_used(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "sign_letter")
    desk.do("head_of_office", "sign_letter", iuki.faulty(wording_right=False))
    assert desk.steps() == ["correct_draft"]
    assert (desk.case.status, desk.case.result) == ("open", None)
    assert all(mark.void_at for mark in letters(desk, "decision_letter")[0].initials)
    assert book("outgoing", series="outgoing") == []
    desk.do("division_head", "correct_draft", iuki.faulty(wording_right=False))
    iuki.walk(desk, "", since="draft_letter")
    signed = letters(desk, "decision_letter")[-1]
    assert (signed.version, signed.status) == (2, "delivered")
    assert [line.seq for line in book("outgoing", series="outgoing")] == [1]


def test_k11_the_division_head_initials_anew_where_the_text_may_stand(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "sign_letter")
    desk.do("head_of_office", "sign_letter", iuki.faulty(figures_right=False))
    iuki.walk(desk, "", since="correct_draft")
    (approval,) = letters(desk, "decision_letter")
    assert [bool(mark.void_at) for mark in approval.initials] == [True, False]
    assert approval.status == "delivered"


def test_a_wrong_passphrase_signs_nothing_and_takes_no_number(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "sign_letter")
    with pytest.raises(Forbidden, match="passphrase"):
        desk.do("head_of_office", "sign_letter", iuki.RIGHT, passphrase="salah")
    assert desk.steps() == ["sign_letter"]
    assert book("outgoing", series="outgoing") == []


def test_nobody_chooses_where_a_table_decides(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "evaluate")
    with pytest.raises(Invalid, match="rule table"):
        desk.do("technical_team", "evaluate", iuki.evaluated(38), outcome="approve")
    assert Session.scalars(select(Decision).where(Decision.step == "evaluate")).all() == []


def test_the_applicant_sees_no_draft_and_cannot_fetch_what_is_not_released(desk: Desk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "number_letter")
    approval = letters(desk, "decision_letter")[0]
    with pytest.raises(NotFound):
        fetch_letter(desk.who("applicant"), approval, desk.now)
