"""K16-K20 through the API: recommendation letters, with the dates of the acceptance cases."""

import pytest

from tests import recommendation as letter
from tests.integration.test_recommendation import EFFORT, MONDAY, PLAN_K16
from tests.machine import Machine, MachineDesk

SLOT = "recommendation"


@pytest.fixture
def desk(api: Machine) -> MachineDesk:
    return MachineDesk(api, MONDAY)


def test_k16_a_numbered_recommendation_that_the_courier_brings(desk: MachineDesk) -> None:
    letter.submit(desk)
    assert (desk.plan(), desk.due()) == (PLAN_K16, "27-11 10:00")
    norms = {row["no"]: row["norm"] for row in desk.machine.get(None, "/services/recommendation")["steps"]}
    assert {no: norms[no]["minutes"] for no in EFFORT} == EFFORT
    assert (sum(EFFORT.values()), norms["3"]["within_days"]) == (1180, 3)
    letter.walk(desk, "")
    assert desk.state()[:2] == ("closed", "granted")
    assert desk.letter(SLOT)["number"] == "500.16.7.4/0001/DISPERINDAG/XI/2026"
    (sending,) = desk.book("dispatch")
    assert (sending["counterpart"], sending["received_by"]) == (
        letter.APPLICATION["sender"],
        "Petugas Contoh",
    )
    assert desk.proof(SLOT)["intact"]


def test_k17_a_wrong_npwp_is_put_right_through_the_division_head_without_a_report(desk: MachineDesk) -> None:
    letter.submit(desk, nib="9990000000130")
    letter.walk(desk, "verify")
    desk.do("technical_team", "verify", letter.verified(npwp_matches=False))
    assert (desk.task("returned")["role"], desk.steps()) == ("division_head", ["returned"])
    assert desk.reasons("verify") == [["NPWP tidak sesuai dengan data pada NIB."]]
    desk.do("division_head", "returned", outcome="ask_correction", note="Mohon NPWP yang benar")
    desk.do("general_affairs", "await_correction", {"npwp": "0123456789012346"}, outcome="arrived")
    assert (desk.steps(), desk.letters("report")) == (["verify"], [])


def test_k18_missing_machines_end_in_a_return_letter_beside_the_report(desk: MachineDesk) -> None:
    letter.submit(desk, nib="9990000000147")
    letter.walk(desk, "visit")
    desk.do("technical_team", "visit", letter.visited(installed=2))
    letter.walk(desk, "draft", since="report")
    assert (desk.steps(), desk.letter("report")["status"]) == (["returned"], "signed")
    assert desk.reasons("report") == [["Mesin dan peralatan yang terpasang kurang dari yang dilaporkan."]]
    desk.do("division_head", "returned", outcome="return_file", note="Kembalikan ke DPMPTSP")
    letter.walk(desk, "", letter.RETURN_ROAD)
    assert desk.state()[:2] == ("closed", "returned")
    assert desk.proof("return_letter")["intact"]
    assert desk.letters(SLOT) == []


def test_k19_a_wrong_kbli_sends_the_draft_to_the_team_before_any_initial(desk: MachineDesk) -> None:
    letter.submit(desk)
    letter.walk(desk, "initial")
    desk.do("division_head", "initial", letter.faulty(figures_right=False))
    assert (desk.task("draft")["no"], desk.steps(), desk.letter(SLOT)["initials"]) == ("5", ["draft"], [])


def test_k20_the_heads_return_voids_the_initial_which_must_be_given_again(desk: MachineDesk) -> None:
    letter.submit(desk)
    letter.walk(desk, "sign")
    desk.do("head_of_office", "sign", letter.faulty(wording_right=False))
    assert (desk.task("initial")["no"], desk.steps()) == ("6", ["initial"])
    assert [mark["valid"] for mark in desk.letter(SLOT)["initials"]] == [False]
    letter.walk(desk, "dispatch", since="initial")
    assert [mark["valid"] for mark in desk.letter(SLOT)["initials"]] == [False, True]
