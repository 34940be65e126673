"""Outside systems call us, OSS by the ministry's guide, others signed: nothing lost, nothing doubled."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import clock
from app.cases.models import Case
from app.db import Session
from app.errors import NotFound
from app.flow.early import early_messages, take_early
from app.flow.outside_settings import Settings, set_up
from app.flow.parties import receipt_code
from app.flow.submit import submit_draft
from app.flow.take_over import take_over
from app.messages.models import Message
from app.messages.models_outside import CaseReference
from app.people.access import person_named
from app.people.models import Office, Party
from tests import dairi, ipki
from tests.desk import Desk
from tests.other_side import data_nib, token
from tests.web.conftest import OpenBrowser

DAY = "20261123"
Call = Callable[..., TestResponse]


@pytest.fixture
def machine(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


@pytest.fixture
def oss(machine: FlaskClient) -> Call:
    """OSS calls a method of ours."""

    def call(method: str, body: Any, nib: str = "9990000000154", **by: str) -> TestResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Token": by.get("token") or token(nib, DAY, **by)}
        path = f"/api/v1/inbound/oss/{method}"
        return machine.post(path, data=content, headers=sent, content_type="application/json")

    return call


@pytest.fixture
def signed(machine: FlaskClient) -> Call:
    """Another system sends a signed message."""

    def send(path: str, body: dict[str, Any], message_id: str, **more: str) -> TestResponse:
        content = json.dumps(body).encode()
        stamp = more.get("stamp") or str(int(clock.now().timestamp()))
        key = more.get("key", "alurizin-demo").encode()
        signature = hmac.new(key, f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
        sent = {"X-Message-Id": message_id, "X-Timestamp": stamp, "X-Signature": signature}
        url = f"/api/v1/inbound/{path}"
        return machine.post(url, data=content, headers=sent, content_type="application/json")

    return send


def said(answer: TestResponse, method: str = "receiveNIB") -> tuple[int, str]:
    """HTTP status and the guide's own status."""
    return answer.status_code, answer.get_json()[f"respon{method}"]["status"]


def rows(model: type[Any], *where: Any) -> int:
    Session.rollback()
    return Session.scalars(select(func.count()).select_from(model).where(*where)).one()


def only_case() -> Case:
    Session.rollback()
    return Session.scalars(select(Case)).one()


def kept(state: str) -> list[Message]:
    Session.rollback()
    query = select(Message).where(Message.direction == "in", Message.state == state).order_by(Message.id)
    return list(Session.scalars(query))


def office_id(key: str) -> int:
    return Session.scalars(select(Office.id).where(Office.key == key)).one()


def set_inbound(office: str, system: str, **given: Any) -> None:
    admin = person_named("admin", clock.now())
    settings = Settings(**{"mode": "manual", "is_enabled": True, **given})
    set_up(admin, office_id(office), system, settings, clock.now())


def test_a_nib_opens_a_draft_that_the_counter_completes(oss: Call, browser: OpenBrowser, desk: Desk) -> None:
    assert said(oss("receiveNIB", data_nib())) == (200, "1")
    case = only_case()
    assert (case.status, case.service, case.office.key) == ("draft", "dairi_ipui/service", "dairi")
    assert case.party is not None
    assert case.party.nib == "9990000000154"
    brought = case.data["application"]
    assert (brought["company_name"], brought["kbli"], brought["land_area_m2"]) == (
        "UD Mebel Bukit Angan (Fiktif)", "31001", 2400,
    )  # fmt: skip
    assert case.data["from_oss"]["id_izin"] == "I-202611200000000154"
    number = case.number
    sari = browser("front_officer")
    assert "UD Mebel Bukit Angan" in sari.text(f"/office/apply/dairi_ipui?case={number}")
    # completed at the counter, it is a case like any other, and OSS is told under its own name for it
    desk.number = number
    from_counter = desk.who("front_officer")
    submit_draft_of(from_counter, number, desk)
    desk.do("front_officer", "check", dairi.checklist())
    told = Session.scalars(select(Message).where(Message.name == "oss/10")).one()
    assert told.payload["fields"]["id_izin"] == "I-202611200000000154"
    assert told.payload["fields"]["kd_izin"] == "033000000012"
    assert number in sari.text(f"/office/cases/{number}")


def submit_draft_of(person: Any, number: str, desk: Desk) -> None:
    from_oss = only_case().data["application"]
    submit_draft(person, number, {**dairi.APPLICATION, **from_oss}, desk.now)


def test_the_firm_takes_over_what_oss_opened_and_completes_it(
    oss: Call, browser: OpenBrowser, desk: Desk
) -> None:
    assert oss("receiveNIB", data_nib()).status_code == 200
    number = Session.scalars(select(Case.number)).one()
    firm = desk.who("applicant2")
    with pytest.raises(NotFound):
        take_over(firm, number, "AAAAA-BBBBB", desk.now)
    take_over(firm, number, receipt_code(number), desk.now)
    page = browser("applicant2").text(f"/services/dairi_ipui/apply?case={number}")
    assert "9990000000154" in page
    submit_draft_of(firm, number, desk)
    assert Session.scalars(select(Case.status)).one() == "open"


