"""We call outside systems, in three modes, in order and once; what no program carries, a person does."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.audit.models import AuditEvent
from app.cases.models import Attachment
from app.db import Session
from app.errors import Invalid
from app.flow.deliver_message import deliver_message, due_messages
from app.flow.outside_settings import Settings, set_up, try_out
from app.flow.reconcile import due_reconciliations, reconcile
from app.messages import connections
from app.messages.models import Message
from app.messages.models_outside import Connection, Difference
from app.people.access import person_named
from app.people.models import Office
from tests import dairi
from tests.desk import Desk
from tests.other_side import PASSWORD, USERNAME, OtherSide, listening
from tests.web.conftest import OpenBrowser

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def other() -> Iterator[OtherSide]:
    """An OSS on a real port; the Dairi office speaks to it by its interface."""
    with listening() as side:
        yield side


@pytest.fixture
def by_api(demo_app: Any, other: OtherSide) -> OtherSide:
    set_mode("api", base_url=other.url, username=USERNAME, secret=PASSWORD)
    return other


def office_id() -> int:
    return Session.scalars(select(Office.id).where(Office.key == "dairi")).one()


def set_mode(mode: str, **given: Any) -> None:
    admin = person_named("admin", clock.now())
    set_up(admin, office_id(), "oss", Settings(mode=mode, is_enabled=True, **given), clock.now())


def send_due(desk: Desk, rounds: int = 1, minutes: int = 70) -> None:
    """Let the sender work, and time pass between its rounds."""
    for _ in range(rounds):
        for message_id in due_messages(desk.now):
            deliver_message(message_id, desk.now)
        desk.now += timedelta(minutes=minutes)


def states(desk: Desk) -> dict[str, str]:
    Session.rollback()
    query = select(Message).where(Message.case_id == desk.case.id, Message.channel == "oss")
    return {row.name: row.state for row in Session.scalars(query.order_by(Message.id))}


def message_named(desk: Desk, name: str) -> Message:
    Session.rollback()
    return Session.scalars(select(Message).where(Message.case_id == desk.case.id, Message.name == name)).one()


def issued(desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "")


def test_by_its_interface_oss_gets_every_status_once_and_in_order(by_api: OtherSide, desk: Desk) -> None:
    by_api.faults = ["500", "late", "504", "drop", "401"]
    issued(desk)
    send_due(desk, rounds=30)
    assert set(states(desk).values()) == {"done"}
    assert by_api.codes() == ["10", "20", "40", "45", "50"]
    assert [fields.get("status_izin") for fields in by_api.taken][5:] == ["50"]  # the licence, once
    assert (desk.case.permit_status, desk.steps()) == ("effective", ["hand_over"])
    assert desk.case.data["oss_accepts"]["accepted_on"]
    status = next(body["IZINSTATUS"] for method, body in by_api.calls if method == "receiveLicenseStatus")
    wanted = {"nib", "id_proyek", "id_produk", "oss_id", "id_izin", "kd_izin", "kd_instansi", "kd_status"}
    assert wanted | {"tgl_status", "nip_status", "nama_status", "keterangan"} == set(status)


def test_the_final_licence_goes_with_a_link_that_opens_that_letter_alone(
    by_api: OtherSide, browser: OpenBrowser, desk: Desk
) -> None:
    issued(desk)
    send_due(desk, rounds=12)
    licence = next(body["IZINFINAL"] for method, body in by_api.calls if method == "receiveLicense")
    assert licence["nomor_izin"]
    assert (licence["nama_ttd"], licence["nip_ttd"]) == ("Ir. Ratna Contoh, M.Si.", "197004121996032909")
    assert (licence["status_izin"], licence["kd_daerah"]) == ("50", "1211000000")
    path = licence["file_izin"].removeprefix("http://uji.test")
    stranger = browser()
    assert stranger.get(path).data.startswith(b"%PDF")
    assert stranger.get(path[:-1] + "x").status_code == 404


def test_an_officer_asks_oss_from_the_case_page(by_api: OtherSide, browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    officer = browser("front_officer")
    address = f"/office/outside/ask/{desk.number}/oss/inquery_nib"
    assert address in officer.text(f"/office/cases/{desk.number}")
    for _ in range(2):  # a second click sends nothing more
        assert officer.post(address).status_code == 302
    send_due(desk)
    assert [method for method, _ in by_api.calls if method == "inqueryNIB"] == ["inqueryNIB"]
    message = message_named(desk, "oss/inquery_nib")
    assert "UD Mebel Bukit Angan" in officer.text(f"/office/outside/out/{message.id}")
    officer.post(f"/office/outside/ask/{desk.number}/oss/50")
    assert list(states(desk)) == ["oss/inquery_nib"]


def test_the_key_is_fetched_kept_sealed_and_renewed(by_api: OtherSide, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk)
    assert by_api.codes() == ["10"]
    assert [method for method, _ in by_api.calls].count("sendSecurityKey") == 1
    row = Session.scalars(select(Connection)).one()
    assert PASSWORD not in row.secret + row.token
    assert "kunci-1" not in row.token
    by_api.keys.append("kunci-dari-tempat-lain")  # what we hold is no longer valid
    desk.do("front_officer", "receipt")
    desk.do("front_officer", "entry", {"oss_reference": "OSS-1"})
    desk.do("back_officer", "verify", dairi.verified())
    send_due(desk, rounds=2)
    assert by_api.codes() == ["10", "20"]


def test_a_refusal_stops_what_follows_until_a_person_has_put_it_right(
    by_api: OtherSide, browser: OpenBrowser, desk: Desk
) -> None:
    by_api.faults = ["400"]
    issued(desk)
    send_due(desk, rounds=3)
    assert states(desk)["oss/10"] == "stopped"
    assert set(states(desk).values()) == {"stopped", "queued"}
    assert by_api.taken == []
    message = message_named(desk, "oss/10")
    officer = browser("front_officer")
    assert desk.number in officer.text("/office/outside/")
    page = officer.text(f"/office/outside/out/{message.id}")
    assert "id_izin" in page
    corrected = {"field-id_izin": "I-BENAR", "field-kd_status": "10"}
    assert officer.post(f"/office/outside/out/{message.id}/correct", corrected).status_code == 302
    send_due(desk, rounds=8)
    assert by_api.codes() == ["10", "20", "40", "45", "50"]
    assert by_api.taken[0]["id_izin"] == "I-BENAR"
    audited = select(AuditEvent.detail).where(AuditEvent.action == "message.corrected")
    assert Session.scalars(audited).one()["replaced"]["id_izin"] == desk.number


def test_wrong_credentials_stop_and_new_ones_set_the_messages_going(by_api: OtherSide, desk: Desk) -> None:
    set_mode("api", base_url=by_api.url, username=USERNAME, secret="kata-sandi-lama")
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk, rounds=2)
    assert states(desk) == {"oss/10": "stopped"}
    set_mode("api", base_url=by_api.url, username=USERNAME, secret=PASSWORD)
    send_due(desk, rounds=2)
    assert states(desk) == {"oss/10": "done"}
    assert by_api.count("10") == 1


def test_by_hand_an_officer_enters_it_and_keeps_the_proof(browser: OpenBrowser, desk: Desk) -> None:
    set_mode("manual")
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk, rounds=3)
    assert states(desk) == {"oss/10": "manual"}
    message = message_named(desk, "oss/10")
    officer = browser("front_officer")
    assert f"/office/outside/out/{message.id}" in officer.text(f"/office/cases/{desk.number}")
    address = f"/office/outside/out/{message.id}/done"
    assert officer.post(address, {}).status_code == 422  # nothing shows it
    proof = {"reference": "OSS-REF-1"}
    shown = {"file": (BytesIO(PNG), "layar.png")}
    assert officer.post(address, proof | shown).status_code == 302
    assert states(desk) == {"oss/10": "done"}
    assert message_named(desk, "oss/10").answer == {
        "by_hand": "front_officer", "reference": "OSS-REF-1", "note": "",
        "attachment": Session.scalars(select(Attachment.id)).one(),
    }  # fmt: skip
    assert officer.post(address, proof).status_code == 409
    assert browser("operator").post(address, proof).status_code in (403, 404, 409)


def test_the_step_done_by_hand_settles_its_message(browser: OpenBrowser, desk: Desk) -> None:
    set_mode("manual")
    issued(desk)
    send_due(desk)
    lena = browser("general_affairs")
    shown = lena.text("/office/outside/")
    assert "OSS menerima penerbitan izin" in shown
    assert desk.number in shown
    desk.do("general_affairs", "oss_accepts", {"accepted_on": "2026-11-20"})
    assert states(desk)["oss/50"] == "done"
    assert desk.case.permit_status == "effective"


def test_the_case_page_says_what_is_awaited_from_whom(
    by_api: OtherSide, browser: OpenBrowser, desk: Desk
) -> None:
    issued(desk)
    by_api.faults = ["504"] * 40
    send_due(desk, rounds=1)
    lena = browser("general_affairs")
    page = lena.text(f"/office/cases/{desk.number}")
    wait = desk.task("oss_accepts")
    assert f'href="/office/tasks/{wait.id}"' in page  # to stand in for OSS
    assert "Penerimaan penerbitan izin oleh sistem OSS" in page
    assert desk.case.status == "waiting_for_system"
    by_api.faults = []
    send_due(desk, rounds=12)
    assert by_api.codes() == ["10", "20", "40", "45", "50"]
    assert desk.case.permit_status == "effective"


def test_the_daily_comparison_lists_each_difference_once(
    by_api: OtherSide, browser: OpenBrowser, desk: Desk
) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk, minutes=1)
    by_api.status[desk.number] = "57"  # OSS decided by itself
    assert (office_id(), "oss") in due_reconciliations(desk.now)
    for _ in range(2):
        reconcile(office_id(), "oss", desk.now)
    assert (office_id(), "oss") not in due_reconciliations(desk.now)
    tomorrow = desk.now + timedelta(days=1)
    reconcile(office_id(), "oss", tomorrow)
    rows = Session.scalars(select(Difference)).all()
    assert [(row.ours, row.theirs[:2], row.settled_at) for row in rows] == [("10", "57", None)]
    officer = browser("front_officer")
    assert "57 Uji" in officer.text("/office/outside/")
    assert officer.post(f"/office/outside/differences/{rows[0].id}", {"note": ""}).status_code == 302
    assert "57 Uji" in officer.text("/office/outside/")
    officer.post(f"/office/outside/differences/{rows[0].id}", {"note": "Sudah dibicarakan dengan OSS"})
    assert "57 Uji" not in officer.text("/office/outside/")
    by_api.status[desk.number] = "10"
    reconcile(office_id(), "oss", tomorrow + timedelta(days=1))
    assert Session.scalar(select(func.count()).where(Difference.settled_at.is_(None))) == 0


def test_the_comparison_finds_out_about_unsure_messages(by_api: OtherSide, desk: Desk) -> None:
    by_api.faults = ["late"]
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk, minutes=0)
    assert states(desk) == {"oss/10": "unknown"}
    reconcile(office_id(), "oss", desk.now)
    send_due(desk)
    assert states(desk) == {"oss/10": "done"}
    assert by_api.count("10") == 1


def test_administrators_set_up_and_test_and_never_see_a_secret(
    other: OtherSide, browser: OpenBrowser
) -> None:
    admin = browser("admin")
    address = f"/settings/outside/{office_id()}/oss"
    assert "DPMPSTPK" in admin.text("/settings/outside/")
    given = {"mode": "api", "is_enabled": "1", "base_url": "http://oss.example/v1", "username": USERNAME}
    refused = admin.post(address, given)
    assert refused.status_code == 422  # not over an open line, and not without a secret
    right = {**given, "base_url": other.url, "secret": PASSWORD, "inbound_secret": "kunci-masuk-dairi-1"}
    assert admin.post(address, right).status_code == 302
    assert admin.post(f"{address}/test", {}).status_code == 302
    page = admin.text(address)
    assert "200" in page
    assert PASSWORD not in page
    assert "kunci-masuk-dairi-1" not in page
    trail = str(
        Session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "connection.set_up")).all()
    )
    assert PASSWORD not in trail
    assert admin.post(address, {**right, "secret": "", "inbound_secret": ""}).status_code == 302
    assert try_out(person_named("admin", clock.now()), office_id(), "oss", clock.now()).ok
    assert browser("front_officer").get(address).status_code == 403


def test_an_administrator_tells_the_simulator_what_to_answer(browser: OpenBrowser, desk: Desk) -> None:
    admin, address = browser("admin"), "/settings/outside/simulator/oss"
    admin.post(address, {"answers": "504, vier"})
    assert "tidak mengenal vier" in admin.text("/settings/outside/")
    admin.post(address, {"answers": " 400,"})
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk)
    assert states(desk) == {"oss/10": "stopped"}


def test_production_refuses_the_simulator(demo_app: Any, desk: Desk) -> None:
    set_mode("simulator")
    connections.configure(simulators=False)
    with pytest.raises(Invalid):
        set_mode("simulator")
    dairi.submit(desk)
    dairi.walk(desk, "receipt")
    send_due(desk)
    assert states(desk) == {"oss/10": "manual"}
