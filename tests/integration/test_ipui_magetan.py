"""K12-K15: the Magetan service standard, walked by its five officers, the clock from "lengkap dan benar"."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.audit.verify import verify as verify_audit
from app.cases.models import Correction, Decision
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Forbidden, Invalid
from app.flow.deliver_message import deliver_message
from app.flow.permission import SameHands
from app.letters.models import Letter
from app.messages import simulator
from app.messages.models import Message
from tests import magetan
from tests.desk import Desk, shown

MONDAY = "2026-11-23 08:00"
EARLIER = "2026-11-16 08:00"


@pytest.fixture
def desk(demo_office: None) -> Desk:
    desk = Desk(MONDAY)
    simulator.tell("oss", [])
    return desk


def letters(desk: Desk) -> list[tuple[str, str]]:
    query = select(Letter.slot, Letter.status).where(Letter.case_id == desk.case.id).order_by(Letter.id)
    return [(slot, status) for slot, status in Session.execute(query)]


def sent(desk: Desk, channel: str = "oss") -> list[str]:
    query = select(Message.name).where(Message.case_id == desk.case.id, Message.channel == channel)
    return list(Session.scalars(query.order_by(Message.id)))


def send_all(desk: Desk) -> None:
    """Let the job worker do its round."""
    queued = select(Message.id).where(Message.state == "queued").order_by(Message.id)
    for message_id in Session.scalars(queued).all():
        deliver_message(message_id, desk.now)


def body(name: str) -> str:
    return str(Session.scalars(select(Message.payload).where(Message.name == name)).one()["body"])


def reasons(desk: Desk, step: str) -> list[str]:
    query = select(Decision.reasons).where(Decision.case_id == desk.case.id, Decision.step == step)
    return list(Session.scalars(query.order_by(Decision.id.desc())).first() or [])


def test_k12_from_data_to_a_licence_issued_by_oss(desk: Desk) -> None:
    desk.at(EARLIER)
    magetan.submit(desk)
    desk.do("registrar", "register", {"oss_reference": "OSS-1"})
    assert (desk.case.due_at, desk.case.clock_started_at, desk.case.plan) == (None, None, [])
    assert desk.task("verify").due_at is None
    desk.at(MONDAY).do("verifier", "verify", magetan.checklist())
    assert shown(desk.case.due_at) == "30-11 16:00"
    assert shown(desk.task("field_needed").due_at) == "30-11 16:00"
    assert "Senin, 30 November 2026" in body("complete")
    magetan.walk(desk, "", since="field_needed")
    assert (desk.case.permit_status, desk.steps()) == ("none", ["oss_issues"])
    send_all(desk)
    assert (desk.case.permit_status, desk.case.result) == ("effective", "granted")
    assert sent(desk) == ["oss/10", "oss/20", "oss/40", "oss/45", "oss/50"]
    assert sent(desk, "email") == ["submitted", "complete", "visit", "granted", "survey"]
    assert "Indeks\nKepuasan Masyarakat (IKM)" in body("survey")
    assert letters(desk) == [("task_order", "signed"), ("report", "signed")]
    assert verify_audit() == []


def test_k12_the_service_costs_nothing_and_is_due_in_five_days_from_the_finding(desk: Desk) -> None:
    service = current().get("service", magetan.SERVICE).shape
    assert (service.fee_rupiah, service.standard.fee) == (0, "Tidak dikenakan biaya")
    magetan.submit(desk)
    magetan.walk(desk, "field_needed")
    lines = desk.task("field_needed").deadline
    assert lines[0]["on"] == "2026-11-24"
    assert {"kind": "day", "on": "2026-11-30", "n": 5} in lines


def test_k12_where_the_report_finds_it_unfit_oss_has_93_and_the_applicant_a_letter(desk: Desk) -> None:
    magetan.submit(desk)
    machines = [{"name": "Mesin sangrai", "reported": 6, "installed": 2}]
    magetan.walk(desk, "validate", visit={"data": magetan.visited(machines=machines)})
    assert reasons(desk, "report") == ["Mesin dan peralatan yang terpasang kurang dari yang dilaporkan."]
    desk.do("validator", "validate", {"report_valid": True})
    assert desk.steps() == ["refuse"]
    payload = Session.scalars(select(Message.payload).where(Message.name == "oss/93")).one()
    assert "kurang dari yang dilaporkan" in payload["fields"]["keterangan"]
    desk.do("issuer", "refuse", outcome="good")
    assert (desk.case.status, desk.case.result, desk.case.permit_status) == ("closed", "refused", "none")
    assert sent(desk) == ["oss/10", "oss/20", "oss/40", "oss/93"]
    assert letters(desk) == [("task_order", "signed"), ("report", "signed"), ("notice", "delivered")]
    assert sent(desk, "email")[-2:] == ["refused", "survey"]


def test_k13_two_faults_go_out_in_one_notice_and_the_five_days_have_not_begun(desk: Desk) -> None:
    desk.at(EARLIER)
    magetan.submit(
        desk,
        nib="9990000000093",
        company_name="PT Roti Negeri Dongeng (Fiktif)",
        kbli="10710",
        legal_form="pt",
    )
    bad = magetan.checklist(environment={"state": "missing"}, photo={"state": "incomplete", "count": 1})
    magetan.walk(desk, "field_needed", verify={"data": bad})
    assert (desk.steps(), desk.case.status) == (["correct"], "waiting_for_applicant")
    assert (desk.case.due_at, desk.case.clock_started_at) == (None, None)
    asked = Session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [row.requirement for row in asked] == ["environment", "photo"]
    assert sent(desk, "email") == ["submitted", "incomplete"]
    notice = body("incomplete")
    assert "1. Fotokopi perubahan dokumen lingkungan belum dilampirkan." in notice
    assert "2. Pas foto 4 x 6 belum dua lembar." in notice
    assert sent(desk) == ["oss/11"]
    desk.at("2026-11-19 10:00").do("applicant", "correct")
    assert (desk.steps(), desk.case.due_at) == (["verify"], None)
    desk.at(MONDAY).do("verifier", "verify", magetan.checklist())
    assert shown(desk.case.due_at) == "30-11 16:00"
    assert sent(desk) == ["oss/11", "oss/10"]


def test_k14_who_verified_may_not_validate_the_same_file(desk: Desk) -> None:
    magetan.appoint("verifier", "validator")
    magetan.submit(desk, nib="9990000000109")
    magetan.walk(desk, "validate")
    with pytest.raises(SameHands, match="Verifikasi syarat"):
        desk.do("verifier", "validate", {"report_valid": True})
    assert desk.steps() == ["validate"]
    refused = select(AuditEvent.actor).where(AuditEvent.action == "task.refused")
    assert Session.scalars(refused).all() == ["verifier"]
    assert verify_audit() == []
    desk.do("validator", "validate", {"report_valid": True})
    assert desk.steps() == ["issue"]


def test_k14_no_officer_does_two_of_the_five_parts_of_a_file(desk: Desk) -> None:
    for role in ("verifier", "processor", "issuer"):
        magetan.appoint("registrar", role)
    magetan.appoint("processor", "issuer")
    magetan.submit(desk, nib="9990000000109")
    for step, username, given in magetan.ROAD[:4]:
        if step != "register":
            with pytest.raises(SameHands):
                desk.do("registrar", step, **given)
        desk.do(username, step, **given)
    magetan.walk(desk, "issue", since="visit")
    with pytest.raises(SameHands):
        desk.do("processor", "issue", outcome="approve")
    with pytest.raises(Forbidden):
        desk.do("validator", "issue", outcome="approve")


def test_k15_documents_alone_are_enough_with_a_reason_and_without_a_task_order(desk: Desk) -> None:
    magetan.submit(desk, nib="9990000000116")
    deed = {"state": "ok", "note": "Akta pendirian; tidak pernah diubah"}
    magetan.walk(desk, "field_needed", verify={"data": magetan.checklist(deed=deed)})
    with pytest.raises(Invalid) as refused:
        desk.do("processor", "field_needed", {"visit_needed": False})
    assert set(refused.value.errors) == {"reason"}
    desk.do("processor", "field_needed", magetan.AT_DESK)
    assert desk.steps() == ["report"]
    magetan.walk(desk, "", since="report")
    send_all(desk)
    assert (desk.case.result, letters(desk)) == ("granted", [("report", "signed")])
    assert sent(desk) == ["oss/10", "oss/20", "oss/45", "oss/50"]
    report = Session.scalars(select(Letter).where(Letter.slot == "report")).one()
    assert report.context["data"]["field_needed"]["reason"] == magetan.AT_DESK["reason"]


def test_a_field_visit_names_who_goes(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "field_needed")
    with pytest.raises(Invalid) as refused:
        desk.do("processor", "field_needed", {**magetan.ON_SITE, "team": []})
    assert set(refused.value.errors) == {"team"}
    magetan.walk(desk, "order")
    order = Session.scalars(select(Letter).where(Letter.slot == "task_order")).one()
    assert [member["title"] for member in order.context["members"]] == ["Petugas Pemrosesan"]


def test_the_validator_sends_back_and_changes_no_result(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "validate")
    with pytest.raises(Invalid):
        desk.do("validator", "validate", {"report_valid": True}, outcome="unfit")
    with pytest.raises(Invalid):
        desk.do("validator", "validate", {"report_valid": False})
    desk.do("validator", "validate", {"report_valid": False}, note="Alasan lapangan belum jelas")
    assert desk.steps() == ["field_needed"]
    magetan.walk(desk, "issue", since="field_needed", field_needed={"data": magetan.AT_DESK})
    assert desk.steps() == ["issue"]
    assert shown(desk.case.due_at) == "30-11 16:00"


def test_the_issuer_sends_back_instead_of_signing(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "order")
    desk.do("issuer", "order", outcome="send_back", note="Tanggal keliru")
    magetan.walk(desk, "issue", since="field_needed")
    desk.do("issuer", "issue", outcome="send_back", note="Periksa lagi")
    assert desk.steps() == ["validate"]


def test_a_person_stands_in_for_oss(desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "")
    desk.do("registrar", "oss_issues", {"issued_on": "2026-11-20", "license_number": "SS-CONTOH-1"})
    assert (desk.case.permit_status, desk.case.result) == ("effective", "granted")


def test_an_unfit_notice_may_be_sent_back_too(desk: Desk) -> None:
    magetan.submit(desk)
    bad = {"data": {**magetan.IN_ORDER, "environment_covered": False}}
    magetan.walk(desk, "issue", field_needed={"data": magetan.AT_DESK}, report=bad)
    desk.do("issuer", "refuse", outcome="send_back", note="Alasan perlu diperiksa")
    assert desk.steps() == ["validate"]
