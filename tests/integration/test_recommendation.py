"""K16-K20: recommendation letters of a provincial industry office, with the dates of the acceptance cases."""

from typing import Any

import pytest
from sqlalchemy import select

from app import storage
from app.audit.verify import verify as verify_audit
from app.cases.models import Correction, Decision, Task
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Forbidden, Invalid, NotFound
from app.letters.models import Letter
from app.messages.models import Message
from app.people.models import Office
from app.registers.models import RegisterEntry
from app.reports.delays import step_times
from app.reports.verification import check_code
from tests import recommendation as letter
from tests.desk import Desk, shown

MONDAY = "2026-11-23 07:30"
PLAN_K16 = {
    "1": "23-11 07:40", "2": "23-11 09:40", "3": "26-11 16:00", "4": "27-11 08:30", "5": "27-11 09:00",
    "6": "27-11 09:30", "7": "27-11 09:45", "8": "27-11 10:00",
}  # fmt: skip
EFFORT = {"1": 10, "2": 120, "3": 900, "4": 60, "5": 30, "6": 30, "7": 15, "8": 15}


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk(MONDAY)


def letters(desk: Desk, slot: str) -> list[Letter]:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def book(name: str, **more: str) -> list[RegisterEntry]:
    query = select(RegisterEntry).where(RegisterEntry.book == name).filter_by(**more)
    return list(Session.scalars(query.order_by(RegisterEntry.id)))


def mail(desk: Desk) -> list[Any]:
    query = select(Message.name, Message.recipient).where(Message.case_id == desk.case.id)
    return [tuple(row) for row in Session.execute(query.order_by(Message.id))]


def test_k16_the_plan_chains_the_printed_norms_and_row_3_ends_with_its_third_day(desk: Desk) -> None:
    letter.submit(desk)
    assert desk.plan() == PLAN_K16
    assert shown(desk.case.due_at) == "27-11 10:00"


def test_k16_every_task_is_due_where_the_plan_says_when_nobody_is_early(desk: Desk) -> None:
    letter.submit(desk)
    due = {}
    for step, who, given in letter.ROAD:
        task = desk.task(step, who)
        if task.no:
            due[task.no] = shown(task.due_at)
        desk.now = task.due_at or desk.now
        desk.do(who, step, **given)
    assert due == PLAN_K16
    assert (desk.case.status, desk.case.result) == ("closed", "granted")
    assert verify_audit() == []


def test_k16_the_letter_goes_to_the_dpmptsp_by_the_courier(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "dispatch")
    (recommendation,) = letters(desk, "recommendation")
    assert (recommendation.status, recommendation.number) == (
        "signed",
        "500.16.7.4/0001/DISPERINDAG/XI/2026",
    )
    letter.walk(desk, "", since="dispatch")
    (recommendation,) = letters(desk, "recommendation")
    assert (recommendation.status, recommendation.number_confirmed_by) == ("delivered", "courier")
    assert check_code(recommendation.verify_code or "").intact
    assert storage.read(recommendation.pdf_sha256 or "").startswith(b"%PDF-")
    (sending,) = book("dispatch")
    assert (sending.counterpart, sending.received_by, sending.detail["way"]) == (
        "Kepala DPMPTSP Provinsi Kalimantan Barat",
        "Petugas Contoh",
        "courier",
    )
    (numbered,) = book("outgoing", series="outgoing")
    assert numbered.counterpart == "Kepala DPMPTSP Provinsi Kalimantan Barat"
    assert mail(desk) == [
        ("recommended", "dpmptsp@contoh.test"),
        ("outcome", "karet@contoh.test"),
        ("survey", "karet@contoh.test"),
    ]


def test_k16_general_affairs_enters_the_file_in_the_agenda(desk: Desk) -> None:
    letter.submit(desk)
    (line,) = book("incoming")
    assert line.counterpart == "Kepala DPMPTSP Provinsi Kalimantan Barat"
    assert (line.number, line.detail["reference"]) == ("1", "500.16.7.4/0456/DPMPTSP/XI/2026")
    assert desk.case.party is not None
    assert (desk.case.party.nib, desk.case.applicant_id) == ("9990000000123", None)


def test_k16_realised_time_stands_beside_the_effort_of_each_row(desk: Desk) -> None:
    letter.submit(desk)
    taken = iter([5, 100, 660, 45, 0, 0, 20, 30, 10, 15])
    for step, who, given in letter.ROAD:
        task = desk.task(step, who)
        office = desk.case.office_id
        desk.now = _later(desk, next(taken))
        desk.do(who, step, **given)
    kalbar = Session.get_one(Office, office)
    rows = {row.no: row for row in step_times([kalbar], desk.now) if row.no}
    assert {no: row.norm for no, row in rows.items()} == EFFORT
    assert sum(row.norm or 0 for row in rows.values()) == 1180
    assert {no: row.realised for no, row in rows.items()} == {
        "1": 5, "2": 100, "3": 660, "4": 45, "5": 20, "6": 30, "7": 10, "8": 15,
    }  # fmt: skip
    assert task.step == "dispatch"


