"""K21-K26 through the API: the Dairi licence, with the dates of the acceptance cases."""

from app import clock
from app.flow.deliver_message import deliver_message
from app.messages import simulator
from tests import dairi
from tests.api.conftest import send_all
from tests.integration.test_dairi import PLAN_K21, PLAN_K24
from tests.machine import MachineDesk


def test_k21_from_application_to_a_permit_in_force(desk: MachineDesk) -> None:
    dairi.submit(desk)
    assert (desk.plan(), desk.due()) == (PLAN_K21, "30-11 14:15")
    dairi.walk(desk, "hand_over")
    assert desk.state() == ("waiting_for_system", None, "not_effective")
    send_all()
    desk.do("front_officer", "hand_over", dairi.BY_PORTAL)
    permit = desk.letter("permit")
    assert [(mark["role"], mark["valid"]) for mark in permit["initials"]] == [
        ("back_officer", True), ("division_head", True), ("secretary", True),
    ]  # fmt: skip
    assert [line["number"] for line in desk.book("permits")] == [permit["number"]]
    assert desk.proof("permit", "applicant")["intact"]
    assert desk.state() == ("closed", "granted", "effective")
    assert desk.sent() == ["oss/10", "oss/20", "oss/40", "oss/45", "oss/50", "oss/license"]
    (sending,) = [line for line in desk.book("dispatch") if line["letter"] == permit["id"]]
    assert sending["received_by"]
    assert "receipt" in [row["slot"] for row in desk.seen_by("applicant")["letters"]]


def test_k22_without_npwp_there_is_no_receipt_and_no_entry_in_oss(desk: MachineDesk) -> None:
    dairi.submit(desk, nib="9990000000161")
    desk.do("front_officer", "check", dairi.checklist(npwp="missing"))
    assert (desk.steps(), desk.asked(), desk.letters("receipt")) == (["apply"], ["npwp"], [])
    assert (desk.sent(), desk.state()[0]) == (["oss/11"], "waiting_for_applicant")


def test_k23_names_that_differ_send_the_file_back_to_the_counter(desk: MachineDesk) -> None:
    dairi.submit(desk, nib="9990000000178")
    dairi.walk(desk, "verify")
    unlike = dairi.verified(names_match=False, team=[])
    desk.do("back_officer", "verify", unlike, note="Nama pada KTP tidak sama dengan akta")
    assert (desk.steps(), desk.task("check")["no"]) == (["check"], "2")
    assert desk.reasons("verify") == [["Nama pada KTP tidak sama dengan nama pada akta atau NIB."]]
    assert desk.machine.get("technical_team", f"/tasks/?case={desk.number}")["items"] == []


def test_k24_waste_beyond_the_document_ends_in_a_refusal_without_a_permit_number(desk: MachineDesk) -> None:
    dairi.submit(desk, nib="9990000000185", company_name="PT Sawit Lembah Fabel (Fiktif)", kbli="10431")
    dairi.walk(desk, "visit")
    over = dairi.visited(waste_within_document=False, waste_note="Limbah melebihi dokumen lingkungan")
    desk.do("technical_team", "visit", over)
    for member in dairi.TEAM:
        desk.do(member, "confirm_report")
    desk.do("technical_team", "recommend", dairi.GOOD_JUDGEMENT)
    assert {no: until for no, until in desk.plan().items() if no in PLAN_K24} == PLAN_K24
    dairi.walk(desk, "", dairi.REFUSAL_ROAD)
    assert (desk.state(), desk.sent()[-2:]) == (("closed", "refused", "none"), ["oss/93", "oss/90"])
    refusal = desk.letter("refusal")
    assert [(mark["role"], mark["valid"]) for mark in refusal["initials"]] == [
        ("division_head", True), ("secretary", True),
    ]  # fmt: skip
    assert (refusal["signed_by"], refusal["number"] is not None) == ("Kepala Dinas", True)
    (sending,) = [line for line in desk.book("dispatch") if line["letter"] == refusal["id"]]
    assert sending["received_by"]
    assert desk.proof("refusal", "applicant")["intact"]
    assert desk.book("permits") == []


def test_k24_both_officers_whom_row_14_prints_have_the_refusal_to_deliver(desk: MachineDesk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "visit")
    desk.do("technical_team", "visit", dairi.visited(waste_within_document=False, waste_note="Melebihi"))
    for member in dairi.TEAM:
        desk.do(member, "confirm_report")
    desk.do("technical_team", "recommend", dairi.GOOD_JUDGEMENT)
    dairi.walk(desk, "deliver_refusal", dairi.REFUSAL_ROAD)
    for officer in ("general_affairs", "front_officer"):
        (task,) = desk.machine.get(officer, f"/tasks/?case={desk.number}")["items"]
        assert (task["step"], task["role"]) == ("deliver_refusal", "general_affairs")
    assert desk.machine.get("front_officer", f"/tasks/?case={desk.number}&role=front_officer")["items"]
    assert desk.machine.get("back_officer", f"/tasks/?case={desk.number}")["items"] == []
    desk.do("front_officer", "deliver_refusal", dairi.BY_PORTAL)
    assert desk.steps() == ["take_refusal"]


def test_k25_oss_that_does_not_answer_is_asked_again_and_has_it_once(desk: MachineDesk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "hand_over")
    messages = [row for row in desk.case["messages"] if row["channel"] == "oss"]
    *earlier, message = sorted(messages, key=lambda row: int(row["id"]))
    for row in earlier:
        assert deliver_message(row["id"], clock.now()) == "done"
    assert message["name"] == "oss/50"
    simulator.tell("oss", ["504", "504", "504"])
    for minute in (0, 10, 30):
        desk.at(f"2026-11-23 09:{minute:02d}")
        assert deliver_message(message["id"], clock.now()) == "unknown"
    assert (desk.state(), desk.letter("permit")["status"]) == (
        ("waiting_for_system", None, "not_effective"),
        "signed",
    )
    (waiting,) = [row for row in desk.case["messages"] if row["name"] == "oss/50"]
    assert (waiting["attempts"], waiting["state"]) == (3, "unknown")
    desk.at("2026-11-23 12:00")
    send_all()
    assert desk.state()[2] == "effective"
    assert simulator.received("oss")[f"{desk.number}:oss/50"] == 1
    desk.machine.post("general_affairs", f"/messages/{message['id']}/retry", 409)


def test_k26_the_head_cannot_sign_before_the_secretary_has_initialled(desk: MachineDesk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "initial_permit_secretary")
    assert desk.machine.get("head_of_office", f"/tasks/?case={desk.number}")["items"] == []
    told = desk.refused(403, "head_of_office", "initial_permit_secretary", outcome="good")
    assert told["message"]
    assert (desk.letter("permit")["number"], desk.book("permits")) == (None, [])
