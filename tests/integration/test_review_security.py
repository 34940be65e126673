"""What an attacker or an auditor would try: drafts, others' tasks, odd requests, guesses, own cases."""

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from app import clock, settings, storage
from app.audit.models import AuditEvent
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.flow import appointing
from app.flow import attach as attaching
from app.flow import submit as submitting
from app.flow.accounts import register
from app.flow.appointing import NewAppointment
from app.flow.attach import Upload, attach
from app.flow.claim import claim, release
from app.flow.complete import complete
from app.flow.deliver_message import deliver_message
from app.flow.letter_context import signer_facts
from app.flow.parties import receipt_code
from app.flow.reveal import open_attachment, reveal
from app.flow.signing_in import FAILURES
from app.flow.submit import Application, save_draft, submit, submit_draft, update_draft
from app.flow.take_over import take_over
from app.flow.withdraw import withdraw
from app.flow.work import Given, lock_task
from app.messages import mail, transport
from app.messages.models import Message
from app.people import tokens
from app.people.models import Account, Appointment, Representative, User
from app.people.registration import NewAccount
from app.publishing.publish import publish
from app.publishing.revisions import Act
from app.reports.case_page import case_json
from app.reports.view import view_case
from config import Config
from tests import dairi
from tests.desk import Desk, wib
from tests.fixtures_demo import DemoWorld
from tests.fixtures_web import SHIPPED_METHOD
from tests.small_service import DATA, GOOD, PROCESS, SERVICE, open_office

MONDAY = "2026-11-23 08:00"
PDF = b"%PDF-1.7 contoh"
Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def desk(session: OrmSession, tmp_path: Path) -> Desk:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    storage.configure(tmp_path)
    desk = Desk(MONDAY)
    open_office()
    return desk


@pytest.fixture
def submitted(desk: Desk) -> Desk:
    desk.submit("siti", "uji/service", DATA)
    return desk


@pytest.fixture
def api(app: Flask, desk: Desk) -> FlaskClient:
    clock.set_clock(desk.now)
    return app.test_client()


@pytest.fixture
def headers(app: Flask, desk: Desk) -> Headers:
    def issue(username: str) -> dict[str, str]:
        user = Session.scalars(select(User).where(User.username == username)).one()
        epoch = Session.get_one(Account, user.id).epoch
        return {"Authorization": f"Bearer {tokens.issue(user.id, epoch, app.config['JWT_SECRET_KEY'])}"}

    return issue


def draft(desk: Desk, **more: Any) -> str:
    return save_draft(desk.who("siti"), Application("uji/service", DATA, **more), desk.now).number


def republish(kind: str, key: str, text: str) -> None:
    publish({(kind, key): text}, Act("test", datetime(2026, 1, 6, tzinfo=UTC), source="test"))
    Session.commit()


# drafts are the applicant's alone


def test_an_officer_opens_nothing_of_a_draft(desk: Desk) -> None:
    number = draft(desk)
    file = attach(desk.who("siti"), number, Upload("a.pdf", PDF, "nib"), desk.now)
    with pytest.raises(NotFound):
        reveal(desk.who("sari"), number, "nib", desk.now)
    with pytest.raises(NotFound):
        open_attachment(desk.who("sari"), file.id, desk.now)
    assert open_attachment(desk.who("siti"), file.id, desk.now)[0].id == file.id


def test_only_who_opens_cases_changes_a_draft_of_the_counter(desk: Desk) -> None:
    counter = Application("uji/service", DATA, at_counter=True)
    number = save_draft(desk.who("sari"), counter, desk.now).number
    for verb in (update_draft, submit_draft):
        with pytest.raises(NotFound):
            verb(desk.who("rudi"), number, DATA, desk.now)
    assert submit_draft(desk.who("dewi"), number, DATA, desk.now).status == "open"


# tasks of others


