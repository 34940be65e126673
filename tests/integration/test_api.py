"""The public contract: the whole road of K21 through the API, and what it refuses."""

import hashlib
import hmac
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cases.models import Case
from app.db import Session
from app.factory import build, init_permissions
from app.flow.deliver_message import deliver_message
from app.messages import simulator
from app.messages.models import Message
from app.people import permissions
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests import dairi
from tests.desk import Desk, wib
from tests.fixtures_demo import PASSWORD, DemoWorld
from tests.machine import Machine

Ask = Callable[..., Any]
NOW = "2026-11-23 08:00"


@pytest.fixture(scope="session")
def demo_flask(demo_world: DemoWorld) -> Flask:
    app = build(demo_world.config)
    app.testing = True
    return app


@pytest.fixture
def demo_app(demo_flask: Flask, demo_office: DemoWorld) -> Flask:
    with demo_flask.app_context():
        init_permissions(demo_flask)
        Session.commit()
    permissions.forget()
    clock.set_clock(wib(NOW))
    simulator.tell("oss", [])
    return demo_flask


@pytest.fixture
def api(demo_app: Flask) -> Machine:
    return Machine(demo_app)


@pytest.fixture
def number(api: Machine) -> str:
    return dairi.submit(Desk(NOW))


def send_all() -> None:
    queued = select(Message.id).where(Message.state == "queued").order_by(Message.id)
    for message_id in Session.scalars(queued).all():
        deliver_message(message_id, clock.now())


def walk(number: str, until: str = "") -> None:
    desk = Desk(NOW)
    desk.number = number
    dairi.walk(desk, until)


def test_services_are_public(api: Machine) -> None:
    items = api.get(None, "/services/")["items"]
    assert {"key": "dairi_ipui", "title": "Izin Perluasan Usaha Industri", "office": "dairi"} in items
    service = api.get(None, "/services/dairi_ipui")
    assert [step["no"] for step in service["steps"] if step["no"]] == [str(n) for n in range(1, 26)]
    assert service["form"]["properties"]["nib"]["format"] == "nib"
    assert {"key", "title", "required", "copies", "condition"} == set(service["requirements"][0])
    assert len(service["standard"]) == 14, "the components of PermenPAN-RB 15/2014"


def test_k21_through_the_api(api: Machine) -> None:
    body = {"service": "dairi_ipui", "data": dairi.APPLICATION}
    number = str(api.post("applicant", "/cases/", 201, **body)["number"])
    for step, who, given in dairi.ROAD:
        api.do(number, who, step, **given)
    case = api.get("head_of_office", f"/cases/{number}")
    assert (case["status"], case["permit_status"]) == ("waiting_for_system", "not_effective")
    assert [(wait["system"], wait["message"]) for wait in case["waits"]] == [("oss", "oss/50_accepted")]
    send_all()
    api.do(number, "front_officer", "hand_over", data=dairi.BY_PORTAL)
    api.do(number, "applicant", "take")
    case = api.get("applicant", f"/cases/{number}")
    assert (case["status"], case["result"], case["permit_status"]) == ("closed", "granted", "effective")
    permit = next(letter for letter in case["letters"] if letter["slot"] == "permit")
    pdf = api.ask("applicant", "GET", f"/letters/{permit['id']}/pdf").data
    assert hashlib.sha256(pdf).hexdigest() == permit["sha256"]
    code = permit["verify_url"].rsplit("/", 1)[1]
    found = api.get(None, f"/verify/{code}")
    assert (found["known"], found["intact"], found["trial"], found["number"]) == (
        True,
        True,
        True,
        permit["number"],
    )


def test_the_applicants_first_download_is_the_receipt(api: Machine, number: str) -> None:
    walk(number)
    send_all()
    api.do(number, "front_officer", "hand_over", data=dairi.BY_PORTAL)
    letters = api.get("applicant", f"/letters/?case={number}")["items"]
    permit = next(letter for letter in letters if letter["slot"] == "permit")
    assert api.ask("head_of_office", "GET", f"/letters/{permit['id']}/pdf").status_code == 200
    assert api.get("applicant", f"/cases/{number}")["status"] == "waiting_for_applicant"
    assert api.ask("applicant", "GET", f"/letters/{permit['id']}/pdf").status_code == 200
    assert api.get("applicant", f"/cases/{number}")["result"] == "granted"


def test_a_file_is_verified_byte_for_byte(api: Machine, number: str) -> None:
    walk(number, "entry")
    receipt = api.get("applicant", f"/cases/{number}")["letters"][0]
    pdf = api.ask("applicant", "GET", f"/letters/{receipt['id']}/pdf").data
    for content, genuine in ((pdf, True), (pdf + b"\n", False), (pdf.replace(b"obj", b"obi", 1), False)):
        answer = api.ask(None, "POST", "/verify", data={"file": (io.BytesIO(content), "surat.pdf")})
        assert (answer.status_code, answer.get_json()["known"] and answer.get_json()["intact"]) == (
            200,
            genuine,
        )