def test_the_same_nib_again_changes_nothing_and_contradictions_are_refused(oss: Call) -> None:
    first = oss("receiveNIB", data_nib())
    assert [said(oss("receiveNIB", data_nib())) for _ in range(3)] == [said(first)] * 3
    assert (rows(Case), rows(Party, Party.nib == "9990000000154"), rows(CaseReference)) == (1, 1, 1)
    assert said(oss("receiveNIB", data_nib(nama_perseroan="PT Lain (Fiktif)"))) == (400, "2")
    assert only_case().data["application"]["company_name"] == "UD Mebel Bukit Angan (Fiktif)"
    refused = kept("refused")
    assert [row.payload["dataNIB"]["nama_perseroan"] for row in refused] == ["PT Lain (Fiktif)"]
    # a change that OSS dates anew is taken, and an officer compares it
    changed = data_nib(nama_perseroan="PT Baru (Fiktif)", tgl_perubahan_nib="2026-11-22")
    assert said(oss("receiveNIB", changed)) == (200, "1")
    assert [row.error for row in kept("unmatched")] == ["changed"]
    assert rows(Case) == 1


def test_a_nib_fills_the_case_that_the_firm_opened_here(oss: Call, desk: Desk) -> None:
    number = dairi.submit(desk)
    assert said(oss("receiveNIB", data_nib())) == (200, "1")
    case = only_case()
    assert (case.number, case.status) == (number, "open")
    assert case.data["from_oss"]["oss_id"] == "P02-2026112000000001"
    assert case.data["application"]["investment"] == dairi.APPLICATION["investment"]


@pytest.mark.parametrize(
    ("body", "by", "expected", "kept_rows"),
    [
        (data_nib(), {"token": "0" * 40}, (401, "2"), 0),
        (data_nib(), {"password": "salah"}, (401, "2"), 0),
        (data_nib(kd_daerah="9999000000"), {}, (400, "2"), 1),
        (data_nib(id_izin=""), {}, (400, "2"), 1),
        ({"dataNIB": {"nib": "9990000000154"}}, {}, (400, "2"), 1),
        (b'{"dataNIB": {"nib": "9990000000154", ', {}, (400, "2"), 1),
        ([], {"nib": ""}, (400, "2"), 1),
    ],
    ids=["no token", "wrong password", "unknown office", "no id_izin", "no fields", "broken JSON", "a list"],
)
def test_what_cannot_be_taken_is_refused_in_the_guides_shape_and_kept(
    oss: Call, body: Any, by: dict[str, str], expected: tuple[int, str], kept_rows: int
) -> None:
    assert [said(oss("receiveNIB", body, **by)) for _ in range(2)] == [expected] * 2
    assert (rows(Case), len(kept("unmatched"))) == (0, kept_rows)


def test_an_office_of_its_own_credentials_and_one_that_is_switched_off(oss: Call) -> None:
    own = {"username": "oss-dairi", "password": "kata-sandi-oss-dairi"}
    set_inbound("dairi", "oss", inbound_username="oss-dairi", inbound_secret="kata-sandi-oss-dairi")
    assert said(oss("receiveNIB", data_nib(), **own)) == (200, "1")
    # credentials of one office open no case in another
    elsewhere = data_nib(id_izin="I-2", kd_daerah="3520000000")
    assert said(oss("receiveNIB", elsewhere, **own)) == (400, "2")
    nowhere = data_nib(id_izin="I-4", kd_daerah="9999000000")
    assert said(oss("receiveNIB", nowhere, **own)) == (400, "2")
    assert {row.office_id for row in kept("unmatched")} == {office_id("dairi")}
    set_inbound("dairi", "oss", is_enabled=False, inbound_username="oss-dairi")
    assert said(oss("receiveNIB", data_nib(id_izin="I-3"), **own)) == (403, "2")
    assert rows(Case) == 1
    assert len(kept("unmatched")) == 3


def test_the_province_has_its_own_estates(oss: Call) -> None:
    body = data_nib(nib="9990000000017", kd_daerah="6112000000", kewenangan="01")
    assert said(oss("receiveNIB", body, nib="9990000000017")) == (200, "1")
    assert (only_case().office.key, only_case().service) == ("kalbar", "ipki/service")