@pytest.mark.parametrize("who", ["badu", "siti"])
def test_whom_a_task_is_none_of_learns_nothing_of_it(submitted: Desk, who: str) -> None:
    task = submitted.task("check")
    claim(submitted.who("sari"), task.id, submitted.now)
    for verb in (claim, release):
        with pytest.raises(NotFound):
            verb(submitted.who(who), task.id, submitted.now)
    submitted.do("sari", "check", GOOD)
    with pytest.raises(NotFound):
        complete(submitted.who(who), task.id, Given(1, GOOD), submitted.now)


def test_nobody_handles_an_application_of_their_own(desk: Desk) -> None:
    desk.submit("dewi", "uji/service", DATA)
    with pytest.raises((Forbidden, NotFound)):
        desk.do("dewi", "check", GOOD)
    desk.do("sari", "check", GOOD)
    assert desk.steps() == ["left", "right"]


def test_the_applicant_does_not_see_how_the_offices_own_steps_ended(submitted: Desk) -> None:
    submitted.do("sari", "check", GOOD)
    view = view_case(submitted.who("siti"), submitted.number)
    assert {row["step"]: row["outcome"] for row in case_json(view)["tasks"]}["check"] is None
    inside = view_case(submitted.who("sari"), submitted.number)
    assert {row["step"]: row["outcome"] for row in case_json(inside)["tasks"]}["check"] == "complete"


# files


def test_a_receipt_to_be_confirmed_is_no_time_to_exchange_documents(desk: Desk) -> None:
    process = PROCESS.replace("{permit: effective}], next: done}", "{permit: effective}], next: got}")
    process += "  got: {title: Terima, actor: applicant, clock: applicant, interpretation: uji, next: done}\n"
    republish("process", "uji/process", process)
    desk.submit("siti", "uji/service", DATA)
    desk.do("sari", "check", GOOD)
    desk.do("rudi", "left")
    desk.do("ratna", "right", outcome="on")
    desk.do("rudi", "meet")
    desk.do("sari", "wait")
    assert desk.steps() == ["got"]
    with pytest.raises(Conflict):
        attach(desk.who("siti"), desk.number, Upload("b.pdf", PDF, "nib"), desk.now)


def test_a_file_belongs_to_a_task_of_its_case_and_to_a_known_requirement(submitted: Desk) -> None:
    other = submitted.task("check").id
    number = draft(submitted)
    for upload in (
        Upload("a.pdf", PDF, task_id=other),
        Upload("a.pdf", PDF, task_id=10**9),
        Upload("a.pdf", PDF, "x" * 100),
    ):
        with pytest.raises(Invalid):
            attach(submitted.who("siti"), number, upload, submitted.now)


def broken_archives() -> list[bytes]:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("word/document.xml", "<xml/>")
    whole = bytearray(content.getvalue())
    at = whole.index(b"PK\x01\x02")
    whole[at : at + 4] = b"XXXX"
    return [bytes(whole), b"PK\x05\x06" + b"\xff" * 16 + b"\x00\x00"]


@pytest.mark.parametrize("content", broken_archives())
def test_a_broken_archive_is_refused_not_an_error(desk: Desk, content: bytes) -> None:
    number = draft(desk)
    with pytest.raises(Invalid):
        attach(desk.who("siti"), number, Upload("a.docx", content, "nib"), desk.now)


def test_a_case_has_room_for_so_much_and_a_person_for_so_many_drafts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MAX_CASE_BYTES", 2 * len(PDF))
    monkeypatch.setattr(submitting, "MAX_DRAFTS", 2)
    number = draft(desk)
    for _ in range(2):
        attach(desk.who("siti"), number, Upload("a.pdf", PDF, "nib"), desk.now)
    with pytest.raises(Invalid):
        attach(desk.who("siti"), number, Upload("a.pdf", PDF, "nib"), desk.now)
    draft(desk)
    with pytest.raises(Conflict):
        draft(desk)


# keys and mandates


def test_a_key_used_for_one_service_opens_no_case_of_another(desk: Desk) -> None:
    republish("service", "lain/service", SERVICE.replace("UJI", "LAIN"))
    draft(desk, idempotency_key="k")
    with pytest.raises(Conflict):
        submit(desk.who("siti"), Application("lain/service", DATA, "k"), desk.now)