def test_k31_wrong_formats_are_refused_by_field_in_indonesian(api: Machine) -> None:
    wrong = {
        **dairi.APPLICATION, "nib": "999000000015", "kbli": "3100",
        "land_area_m2": -1, "letter_date": "2026-12-31",
    }  # fmt: skip
    answer = api.ask("applicant", "POST", "/cases/", json={"service": "dairi_ipui", "data": wrong})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"nib", "kbli", "land_area_m2", "letter_date"}
    for nib in ("99900000001AB", ""):
        answer = api.ask(
            "applicant", "POST", "/cases/", json={"service": "dairi_ipui", "data": {**wrong, "nib": nib}}
        )
        assert "nib" in answer.get_json()["errors"]


def test_k32_another_applicant_does_not_learn_of_the_case(api: Machine, number: str) -> None:
    for path in (f"/cases/{number}", f"/cases/{number}/history", f"/letters/?case={number}"):
        assert api.ask("applicant2", "GET", path).status_code == 404
    assert api.ask(None, "GET", f"/cases/{number}").status_code == 401
    assert api.ask("admin", "GET", f"/cases/{number}").status_code == 404


def test_k32_identifiers_are_masked_and_opening_one_is_recorded(api: Machine, number: str) -> None:
    nik = dairi.APPLICATION["director_nik"]
    assert nik not in json.dumps(api.get("front_officer", f"/cases/{number}"))
    opened = api.post("front_officer", f"/cases/{number}/reveal", field="director_nik")
    assert opened["value"] == nik
    events = api.get("front_officer", f"/cases/{number}/history")["items"]
    assert ("identifier.opened", {"field": "director_nik"}) in [(e["action"], e["detail"]) for e in events]


def test_a_draft_waits_for_its_files_and_is_submitted_later(api: Machine) -> None:
    case = api.post("applicant", "/cases/", 201, service="dairi_ipui", data=dairi.APPLICATION, draft=True)
    number = case["number"]
    assert case["status"] == "draft"
    assert api.ask("front_officer", "GET", f"/cases/{number}").status_code == 404
    file = {"file": (io.BytesIO(b"%PDF-1.4 contoh"), "npwp.pdf"), "requirement": "npwp"}
    assert api.ask("applicant", "POST", f"/cases/{number}/attachments", data=file).status_code == 201
    wrong = {"file": (io.BytesIO(b"MZ program"), "npwp.pdf"), "requirement": "npwp"}
    assert api.ask("applicant", "POST", f"/cases/{number}/attachments", data=wrong).status_code == 422
    assert api.post("applicant", f"/cases/{number}/submit")["status"] == "open"
    assert api.post("applicant", f"/cases/{number}/submit", 409)


def test_the_same_key_opens_one_case_and_completes_once(api: Machine) -> None:
    body = {"service": "dairi_ipui", "data": dairi.APPLICATION, "idempotency_key": "abc"}
    first = api.post("applicant", "/cases/", 201, **body)
    assert api.post("applicant", "/cases/", 201, **body)["number"] == first["number"]
    task = api.get("front_officer", f"/tasks/?case={first['number']}")["items"][0]
    given = {"version": task["version"], "data": dairi.checklist(), "idempotency_key": "k"}
    one = api.post("front_officer", f"/tasks/{task['id']}/complete", **given)
    assert api.post("front_officer", f"/tasks/{task['id']}/complete", **given) == one
    other = {**given, "idempotency_key": "other"}
    assert api.post("front_officer", f"/tasks/{task['id']}/complete", 409, **other)["errors"] == {}


def test_a_task_shows_its_form_and_a_preview_changes_nothing(api: Machine, number: str) -> None:
    task = api.get("front_officer", f"/tasks/?case={number}")["items"][0]
    shown = api.get("front_officer", f"/tasks/{task['id']}")
    assert shown["decides"] == "dairi_ipui/completeness"
    assert shown["form"]["properties"]["checklist"]["properties"]["npwp"]["enum"]
    seen = api.post("front_officer", f"/tasks/{task['id']}/preview", data=dairi.checklist(npwp="missing"))
    assert (seen["outcome"], len(seen["reasons"])) == ("incomplete", 1)
    assert api.get("front_officer", f"/tasks/?case={number}")["items"][0]["version"] == task["version"]


