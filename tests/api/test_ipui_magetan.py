"""K12-K15 through the API: the Magetan standard, whose clock begins with "lengkap dan benar"."""

from tests import magetan
from tests.api.conftest import MONDAY, send_all
from tests.integration.test_ipui_magetan import EARLIER
from tests.machine import MachineDesk


def test_k12_five_days_from_complete_and_right_to_an_issued_licence(desk: MachineDesk) -> None:
    assert desk.machine.get(None, "/services/ipui_magetan")["fee_rupiah"] == 0
    desk.at(EARLIER)
    magetan.submit(desk)
    desk.do("registrar", "register", {"oss_reference": "OSS-1"})
    assert desk.due() == "-"
    desk.at(MONDAY).do("verifier", "verify", magetan.checklist())
    assert desk.due() == "30-11 16:00"
    magetan.walk(desk, "", since="field_needed")
    send_all()
    assert desk.state() == ("closed", "granted", "effective")
    assert desk.sent() == ["oss/10", "oss/20", "oss/40", "oss/45", "oss/50"]
    assert desk.sent("email")[-1] == "survey"
    assert desk.proof("report")["intact"]


def test_k12_with_an_unfit_report_oss_has_93_and_the_applicant_a_letter(desk: MachineDesk) -> None:
    magetan.submit(desk)
    machines = [{"name": "Mesin sangrai", "reported": 6, "installed": 2}]
    magetan.walk(desk, "issue", visit={"data": magetan.visited(machines=machines)})
    assert desk.steps() == ["refuse"]
    desk.do("issuer", "refuse", outcome="good")
    assert (desk.state(), desk.sent()[-1]) == (("closed", "refused", "none"), "oss/93")
    assert desk.proof("notice", "applicant")["intact"]


def test_k13_two_faults_in_one_notice_and_no_clock(desk: MachineDesk) -> None:
    firm = {"nib": "9990000000093", "company_name": "PT Roti Negeri Dongeng (Fiktif)", "kbli": "10710"}
    magetan.submit(desk, **firm, legal_form="pt")
    bad = magetan.checklist(environment="missing", photo={"state": "incomplete", "count": 1})
    magetan.walk(desk, "field_needed", verify={"data": bad})
    assert (desk.asked(), desk.due()) == (["environment", "photo"], "-")
    assert (desk.sent("email"), desk.sent()) == (["submitted", "incomplete"], ["oss/11"])
    own = desk.seen_by("applicant")
    assert (own["status"], len(own["corrections"]), own["due_at"]) == ("waiting_for_applicant", 2, None)


def test_k14_who_verified_may_not_validate_and_the_attempt_is_recorded(desk: MachineDesk) -> None:
    magetan.submit(desk, nib="9990000000109")
    magetan.walk(desk, "validate")
    magetan.appoint("verifier", "validator")
    told = desk.refused(403, "verifier", "validate", data={"report_valid": True})
    assert "Verifikasi syarat" in told["message"]
    assert (desk.steps(), desk.history()[-1]) == (["validate"], "task.refused")
    desk.do("validator", "validate", {"report_valid": True})
    assert desk.steps() == ["issue"]


def test_k15_documents_alone_go_on_with_a_reason_and_without_a_task_order(desk: MachineDesk) -> None:
    magetan.submit(desk, nib="9990000000116")
    magetan.walk(desk, "field_needed")
    silent = desk.do("processor", "field_needed", {"visit_needed": False}, status=422)
    assert set(silent["errors"]) == {"reason"}
    desk.do("processor", "field_needed", magetan.AT_DESK)
    assert (desk.steps(), desk.letters("task_order")) == (["report"], [])
    magetan.walk(desk, "", since="report")
    send_all()
    assert (desk.state()[1], [row["slot"] for row in desk.letters()]) == ("granted", ["report"])
    assert "oss/40" not in desk.sent()
