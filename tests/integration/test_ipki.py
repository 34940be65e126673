"""K01-K06: the expansion of an industrial estate, walked by its people, with the dates of the cases."""

import pytest
from sqlalchemy import func, select

from app import storage
from app.audit.verify import verify as verify_audit
from app.cases.models import Correction, Decision, Task
from app.db import Session
from app.errors import Forbidden, Invalid, NotFound
from app.flow.arrival import Arrival
from app.flow.arrive import arrive
from app.flow.attach import Upload, attach
from app.flow.timeouts import overdue_tasks, time_out
from app.letters.models import Letter
from app.messages.models import Message
from app.registers.models import RegisterEntry
from tests import ipki
from tests.desk import Desk, shown

MONDAY = "2026-11-23 08:00"
GROUPS = (("4", "5", "6", "7"), ("10", "11", "12"), ("13", "14", "15", "16", "17"), ("18", "19"))


def plan_of(*ends: str) -> dict[str, str]:
    return {no: end for group, end in zip(GROUPS, ends, strict=True) for no in group}


PLAN_K01 = plan_of("24-11 16:00", "27-11 16:30", "30-11 16:00", "02-12 16:00")
PLAN_K06 = plan_of("22-12 16:00", "29-12 16:00", "30-12 16:00", "04-01 16:00")


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk(MONDAY)


def letters(desk: Desk, slot: str) -> list[Letter]:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def notices(desk: Desk) -> list[str]:
    query = select(Message.name).where(Message.case_id == desk.case.id, Message.channel == "email")
    return list(Session.scalars(query.order_by(Message.id)))


def reasons(desk: Desk, step: str) -> list[list[str]]:
    query = select(Decision.reasons).where(Decision.case_id == desk.case.id, Decision.step == step)
    return list(Session.scalars(query.order_by(Decision.id)))


def test_k01_from_application_to_a_permit_in_force(desk: Desk) -> None:
    ipki.submit(desk)
    assert (desk.case.permit_status, desk.steps()) == ("not_effective", ["request_inspection"])
    ipki.walk(desk, "receive")
    assert desk.plan() == PLAN_K01
    assert shown(desk.case.due_at) == "02-12 16:00"
    ipki.walk(desk, "oss_answers", since="receive")
    assert (desk.case.permit_status, desk.case.status) == ("not_effective", "waiting_for_system")
    ipki.walk(desk, "", since="oss_answers")
    assert (desk.case.permit_status, desk.case.result) == ("effective", "granted")
    assert notices(desk) == ["submitted", "accepted", "visit", "uploaded", "effective", "survey"]
    assert verify_audit() == []