def test_a_signed_licence_finds_its_case_or_waits_for_an_officer(
    oss: Call, browser: OpenBrowser, desk: Desk
) -> None:
    file = {
        "receiveFileDS": {"nib": "9990000000154", "id_izin": "I-9", "file_izin": "https://oss.example/9.pdf"}
    }
    assert said(oss("receiveFileDS", file), "receiveFileDS") == (200, "1")
    number = dairi.submit(desk)
    lena = browser("general_affairs")
    message = kept("unmatched")[0]
    assert "I-9" in lena.text("/office/outside/")
    assert "https://oss.example/9.pdf" in lena.text(f"/office/outside/in/{message.id}")
    assert lena.post(f"/office/outside/in/{message.id}/case", {"number": number}).status_code == 302
    assert only_case().data["from_oss"]["file_izin"] == "https://oss.example/9.pdf"
    assert kept("unmatched") == []
    # the next file of the same permit finds the case by itself; a contradiction is refused
    other = {"receiveFileDS": {**file["receiveFileDS"], "file_izin": "https://oss.example/other.pdf"}}
    assert said(oss("receiveFileDS", other), "receiveFileDS") == (200, "1")
    assert said(oss("receiveFileDS", file), "receiveFileDS") == (400, "2")


def test_siinas_opens_a_case_with_all_answers(signed: Call, browser: OpenBrowser) -> None:
    body = {"correlation": "SIINAS-77", "data": ipki.APPLICATION}
    first = signed("siinas/inspection_requested", body, "m-1")
    assert first.status_code == 200, first.text
    case = only_case()
    assert (case.office.key, case.status, case.permit_status) == (
        "kalbar", "waiting_for_applicant", "not_effective",
    )  # fmt: skip
    assert signed("siinas/inspection_requested", body, "m-1").get_json() == first.get_json()
    # the same application under a new id opens nothing new
    clock.set_clock(clock.now().replace(minute=3))
    assert signed("siinas/inspection_requested", body, "m-2").get_json()["case"] == case.number
    assert rows(Case) == 1
    assert case.number in browser("operator").text(f"/office/cases/{case.number}")


def test_a_message_played_back_or_changed_is_refused(signed: Call) -> None:
    body = {"correlation": "SIINAS-78", "data": ipki.APPLICATION}
    assert signed("siinas/inspection_requested", body, "m-1").status_code == 200
    assert signed("siinas/inspection_requested", body, "m-9").status_code == 409
    assert signed("siinas/commitment_report", body, "m-10").status_code == 409
    changed = {**body, "data": {**ipki.APPLICATION, "expansion_area_ha": 900}}
    assert signed("siinas/inspection_requested", changed, "m-1").status_code == 409
    stamp = str(int(clock.now().timestamp()) - 600)
    assert signed("siinas/inspection_requested", body, "m-11", stamp=stamp).status_code == 401
    assert (
        signed("siinas/inspection_requested", body, "m-12", key="kunci-lain-sama-sekali").status_code == 401
    )
    assert rows(Case) == 1


def test_a_key_of_one_office_moves_no_case_of_another(signed: Call, desk: Desk) -> None:
    set_inbound("magetan", "siinas", inbound_secret="kunci-siinas-magetan")
    set_inbound("kalbar", "siinas", inbound_secret="kunci-siinas-kalbar")
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    body = {"correlation": desk.number}
    foreign = signed("siinas/commitment_report", body, "m-1", key="kunci-siinas-magetan")
    assert (foreign.status_code, desk.steps()) == (404, ["ministry_sends"])
    own = signed("siinas/commitment_report", body, "m-1", key="kunci-siinas-kalbar")
    assert (own.status_code, desk.steps()) == (200, ["siinas_notifies"])


def test_answers_of_a_system_are_checked_like_a_persons(signed: Call, desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    wrong = {"correlation": desk.number, "data": {"seen_on": "kemarin"}}
    refused = signed("siinas/commitment_report", wrong, "m-1")
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["seen_on"]
    assert desk.steps() == ["ministry_sends"]
    assert len(kept("unmatched")) == 1
    assert signed("siinas/commitment_report", {"correlation": desk.number}, "m-1").status_code == 200
    assert desk.case.data["ministry_sends"]["seen_on"] == "2026-11-23"
    assert desk.steps() == ["siinas_notifies"]


def test_messages_out_of_order_and_repeated_end_where_they_belong(
    signed: Call, browser: OpenBrowser, desk: Desk
) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "ministry_sends")
    body = {"correlation": desk.number}
    early = signed("siinas/oss_notified", {**body, "n": 2}, "m-2")
    assert early.status_code == 404  # nobody waits for it yet, but it is kept
    putri = browser("operator")
    shown = putri.text("/office/outside/")
    assert desk.number in shown
    for _ in range(2):
        assert signed("siinas/commitment_report", {**body, "n": 1}, "m-1").status_code == 200
    assert desk.steps() == ["siinas_notifies"]
    for message_id in early_messages():
        assert take_early(message_id, desk.now)
    assert desk.steps() == ["oss_answers"]
    for _ in range(2):
        assert signed("siinas/oss_notified", {**body, "n": 2}, "m-2").status_code == 200
    assert desk.steps() == ["oss_answers"]
    assert kept("unmatched") == []