def test_a_list_of_tasks_ends_and_an_odd_place_to_go_on_is_refused(api: Machine, number: str) -> None:
    """An applicant's, too: whoever writes for many companies has more than a page of them."""
    more = [
        api.post("applicant", "/cases/", 201, service="dairi_ipui", data=dairi.APPLICATION)["number"]
        for _ in range(26)
    ]
    for each in (number, *more):
        api.do(each, "front_officer", "check", data=dairi.checklist(npwp="missing"))
    for who in ("applicant", "front_officer"):
        seen, after = [], ""
        while after is not None:
            page = api.get(who, f"/tasks/?after={quote(after)}")
            seen += [(task["id"], task["due_at"] or "9") for task in page["items"]]
            after = page["next"]
        assert len(set(seen)) == len(seen)
        assert [due for _id, due in seen] == sorted(due for _id, due in seen)
    assert {task["case"] for task in api.get("applicant", f"/tasks/?case={more[-1]}")["items"]} == {more[-1]}
    assert api.get("applicant", "/tasks/?overdue=true")["items"] == []
    assert api.ask("applicant", "GET", "/tasks/?after=x").status_code == 400


def test_a_task_says_whether_it_is_late(api: Machine, number: str) -> None:
    task = api.get("front_officer", f"/tasks/?case={number}")["items"][0]
    assert api.get("front_officer", f"/tasks/{task['id']}")["overdue"] is False
    clock.set_clock(wib("2026-11-24 08:00"))
    assert api.get("front_officer", f"/tasks/{task['id']}")["overdue"] is True


def test_letters_are_listed_over_all_ones_cases(api: Machine, number: str) -> None:
    other = api.post("applicant", "/cases/", 201, service="dairi_ipui", data=dairi.APPLICATION)["number"]
    for each in (number, other):
        walk(each, "verify")
    seen = api.get("front_officer", "/letters/")["items"]
    assert {letter["case"] for letter in seen} == {number, other}
    assert [letter["id"] for letter in seen] == sorted((letter["id"] for letter in seen), reverse=True)
    assert {letter["slot"] for letter in seen} == {"receipt", "disposition"}
    own = api.get("applicant", "/letters/")["items"]
    assert [(letter["slot"], letter["initials"]) for letter in own] == [("receipt", [])] * 2
    assert api.get("applicant", "/letters/?status=draft")["items"] == []
    assert api.get("applicant2", "/letters/")["items"] == []


def test_the_party_of_an_application_is_the_one_it_names(api: Machine) -> None:
    data = {key: given for key, given in dairi.APPLICATION.items() if key != "nib"}
    body = {"service": "dairi_ipui", "data": data, "party": "9990000000154"}
    case = api.post("applicant", "/cases/", 201, **body)
    assert (case["data"]["application"]["nib"], case["service"]) == ("9990000000154", "dairi_ipui")
    wrong = {**body, "data": dairi.APPLICATION, "party": "9990000000161"}
    assert set(api.post("applicant", "/cases/", 422, **wrong)["errors"]) == {"party"}


def test_a_letter_is_revoked_with_a_reason_and_the_passphrase(api: Machine, number: str) -> None:
    walk(number, "verify")
    receipt = api.get("head_of_office", f"/letters/?case={number}")["items"][0]["id"]
    given = {"reason": "Salah data", "passphrase": PASSWORD}
    assert api.ask("front_officer", "POST", f"/letters/{receipt}/revoke", json=given).status_code == 403
    api.post("head_of_office", f"/letters/{receipt}/revoke", 422, **{**given, "reason": " "})
    assert api.post("head_of_office", f"/letters/{receipt}/revoke", **given)["status"] == "revoked"


def test_registers_and_messages_are_for_the_office(api: Machine, number: str) -> None:
    walk(number, "validate")
    permits = api.get("general_affairs", "/registers/permits")["items"]
    assert [(line["case"], line["seq"]) for line in permits] == [(number, 1)]
    assert api.ask("applicant", "GET", "/registers/permits").status_code == 403
    names = [message["name"] for message in api.get("back_officer", f"/messages/?case={number}")["items"]]
    assert "oss/20" in names