def test_a_key_of_a_draft_submits_the_draft(desk: Desk) -> None:
    number = draft(desk, idempotency_key="k")
    case = submit(desk.who("siti"), Application("uji/service", DATA, "k"), desk.now)
    assert (case.number, case.status) == (number, "open")


def test_nobody_grants_themselves_a_mandate(submitted: Desk) -> None:
    sari = submitted.who("sari")
    party = submitted.case.party_id
    assert party is not None
    with pytest.raises(Forbidden):
        appointing.represent(party, sari.user_id, sari, submitted.now)


def test_a_code_gives_the_case_and_no_mandate_for_the_company(desk: Desk) -> None:
    number = submit(desk.who("sari"), Application("uji/service", DATA, at_counter=True), desk.now).number
    desk.submit("siti", "uji/service", DATA)
    take_over(desk.who("badu"), number, receipt_code(number), desk.now)
    assert view_case(desk.who("badu"), number).side == "applicant"
    with pytest.raises(NotFound):
        view_case(desk.who("badu"), desk.number)
    assert not Session.scalar(select(func.count()).where(Representative.is_confirmed))


def test_a_head_of_a_division_names_nobody_to_a_role_above_their_own(desk: Desk) -> None:
    ratna, sari = desk.who("ratna"), desk.who("sari")
    office_id = next(iter(ratna.offices))

    def appoint(role: str) -> int:
        new = NewAppointment(sari.user_id, role, office_id, desk.now.date(), capacity="plh", decree="SK 1")
        return appointing.appoint(new, ratna, desk.now)

    assert appoint("division_head")
    with pytest.raises(Forbidden):
        appoint("back_officer")


@pytest.mark.parametrize(("capacity", "prefix"), [("plt", "Plt. "), ("plh", "Plh. "), ("definitive", "")])
def test_a_deputy_signs_as_deputy(submitted: Desk, capacity: str, prefix: str) -> None:
    ratna = Session.scalars(select(Appointment).where(Appointment.role == "division_head")).one()
    ratna.capacity = capacity
    Session.commit()
    work = lock_task(submitted.task("check").id, submitted.who("ratna"), Given(), submitted.now)
    facts = signer_facts(work, "ratna", "division_head", submitted.now.date())
    assert facts["title"] == f"{prefix}Kepala Bidang"


def test_a_registration_sent_twice_at_once_makes_one_account(desk: Desk) -> None:
    new = NewAccount("Budi Contoh", "budi@contoh.test", "kuda-laut-biru")

    def attempt(_: int) -> None:
        try:
            register(new, lambda _name, _link: {"subject": "", "body": ""}, desk.now, confirm_first=True)
        finally:
            Session.remove()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(attempt, range(8)))
    assert Session.scalar(select(func.count()).where(User.email == new.email)) == 1


# what is shown


GROUPS = """
kind: form
title: Permohonan
sections:
  - title: Data
    fields:
      company_name: {type: text, title: Nama, required: true}
      nib: {type: nib, title: NIB, required: true}
      owners:
        type: group
        title: Pemilik
        fields:
          nik: {type: nik, title: NIK}
"""
NIK = "1211070101900001"


def test_identifiers_are_masked_in_the_rows_of_groups(desk: Desk) -> None:
    republish("form", "uji/application", GROUPS)
    named = {key: DATA[key] for key in ("company_name", "nib")}
    number = desk.submit("siti", "uji/service", {**named, "owners": [{"nik": NIK}]})
    shown = json.dumps(case_json(view_case(desk.who("sari"), number)))
    assert NIK not in shown
    assert NIK in json.dumps(case_json(view_case(desk.who("siti"), number)))


def test_another_companys_name_is_not_told_to_whoever_types_its_number(desk: Desk) -> None:
    desk.submit("siti", "uji/service", DATA)
    desk.submit("badu", "uji/service", {**DATA, "company_name": "CV Lain"})
    seen = case_json(view_case(desk.who("badu"), desk.number))
    assert seen["party"] == "CV Lain"


# odd requests