def test_k01_every_paper_of_the_road_is_made_and_the_copy_goes_to_dpmptsp(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    query = select(Letter.slot, Letter.status).where(Letter.case_id == desk.case.id).order_by(Letter.id)
    assert Session.execute(query).all() == [
        ("cover_note", "signed"), ("task_order", "signed"), ("disposition", "signed"), ("report", "signed"),
        ("transmittal", "delivered"),
    ]  # fmt: skip
    transmittal = letters(desk, "transmittal")[0]
    assert [mark.role for mark in transmittal.initials] == ["section_head", "division_head"]
    assert transmittal.context["data"]["transmittal"]["addressee"] == ipki.TO_DPMPTSP["addressee"]
    assert transmittal.delivered_at is None  # it is not for the applicant
    entry = Session.scalars(select(RegisterEntry).where(RegisterEntry.book == "dispatch")).one()
    assert (entry.counterpart, entry.letter_id) == ("DPMPTSP Provinsi Kalimantan Barat", transmittal.id)
    for letter in Session.scalars(select(Letter).where(Letter.case_id == desk.case.id)):
        assert storage.read(letter.pdf_sha256 or "").startswith(b"%PDF-")


def test_k01_a_group_of_rows_shares_one_limit_from_the_entry_of_its_first_row(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "cover_note")
    assert shown(desk.task("cover_note").due_at) == "24-11 16:00"
    desk.at("2026-11-24 09:00")
    ipki.walk(desk, "inspect", since="cover_note")
    assert shown(desk.task("inspect").due_at) == "27-11 16:30"
    desk.at("2026-11-26 09:00")
    ipki.walk(desk, "check", since="inspect")
    assert shown(desk.task("check").due_at) == "27-11 16:30"
    ipki.walk(desk, "ministry_sends", since="check")
    assert shown(desk.task("ministry_sends").due_at) == "30-11 16:00"
    desk.at("2026-11-27 09:00").do("operator", "ministry_sends", ipki.SEEN)
    assert shown(desk.task("siinas_notifies").due_at) == "30-11 16:00"  # one limit for 18 and 19


def test_the_applicants_time_before_the_notification_does_not_count(desk: Desk) -> None:
    desk.at("2026-11-02 08:00")
    ipki.submit(desk, permit_date="2026-10-30")
    request = {**ipki.REQUEST, "requested_on": "2026-11-02"}
    desk.do("applicant", "request_inspection", request)
    assert (desk.case.plan, desk.case.due_at, desk.case.clock_started_at) == ([], None, None)
    desk.at(MONDAY).do("applicant", "fulfil", ipki.commitments())
    assert desk.plan() == PLAN_K01


def test_k02_without_master_plan_the_applicant_has_one_list_and_the_operator_no_task(desk: Desk) -> None:
    ipki.submit(
        desk, nib="9990000000024", company_name="PT Lahan Angan Mandiri (Fiktif)", expansion_area_ha=12
    )
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    answer = desk.do("applicant", "fulfil", ipki.commitments(master_plan="missing"))
    assert (answer["outcome"], desk.steps()) == ("unmet", ["request_inspection"])
    assert (desk.case.permit_status, desk.case.status) == ("not_effective", "waiting_for_applicant")
    assert reasons(desk, "fulfil") == [["Rencana induk (master plan) kawasan belum ada."]]
    asked = Session.scalars(select(Correction)).all()
    assert [(row.requirement, row.state) for row in asked] == [("master_plan", "asked")]
    operators = select(func.count()).select_from(Task).where(Task.role == "operator")
    assert Session.scalar(operators) == 0
    body = Session.scalars(select(Message.payload).where(Message.name == "unmet")).one()["body"]
    assert "master plan" in body
    ipki.walk(desk, "receive")
    assert desk.steps() == ["receive"]
    assert {row.state for row in Session.scalars(select(Correction))} == {"answered"}


def test_k03_a_report_that_a_member_did_not_sign_comes_back_as_a_second_version(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000031")
    ipki.walk(desk, "confirm_report")
    desk.do("technical_team", "confirm_report", outcome="confirm")
    with pytest.raises(Invalid):
        desk.do("technical_team2", "confirm_report", outcome="absent")
    desk.do("technical_team2", "confirm_report", outcome="absent", note="Tugas luar")
    ipki.walk(desk, "check", since="transmittal")
    with pytest.raises(Invalid):
        desk.do("division_head", "check", ipki.checked(report_signed=False))
    desk.do("division_head", "check", ipki.checked(report_signed=False), note="Satu anggota belum menyetujui")
    assert desk.steps() == ["transmittal"]
    desk.do(
        "section_head", "transmittal", ipki.TO_DPMPTSP, outcome="redo_report", note="Lengkapi persetujuan"
    )
    ipki.walk(desk, "approve", since="report")
    assert desk.steps() == ["approve"]
    assert [(row.version, row.status) for row in letters(desk, "report")] == [(1, "replaced"), (2, "signed")]
    first, second = (
        [member["confirmed_at"] != "" for member in row.context["members"]] for row in letters(desk, "report")
    )
    assert (first, second) == ([True, False], [True, True])
    assert reasons(desk, "check") == [["Berita acara belum disetujui semua anggota Tim Teknis."], []]
    notes = Session.scalars(select(Task.note).where(Task.step == "check").order_by(Task.id)).all()
    assert notes == ["Satu anggota belum menyetujui", ""]


def test_k04_the_head_returns_the_letter_to_the_division_head_and_no_number_is_used(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000048")
    wrong = {**ipki.TO_DPMPTSP, "addressee": "Kepala DPMPTSP Kabupaten Contoh"}
    ipki.walk(desk, "approve", transmittal={"data": wrong})
    desk.do("head_of_office", "approve", outcome="not_approved", note="Alamat DPMPTSP keliru")
    assert desk.steps() == ["check"]
    transmittal = letters(desk, "transmittal")[0]
    assert (transmittal.status, transmittal.number) == ("initialed", None)
    assert [mark.void_at is None for mark in transmittal.initials] == [True, False]
    desk.do("division_head", "check", ipki.checked(transmittal_right=False), note="Betulkan alamatnya")
    ipki.walk(desk, "order_upload", since="transmittal")
    versions = letters(desk, "transmittal")
    assert [(row.version, row.status) for row in versions] == [(1, "replaced"), (2, "signed")]
    used = select(RegisterEntry.letter_id).where(RegisterEntry.letter_id.in_([row.id for row in versions]))
    assert Session.scalars(used).all() == [versions[1].id]
    assert desk.case.status == "open"


def test_k05_a_negative_report_is_uploaded_too_and_the_permit_stays_without_force(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000055", company_name="PT Estat Bayang Utama (Fiktif)")
    bad = {"data": ipki.found(roads_built=30, wastewater_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    assert reasons(desk, "report") == [
        [
            "Jalan pada lahan perluasan terbangun kurang dari 70%.",
            "Instalasi pengolahan air limbah (IPAL) terbangun kurang dari 70%.",
        ]
    ]
    assert desk.case.data["upload"]["siinas_reference"] == "BAP-1"
    assert letters(desk, "transmittal")[0].status == "delivered"
    assert (desk.case.permit_status, desk.steps()) == ("not_effective", ["improve"])
    assert (desk.case.due_at, desk.case.clock_started_at) == (None, None)  # nothing is owed while nobody asks
    body = Session.scalars(select(Message.payload).where(Message.name == "not_effective")).one()["body"]
    assert "(IPAL) terbangun kurang dari 70%" in body
    with pytest.raises(Invalid):
        desk.do("applicant", "improve")


def test_k05_the_applicant_asks_again_with_a_new_count_of_days(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000055")
    bad = {"data": ipki.found(roads_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    desk.at("2026-12-18 10:00").do("applicant", "improve", outcome="again")
    assert desk.steps() == ["request_inspection"]
    desk.at("2026-12-21 08:00")
    ipki.walk(desk, "receive")
    assert desk.plan() == PLAN_K06
    ipki.walk(desk, "", since="receive")
    assert (desk.case.permit_status, desk.case.result) == ("effective", "granted")
    assert [row.status for row in letters(desk, "report")] == ["replaced", "signed"]


def test_k05_or_the_case_ends_with_the_permit_not_effective(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000055")
    bad = {"data": ipki.found(roads_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    desk.do("applicant", "improve", outcome="stop")
    assert (desk.case.status, desk.case.result) == ("closed", "not_effective")
    assert desk.case.permit_status == "not_effective"


def test_k06_the_dates_pass_over_joint_leave_christmas_and_new_year(desk: Desk) -> None:
    desk.at("2026-12-21 08:00")
    ipki.submit(desk)
    ipki.walk(desk, "receive")
    assert desk.plan() == PLAN_K06
    assert desk.case.plan[-1]["until"].startswith("2027-01-04")


def test_siinas_and_oss_answer_by_message_where_nobody_stands_in(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    arrive(Arrival("siinas", "commitment_report", "s-1", desk.number), desk.now)
    arrive(Arrival("siinas", "oss_notified", "s-2", desk.number), desk.now)
    with pytest.raises(NotFound):
        arrive(Arrival("siinas", "oss_notified", "s-3", desk.number), desk.now)
    arrive(
        Arrival("oss", "license_result", "o-1", desk.number, {"data": {"license_status": "effective"}}),
        desk.now,
    )
    assert (desk.case.permit_status, desk.case.result) == ("effective", "granted")


def test_an_answer_of_oss_does_not_outweigh_a_negative_report(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "", inspect={"data": ipki.found(location_fits=False)})
    assert (desk.case.permit_status, desk.steps()) == ("not_effective", ["improve"])
    assert reasons(desk, "oss_answers") == [["Hasil verifikasi teknis menyatakan belum siap."]]


def test_the_operator_is_told_when_siinas_is_late(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    desk.at("2026-12-01 08:00")
    for task_id in overdue_tasks(desk.now):
        time_out(task_id, desk.now)
    assert Session.scalars(select(Message.name).where(Message.name == "overdue")).all() == ["overdue"]
    assert desk.steps() == ["ministry_sends"]


def test_drafts_of_the_task_order_go_back_to_who_wrote_them(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "dispose")
    with pytest.raises(Invalid):
        desk.do("division_head", "dispose", {"instruction": "-"}, outcome="send_back")
    desk.do("division_head", "dispose", {"instruction": "-"}, outcome="send_back", note="Tanggal keliru")
    ipki.walk(desk, "sign_order", since="cover_note")
    desk.do("head_of_office", "sign_order", outcome="send_back", note="Anggota kurang")
    assert desk.steps() == ["cover_note"]
    ipki.walk(desk, "assign_team", since="cover_note")
    assert [row.status for row in letters(desk, "task_order")] == ["replaced", "replaced", "signed"]


def test_only_the_assigned_members_inspect_and_each_answers_for_the_report(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "inspect")
    with pytest.raises(Forbidden):
        desk.do("technical_team3", "inspect", ipki.found())
    desk.do("technical_team", "inspect", ipki.found())
    desk.do("technical_team", "report")
    desk.do("technical_team", "confirm_report", outcome="confirm")
    assert desk.steps() == ["confirm_report"]
    assert letters(desk, "report")[0].status == "draft"


def test_people_do_not_do_each_others_steps(desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "approve")
    with pytest.raises(Forbidden):
        desk.do("division_head", "approve", outcome="approved")


def test_k02_the_new_document_stands_beside_the_old_once_the_office_has_the_file(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000024")
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    desk.do("applicant", "fulfil", ipki.commitments(master_plan="missing"))
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    asked = Session.scalars(select(Correction)).one()
    assert asked.state == "asked"  # to ask for the visit again puts nothing right
    upload = Upload("rencana-induk.pdf", b"%PDF-1.4 rencana", "master_plan")
    brought = attach(desk.who("applicant"), desk.number, upload, desk.now).id
    desk.do("applicant", "fulfil", ipki.commitments())
    Session.refresh(asked)
    assert (asked.state, asked.before, asked.after) == ("answered", {"files": []}, {"files": [brought]})


def test_k02_what_is_missing_again_is_asked_anew_and_nothing_is_asked_twice(desk: Desk) -> None:
    ipki.submit(desk, nib="9990000000024")
    for _ in range(2):
        desk.do("applicant", "request_inspection", ipki.REQUEST)
        desk.do("applicant", "fulfil", ipki.commitments(master_plan="missing"))
    rows = Session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [(row.requirement, row.state) for row in rows] == [
        ("master_plan", "answered"), ("master_plan", "asked"),
    ]  # fmt: skip