def _later(desk: Desk, minutes: int) -> Any:
    """So many working minutes later."""
    return calendar_in(desk.case.office_id, current().version).add_minutes(desk.now, minutes).due_at


def test_k16_the_head_cannot_sign_what_the_division_head_has_not_initialled(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "initial")
    with pytest.raises(Forbidden):
        desk.do("head_of_office", "initial", letter.RIGHT)
    assert letters(desk, "recommendation")[0].initials == []


def test_k16_an_applicant_cannot_open_such_a_case(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.submit("applicant", letter.SERVICE, letter.APPLICATION)


def test_k17_a_wrong_npwp_goes_to_the_division_head_who_asks_for_a_correction(desk: Desk) -> None:
    letter.submit(desk, nib="9990000000130")
    letter.walk(desk, "verify")
    told = desk.do("technical_team", "verify", letter.verified(npwp_matches=False))
    assert told["decision"]["reasons"] == ["NPWP tidak sesuai dengan data pada NIB."]
    assert (desk.steps(), desk.case.status) == (["returned"], "open")
    assert desk.task("returned").role == "division_head"
    with pytest.raises(Invalid):
        desk.do("division_head", "returned", outcome="ask_correction")
    desk.do("division_head", "returned", outcome="ask_correction", note="Mohon NPWP yang benar")
    assert (desk.steps(), desk.case.status) == (["await_correction"], "waiting_for_applicant")
    assert mail(desk) == [
        ("ask_correction", "dpmptsp@contoh.test"),
        ("correction_sought", "karet@contoh.test"),
    ]
    written = Session.scalars(select(Message).where(Message.name == "ask_correction")).one()
    assert "NPWP tidak sesuai dengan data pada NIB." in written.payload["body"]
    asked = Session.scalars(select(Correction)).one()
    assert (asked.reason, asked.state) == ("Mohon NPWP yang benar", "asked")


def test_k17_the_corrected_file_comes_in_again_at_row_2_and_no_report_was_made(desk: Desk) -> None:
    letter.submit(desk, nib="9990000000130")
    letter.walk(desk, "verify")
    desk.do("technical_team", "verify", letter.verified(npwp_matches=False))
    desk.do("division_head", "returned", outcome="ask_correction", note="Mohon NPWP yang benar")
    desk.at("2026-11-25 07:30")
    desk.do("general_affairs", "await_correction", {"npwp": "0123456789012346"}, outcome="arrived")
    assert (desk.steps(), desk.case.status) == (["verify"], "open")
    assert shown(desk.task("verify").due_at) == "25-11 09:30"
    assert desk.case.data["application"]["npwp"] == "0123456789012346"
    # two working days with the DPMPTSP are not the office's
    assert shown(desk.case.due_at) == "01-12 10:00"
    assert desk.plan() == PLAN_K16
    assert letters(desk, "report") == []
    assert len(book("incoming")) == 1
    letter.walk(desk, "", since="verify")
    assert desk.case.result == "granted"


def test_k17_a_correction_that_never_comes_ends_in_a_return_letter_without_a_report(desk: Desk) -> None:
    letter.submit(desk, nib="9990000000130")
    letter.walk(desk, "verify")
    desk.do("technical_team", "verify", letter.verified(npwp_matches=False))
    desk.do("division_head", "returned", outcome="ask_correction", note="Mohon NPWP yang benar")
    desk.do("division_head", "await_correction", outcome="given_up", note="Tidak ada jawaban DPMPTSP")
    letter.walk(desk, "", letter.RETURN_ROAD)
    assert (desk.case.status, desk.case.result) == ("closed", "returned")
    (sent,) = letters(desk, "return_letter")
    assert "NPWP tidak sesuai dengan data pada NIB." in sent.context["decision"]["verify"]["reasons"]
    assert letters(desk, "report") == []


def test_k18_missing_machines_are_in_the_report_and_the_file_is_returned_by_letter(desk: Desk) -> None:
    letter.submit(desk, nib="9990000000147")
    letter.walk(desk, "visit")
    desk.do("technical_team", "visit", letter.visited(installed=2))
    letter.walk(desk, "draft", since="report")
    assert desk.steps() == ["returned"]
    (report,) = letters(desk, "report")
    assert (report.status, report.context["data"]["visit"]["machines_missing"]) == ("signed", 4)
    decision = Session.scalars(select(Decision).where(Decision.step == "report")).one()
    assert (decision.outcome, decision.reasons) == (
        "unfit",
        ["Mesin dan peralatan yang terpasang kurang dari yang dilaporkan."],
    )
    desk.do("division_head", "returned", outcome="return_file", note="Kembalikan ke DPMPTSP")
    letter.walk(desk, "", letter.RETURN_ROAD)
    (sent,) = letters(desk, "return_letter")
    assert (sent.status, sent.title) == ("delivered", "Surat Pengembalian Berkas")
    assert (desk.case.status, desk.case.result) == ("closed", "returned")
    assert letters(desk, "recommendation") == []
    assert mail(desk)[0] == ("returned", "dpmptsp@contoh.test")


def test_k18_the_report_waits_for_every_member_before_the_division_head_gets_the_file(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "visit")
    desk.do("technical_team", "visit", letter.visited(installed=2))
    desk.do("technical_team", "report", {"reported_on": "2026-11-23"})
    desk.do("technical_team2", "confirm_report")
    assert desk.steps() == ["confirm_report"]
    desk.do("technical_team", "confirm_report")
    assert desk.steps() == ["returned"]


def test_k18_the_division_head_may_ask_for_a_correction_here_too(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "visit")
    desk.do("technical_team", "visit", letter.visited(installed=2))
    letter.walk(desk, "draft", since="report")
    desk.do("division_head", "returned", outcome="ask_correction", note="Mohon data mesin")
    desk.do("general_affairs", "await_correction", outcome="arrived")
    letter.walk(desk, "", since="verify")
    versions = [(report.version, report.status) for report in letters(desk, "report")]
    assert versions == [(1, "replaced"), (2, "signed")]
    assert desk.case.result == "granted"


def test_k19_a_wrong_kbli_sends_the_draft_to_the_team_before_any_initial(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "initial")
    desk.do("division_head", "initial", letter.faulty(figures_right=False))
    assert (desk.steps(), desk.case.status) == (["draft"], "open")
    assert letters(desk, "recommendation")[0].initials == []
    letter.walk(desk, "dispatch", since="draft")
    versions = [(row.version, row.status) for row in letters(desk, "recommendation")]
    assert versions == [(1, "replaced"), (2, "signed")]


def test_k20_the_heads_return_voids_the_initial_which_must_be_given_again(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "sign")
    desk.do("head_of_office", "sign", letter.faulty(wording_right=False))
    assert desk.steps() == ["initial"]
    (draft,) = letters(desk, "recommendation")
    assert (draft.status, [bool(mark.void_at) for mark in draft.initials]) == ("draft", [True])
    assert book("outgoing", series="outgoing") == []
    letter.walk(desk, "dispatch", since="initial")
    (signed,) = letters(desk, "recommendation")
    assert [bool(mark.void_at) for mark in signed.initials] == [True, False]
    assert [line.seq for line in book("outgoing", series="outgoing")] == [1]


def test_the_courier_says_who_took_the_letter_and_sends_only_what_is_signed(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "dispatch")
    with pytest.raises(Invalid) as refusal:
        desk.do("courier", "dispatch", {**letter.SENT, "receiver_name": ""})
    assert list(refusal.value.errors) == ["receiver_name"]
    assert book("dispatch") == []


def test_the_return_letter_can_be_sent_back_on_every_step(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "verify")
    desk.do("technical_team", "verify", letter.verified(within_authority=False))
    desk.do("division_head", "returned", outcome="return_file", note="Bukan kewenangan provinsi")
    letter.walk(desk, "initial_return", letter.RETURN_ROAD)
    desk.do("division_head", "initial_return", outcome="send_back", note="Alasan kurang jelas")
    assert desk.steps() == ["draft_return"]
    letter.walk(desk, "sign_return", letter.RETURN_ROAD)
    desk.do("head_of_office", "sign_return", outcome="send_back", note="Alamat keliru")
    assert desk.steps() == ["initial_return"]
    letter.walk(desk, "", letter.RETURN_ROAD, since="initial_return")
    assert desk.case.result == "returned"


def test_strangers_to_the_file_cannot_do_its_tasks(desk: Desk) -> None:
    letter.submit(desk)
    letter.walk(desk, "verify")
    with pytest.raises(Forbidden):
        desk.do("technical_team3", "verify", letter.verified())
    with pytest.raises(NotFound):
        desk.do("applicant", "verify", letter.verified())
    assert Session.scalars(select(Task).where(Task.step == "visit")).all() == []