@pytest.mark.parametrize(
    "path", ["/cases/?after=²", "/registers/outgoing?year=²", "/cases/?after=" + "9" * 5000]
)
def test_a_number_that_is_none_is_refused(api: FlaskClient, headers: Headers, path: str) -> None:
    assert api.get(f"/api/v1{path}", headers=headers("sari")).status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"service": "uji", "data": {"a": NaN}, "draft": true}'],
)
def test_a_body_beyond_reading_is_a_400(api: FlaskClient, headers: Headers, body: bytes) -> None:
    answer = api.post("/api/v1/cases/", data=body, headers=headers("siti"), content_type="application/json")
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("path", ["/cases/", "/security/login", "/tasks/1/complete"])
def test_half_a_character_is_a_400(api: FlaskClient, headers: Headers, path: str) -> None:
    body = rb'{"service": "\uD800", "username": "\ud800", "password": "\ud800", "provider": "db"}'
    answer = api.post(f"/api/v1{path}", data=body, headers=headers("siti"), content_type="application/json")
    assert answer.status_code == 400, answer.text


def test_json_is_small(api: FlaskClient, headers: Headers) -> None:
    body = json.dumps({"service": "uji", "data": {"a": "x" * 5_000_000}, "draft": True})
    for path in ("/api/v1/cases/", "/api/v1/security/login", "/api/v1/inbound/oss/accepted"):
        assert api.post(path, data=body, content_type="application/json").status_code in (401, 413)
    answer = api.post("/api/v1/cases/", data=body, headers=headers("siti"), content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "facts", [{"checklist.nib": {"a": []}}, {"checklist.nib": 3}, {"checklist.nib": [1]}, {"x": None}]
)
def test_facts_of_a_wrong_type_are_no_error_of_ours(
    api: FlaskClient, headers: Headers, facts: dict[str, Any]
) -> None:
    answer = api.post(
        "/api/v1/rules/evaluate/uji/completeness", json={"facts": facts}, headers=headers("sari")
    )
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    "data", [{"checklist": []}, {"checklist": {"nib": []}}, {"checklist": {"nib": {"state": {}}}}]
)
def test_answers_of_a_wrong_shape_are_refused_by_field(
    api: FlaskClient, headers: Headers, submitted: Desk, data: dict[str, Any]
) -> None:
    task = submitted.task("check")
    path = f"/api/v1/tasks/{task.id}/complete"
    answer = api.post(path, json={"version": task.version, "data": data}, headers=headers("sari"))
    assert answer.status_code == 422, answer.text


# messages of outside systems


def inbound(app: Flask, api: FlaskClient, body: dict[str, Any], **more: Any) -> Any:
    content = json.dumps(body).encode()
    stamp = more.get("stamp") or str(int(clock.now().timestamp()))
    signature = hmac.new(b"kunci", f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
    sent = {"X-Message-Id": more.get("id", "1"), "X-Timestamp": stamp, "X-Signature": signature}
    return api.post(
        "/api/v1/inbound/oss/accepted", data=content, headers=sent, content_type="application/json"
    )


@pytest.fixture
def keyed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "OFFICE", replace(app.config["OFFICE"], demo_inbound_key="kunci"))


def wait(desk: Desk) -> None:
    desk.do("sari", "check", GOOD)
    desk.do("rudi", "left")
    desk.do("ratna", "right", outcome="on")
    desk.do("rudi", "meet")


def test_a_message_of_a_wrong_shape_is_refused_and_may_come_again(
    app: Flask, api: FlaskClient, submitted: Desk, keyed: None
) -> None:
    wait(submitted)
    for wrong in ({"data": "x"}, {"outcome": ["x"]}, {"correlation": 3}):
        answer = inbound(app, api, {"correlation": submitted.number, **wrong})
        assert answer.status_code == 422, answer.text
    assert inbound(app, api, {"correlation": submitted.number}).status_code == 200


def test_an_id_used_for_another_message_changes_nothing_more(
    app: Flask, api: FlaskClient, submitted: Desk, keyed: None
) -> None:
    wait(submitted)
    body = {"correlation": submitted.number}
    first = inbound(app, api, body)
    assert inbound(app, api, body).get_json() == first.get_json()
    again = inbound(app, api, {**body, "outcome": "other"})
    assert again.status_code == 409
    taken = select(Message).where(Message.direction == "in", Message.state == "done")
    kept = Session.scalars(taken).one()
    assert (kept.payload, kept.case_id) == (body, submitted.case.id)


