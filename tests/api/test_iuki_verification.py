"""K07-K11 through the API: the verification of an estate, with the dates of the cases."""

import pytest

from tests import iuki_verification as iuki
from tests.integration.test_iuki_verification import PLAN_K07, TUESDAY
from tests.machine import Machine, MachineDesk, moment

SLOT = "decision_letter"


@pytest.fixture
def desk(api: Machine) -> MachineDesk:
    return MachineDesk(api, TUESDAY)


def versions(desk: MachineDesk) -> list[tuple[str, int, str]]:
    return [(row["title"], row["version"], row["status"]) for row in desk.letters(SLOT)]


def test_k07_a_numbered_approval_that_the_applicant_downloads(desk: MachineDesk) -> None:
    iuki.submit(desk)
    assert (desk.plan(), desk.due()) == (PLAN_K07, "30-12 08:10")
    iuki.walk(desk, "")
    assert desk.state()[:2] == ("waiting_for_applicant", None)
    assert desk.letter(SLOT)["number"] == "500.9/0001/DISPERINDAG/XII/2026"
    found = desk.proof(SLOT, "applicant")
    assert (found["known"], found["intact"], found["trial"]) == (True, True, True)
    # the first download is the applicant's receipt
    assert desk.state()[:2] == ("closed", "granted")
    assert versions(desk) == [("Surat Persetujuan", 1, "delivered")]


def test_k07_every_task_is_due_where_the_plan_says(desk: MachineDesk) -> None:
    iuki.submit(desk)
    due = {}
    for step, who, given in iuki.ROAD:
        task = desk.task(step)
        due[task["no"]] = moment(task["due_at"])
        if task["no"]:
            day, time = moment(task["due_at"]).split()
            desk.at(f"2026-{day[3:]}-{day[:2]} {time}")
        desk.do(who, step, **given)
    assert {no: at for no, at in due.items() if no} == {no: at for no, at in PLAN_K07.items() if no != "9"}


def test_k08_the_clock_stops_with_the_applicant_and_two_days_remain(desk: MachineDesk) -> None:
    iuki.submit(desk, nib="9990000000079")
    iuki.walk(desk, "assign_team")
    desk.at("2026-12-22 13:10")
    iuki.walk(desk, "completeness", since="assign_team")
    assert moment(desk.task("completeness")["due_at"]) == "28-12 16:00"
    desk.at("2026-12-23 14:00")
    desk.do("technical_team", "completeness", iuki.checklist(deed_amendment="missing"))
    assert (desk.state()[0], desk.case["clock"]["state"]) == ("waiting_for_applicant", "stopped")
    assert desk.asked() == ["deed_amendment"]
    desk.at("2026-12-29 09:00").do("applicant", "correct")
    assert (desk.steps(), desk.case["clock"]["state"]) == (["completeness"], "running")
    assert moment(desk.task("completeness")["due_at"]) == "30-12 16:00"
    assert (desk.due(), desk.plan()) == ("04-01 08:10", PLAN_K07)
    assert len(desk.book("incoming")) == 1


def test_k09_a_refusal_with_its_reason_by_the_same_road_and_from_the_same_book(desk: MachineDesk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "")
    refused = MachineDesk(desk.machine, TUESDAY)
    iuki.submit(refused, nib="9990000000116", land_area_ha=38)
    iuki.walk(refused, "", iuki.REFUSAL_ROAD)
    assert refused.plan() == PLAN_K07
    assert refused.reasons("evaluate") == [
        ["Luas lahan kurang dari paling sedikit 50 ha dalam satu hamparan."]
    ]
    assert versions(refused) == [("Surat Penolakan", 1, "delivered")]
    decided = [line["seq"] for line in refused.book("outgoing") if line["series"] == "outgoing"]
    assert decided == [1, 2]
    assert refused.proof(SLOT, "applicant")["intact"]
    assert refused.state()[:2] == ("closed", "refused")


def test_k10_a_wrong_draft_goes_to_the_team_and_refuses_nothing(desk: MachineDesk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "correct_draft")
    desk.do("division_head", "correct_draft", iuki.faulty(figures_right=False))
    task = desk.task("draft_letter")
    assert (task["no"], task["role"], desk.state()[:2]) == ("5", "technical_team", ("open", None))
    assert desk.seen_by("applicant")["status"] == "open"


def test_k11_the_heads_return_goes_to_the_division_head_and_one_number_is_used(desk: MachineDesk) -> None:
    iuki.submit(desk)
    iuki.walk(desk, "sign_letter")
    desk.do("head_of_office", "sign_letter", iuki.faulty(wording_right=False))
    assert (desk.steps(), desk.task("correct_draft")["no"]) == (["correct_draft"], "6")
    assert [mark["valid"] for mark in desk.letter(SLOT)["initials"]] == [False]
    desk.do("division_head", "correct_draft", iuki.faulty(wording_right=False))
    iuki.walk(desk, "", since="draft_letter")
    assert versions(desk) == [("Surat Persetujuan", 1, "replaced"), ("Surat Persetujuan", 2, "delivered")]
    assert [line["seq"] for line in desk.book("outgoing") if line["series"] == "outgoing"] == [1]
