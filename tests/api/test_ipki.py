"""K01-K06 through the API: the expansion of an industrial estate, with the dates of the acceptance cases."""

from tests import ipki
from tests.integration.test_ipki import PLAN_K01, PLAN_K06
from tests.machine import MachineDesk


def test_k01_a_permit_in_force_with_every_paper(desk: MachineDesk) -> None:
    ipki.submit(desk)
    assert desk.state() == ("waiting_for_applicant", None, "not_effective")
    ipki.walk(desk, "receive")
    assert (desk.plan(), desk.due()) == (PLAN_K01, "02-12 16:00")
    ipki.walk(desk, "ministry_sends", since="receive")
    waits = [(wait["step"], wait["system"], wait["message"]) for wait in desk.case["waits"]]
    assert waits == [("ministry_sends", "siinas", "siinas/commitment_report")]
    ipki.walk(desk, "", since="ministry_sends")
    assert desk.state() == ("closed", "granted", "effective")
    made = [(letter["slot"], letter["status"]) for letter in desk.letters()]
    assert made == [
        ("cover_note", "signed"), ("task_order", "signed"), ("disposition", "signed"), ("report", "signed"),
        ("transmittal", "delivered"),
    ]  # fmt: skip
    (sending,) = desk.book("dispatch")
    assert sending["counterpart"] == "DPMPTSP Provinsi Kalimantan Barat"
    found = desk.proof("transmittal")
    assert (found["known"], found["intact"], found["number"]) == (
        True,
        True,
        desk.letter("transmittal")["number"],
    )


def test_k02_without_master_plan_the_file_stays_with_the_applicant(desk: MachineDesk) -> None:
    ipki.submit(
        desk, nib="9990000000024", company_name="PT Lahan Angan Mandiri (Fiktif)", expansion_area_ha=12
    )
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    told = desk.do("applicant", "fulfil", ipki.commitments(master_plan="missing"))
    assert told["decision"]["outcome"] == "unmet"
    assert (desk.steps(), desk.state()[2], desk.asked()) == (
        ["request_inspection"],
        "not_effective",
        ["master_plan"],
    )
    assert "master plan" in desk.reasons("fulfil")[0][0]
    assert desk.machine.get("operator", f"/tasks/?case={desk.number}")["items"] == []
    own = desk.seen_by("applicant")
    assert [row["requirement"] for row in own["corrections"]] == ["master_plan"]
    assert [who["role"] for who in own["waiting_for"]] == ["applicant"]


def test_k03_an_unsigned_report_comes_back_to_the_section_head_as_a_second_version(desk: MachineDesk) -> None:
    ipki.submit(desk, nib="9990000000031")
    ipki.walk(desk, "confirm_report")
    desk.do("technical_team", "confirm_report", outcome="confirm")
    desk.do("technical_team2", "confirm_report", outcome="absent", note="Tugas luar")
    ipki.walk(desk, "check", since="transmittal")
    desk.do("division_head", "check", ipki.checked(report_signed=False), note="Satu anggota belum menyetujui")
    assert (desk.steps(), desk.task("transmittal")["no"]) == (["transmittal"], "12")
    desk.do(
        "section_head", "transmittal", ipki.TO_DPMPTSP, outcome="redo_report", note="Lengkapi persetujuan"
    )
    ipki.walk(desk, "approve", since="report")
    versions = [(letter["version"], letter["status"]) for letter in desk.letters("report")]
    assert versions == [(1, "replaced"), (2, "signed")]
    notes = [task["note"] for task in desk.case["tasks"] if task["step"] == "check"]
    assert notes == ["Satu anggota belum menyetujui", ""]


def test_k04_the_head_returns_the_letter_to_row_13_and_its_number_is_unused(desk: MachineDesk) -> None:
    ipki.submit(desk, nib="9990000000048")
    wrong = {**ipki.TO_DPMPTSP, "addressee": "Kepala DPMPTSP Kabupaten Contoh"}
    ipki.walk(desk, "approve", transmittal={"data": wrong})
    desk.do("head_of_office", "approve", outcome="not_approved", note="Alamat DPMPTSP keliru")
    task = desk.task("check")
    assert (task["no"], task["role"], desk.steps()) == ("13", "division_head", ["check"])
    assert desk.letter("transmittal")["number"] is None
    lines = {line["letter"] for line in desk.book("outgoing")}
    assert desk.letter("transmittal")["id"] not in lines


def test_k05_a_negative_report_is_uploaded_and_the_applicant_may_ask_again(desk: MachineDesk) -> None:
    ipki.submit(desk, nib="9990000000055", company_name="PT Estat Bayang Utama (Fiktif)")
    bad = {"data": ipki.found(roads_built=30, wastewater_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    assert len(desk.reasons("report")[0]) == 2
    assert desk.letter("transmittal")["status"] == "delivered"
    assert desk.case["data"]["upload"]["siinas_reference"] == "BAP-1"
    assert (desk.steps(), desk.state()[2], desk.due()) == (["improve"], "not_effective", "-")
    desk.do("applicant", "improve", outcome="again")
    assert desk.steps() == ["request_inspection"]


def test_k06_the_dates_pass_over_joint_leave_christmas_and_new_year(desk: MachineDesk) -> None:
    desk.at("2026-12-21 08:00")
    ipki.submit(desk)
    ipki.walk(desk, "receive")
    assert (desk.plan(), desk.due()) == (PLAN_K06, "04-01 16:00")