@pytest.mark.parametrize("stamp", ["²", "1" * 5000, "-1", "1e9"])
def test_a_stamp_that_is_no_time_is_refused(app: Flask, api: FlaskClient, keyed: None, stamp: str) -> None:
    assert inbound(app, api, {"correlation": "x"}, stamp=stamp).status_code == 401


def test_systems_do_not_share_a_key_outside_the_demonstration(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    config.keys_dir.mkdir()
    (config.keys_dir / "inbound_oss").write_text("kunci-oss")
    assert (config.inbound_key("oss"), config.inbound_key("siinas")) == ("kunci-oss", "")
    assert config.inbound_key("../inbound_oss") == ""


# letters


@pytest.fixture
def dairi_desk(demo_office: DemoWorld) -> Desk:
    return Desk(MONDAY)


def test_guessing_a_passphrase_ends_the_session_and_locks_the_account(dairi_desk: Desk) -> None:
    dairi.submit(dairi_desk)
    dairi.walk(dairi_desk, "sign_orders")
    before = dairi_desk.who("head_of_office")
    for _ in range(FAILURES):
        assert dairi_desk.who("head_of_office").epoch == before.epoch
        with pytest.raises(Forbidden):
            dairi_desk.do("head_of_office", "sign_orders", outcome="good", passphrase="salah")
    assert dairi_desk.who("head_of_office").epoch > before.epoch
    account = Session.get_one(Account, before.user_id, populate_existing=True)
    assert account.locked_until is not None
    assert account.locked_until > dairi_desk.now
    refused = select(func.count()).where(AuditEvent.action == "account.passphrase_refused")
    assert Session.scalar(refused) == FAILURES


def test_nothing_is_withdrawn_after_the_decision_is_signed(dairi_desk: Desk) -> None:
    dairi.submit(dairi_desk)
    dairi.walk(dairi_desk, "number_permit")
    with pytest.raises(Conflict):
        withdraw(dairi_desk.who("applicant"), dairi_desk.number, "", dairi_desk.now)


def test_orders_and_the_receipt_are_no_decision(dairi_desk: Desk) -> None:
    dairi.submit(dairi_desk)
    dairi.walk(dairi_desk, "coordinate")
    assert withdraw(dairi_desk.who("applicant"), dairi_desk.number, "", dairi_desk.now).result == "withdrawn"


# what goes out


def test_an_address_that_no_mail_can_carry_stops_its_message(submitted: Desk, tmp_path: Path) -> None:
    transport.use("email", mail.carrier("", tmp_path, "uji@uji.test"))
    message = Session.scalars(select(Message).where(Message.channel == "email")).one()
    message.recipient = "siti@contoh.test\nBcc: semua@contoh.test"
    Session.commit()
    assert deliver_message(message.id, submitted.now) == "stopped"


def test_a_message_without_a_way_out_waits(submitted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(transport._carriers, "email", raising=False)
    message = Session.scalars(select(Message).where(Message.channel == "email")).one()
    assert deliver_message(message.id, submitted.now) == "queued"
    assert message.next_at is not None
    assert message.next_at > submitted.now


def test_a_number_belongs_to_the_offices_own_year(desk: Desk) -> None:
    night = wib("2027-01-01 03:00").astimezone(UTC)
    case = submit(desk.who("siti"), Application("uji/service", DATA), night)
    assert case.number == "UJI-2027-00001"


def test_an_error_of_the_database_tells_no_values(desk: Desk) -> None:
    with pytest.raises(DBAPIError) as error:
        Session.execute(text("SELECT 1/0, CAST(:nik AS text)"), {"nik": NIK})
    assert NIK not in str(error.value)


def test_a_kept_password_costs_each_guess_32_megabytes() -> None:
    _, n, r, p = SHIPPED_METHOD.split(":")
    assert 128 * int(n) * int(r) * int(p) >= 32 * 2**20