def test_a_signed_inbound_message_answers_the_wait(api: Machine, number: str) -> None:
    walk(number)
    body = json.dumps({"correlation": number}).encode()
    stamp = str(int(clock.now().timestamp()))
    signature = hmac.new(PASSWORD.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Message-Id": "1", "X-Timestamp": stamp, "X-Signature": signature}
    path, kind = "/api/v1/inbound/oss/50_accepted", "application/json"
    forged = {**headers, "X-Signature": "0" * 64}
    assert api.client.post(path, data=body, headers=forged, content_type=kind).status_code == 401
    first = api.client.post(path, data=body, headers=headers, content_type=kind)
    assert first.status_code == 200, first.text
    assert api.client.post(path, data=body, headers=headers, content_type=kind).get_json() == first.get_json()
    assert Session.scalars(select(Case.permit_status).where(Case.number == number)).one() == "effective"


def test_a_base_that_is_not_in_force_any_more_begins_no_draft(api: Machine) -> None:
    path = "decision_table/dairi_ipui/completeness"
    shown = api.get("admin", f"/definitions/{path}")
    first, newer = (shown["text"].replace("title:", f"title: {word} -", 1) for word in ("Satu", "Dua"))

    def put(text: str, base: int) -> Any:
        return api.ask("admin", "PUT", f"/definitions/{path}", json={"text": text, "base_revision": base})

    assert put(first, shown["revision"] + 1).status_code == 409
    assert put(first, shown["revision"]).status_code == 200
    publish({("decision_table", "dairi_ipui/completeness"): newer}, Act("lain", clock.now(), source="test"))
    Session.commit()
    assert put(first, shown["revision"]).status_code == 409
    again = put(first, shown["revision"] + 1)
    assert again.status_code == 200
    api.post("admin", f"/definitions/publish/{path}", revision=again.get_json()["revision"])
    assert "Satu -" in api.get("admin", f"/definitions/{path}")["text"]


def test_administrators_change_a_table_and_it_is_in_force(api: Machine) -> None:
    path = "decision_table/dairi_ipui/completeness"
    shown = api.get("admin", f"/definitions/{path}")
    assert api.ask("front_officer", "GET", f"/definitions/{path}").status_code == 403
    broken = api.post(
        "admin", f"/definitions/check/{path}", text=shown["text"].replace("hit_policy", "hit_polici")
    )
    assert (broken["ok"], bool(broken["problems"][0]["line"])) == (False, True)
    text = shown["text"].replace("title:", "title: Baru -", 1)
    answer = api.ask(
        "admin", "PUT", f"/definitions/{path}", json={"text": text, "base_revision": shown["revision"]}
    )
    assert answer.status_code == 200, answer.text
    api.post("admin", f"/definitions/publish/{path}", revision=answer.get_json()["revision"], note="uji")
    assert "Baru -" in api.get("admin", f"/definitions/{path}")["text"]
    api.post("admin", f"/definitions/rollback/{path}", revision=shown["revision"])
    assert api.get("admin", f"/definitions/{path}")["text"] == shown["text"]
    verdict = api.post(
        "admin", "/rules/evaluate/dairi_ipui/completeness", facts={"checklist.npwp": "missing"}
    )
    assert verdict["rows"]


def test_every_path_of_the_contract_is_described(api: Machine) -> None:
    described = set(api.get(None, "/_openapi")["paths"])
    wanted = {
        "/services/", "/services/{key}", "/cases/", "/cases/{number}", "/cases/{number}/submit",
        "/cases/{number}/withdraw", "/cases/{number}/history", "/cases/{number}/attachments",
        "/attachments/{attachment_id}", "/tasks/", "/tasks/{task_id}", "/tasks/{task_id}/preview",
        "/tasks/{task_id}/claim", "/tasks/{task_id}/release", "/tasks/{task_id}/assign",
        "/tasks/{task_id}/complete",
        "/letters/", "/letters/{letter_id}", "/letters/{letter_id}/pdf", "/letters/{letter_id}/revoke",
        "/verify/{code}", "/verify", "/registers/{book}", "/definitions/", "/definitions/{kind}/{key}",
        "/definitions/check/{kind}/{key}", "/definitions/publish/{kind}/{key}",
        "/definitions/rollback/{kind}/{key}",
        "/definitions/revisions/{kind}/{key}", "/definitions/replay/{kind}/{key}", "/rules/evaluate/{key}",
        "/inbound/{system}/{message}", "/messages/", "/messages/{message_id}/retry", "/security/login",
    }  # fmt: skip
    missing = {path for path in wanted if f"/api/v1{path}" not in described and path not in described}
    assert missing == set()


def test_the_description_is_openapi(api: Machine) -> None:
    """A comma inside an unquoted sentence becomes a key of its own, which no generator of clients reads."""
    described = api.get(None, "/_openapi")["paths"]
    operations = {(path, verb): each for path, verbs in described.items() for verb, each in verbs.items()}
    odd = {
        (*place, status): set(answer)
        for place, operation in operations.items()
        for status, answer in operation["responses"].items()
        if not set(answer) <= {"description", "content", "headers", "$ref"}
    }
    assert odd == {}
    assert [place for place, operation in operations.items() if not operation.get("summary")] == []
    assert {"/health/live", "/health/ready", "/metrics"} <= set(described)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_body_that_cannot_be_read_is_a_400(api: Machine, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {api.token('applicant')}"}
    answer = api.client.post("/api/v1/cases/", data=body, headers=headers, content_type="application/json")
    assert (answer.status_code, set(answer.get_json())) == (400, {"message", "errors"})
