"""A sixth service from files alone: published through the gate, walked to both letters, shown to its role."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock, storage
from app.audit.verify import verify as verify_audit
from app.cases.models import Correction, Decision
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Invalid
from app.factory import build, init_permissions
from app.flow.arrive import Arrival, arrive
from app.flow.fetch import fetch_letter
from app.flow.timeouts import overdue_tasks, time_out
from app.letters import press
from app.letters.models import Letter
from app.messages.models import Message
from app.people import permissions
from app.publishing.check import trial_with
from app.publishing.sync import sync
from app.registers.models import RegisterEntry
from app.reports.verification import check_code, check_file
from tests import night_market
from tests.desk import Desk, shown, wib
from tests.fixtures_demo import DemoWorld
from tests.fixtures_web import PASSWORD, csrf_of

NOW = "2026-11-23 08:00"


@pytest.fixture
def published(demo_office: DemoWorld, tmp_path: Path) -> Path:
    """The demonstration's folder with the new files, synchronised as the running installation does it."""
    folder = shutil.copytree(demo_office.config.definitions_dir, tmp_path / "definitions")
    night_market.add_files(folder)
    report = sync(folder, wib(NOW), trial_with(press.renderer(), folder))
    assert [str(problem) for problem in report.problems] == []
    assert len(report.published) == len([file for file in night_market.FILES.rglob("*") if file.is_file()])
    night_market.hire()
    return folder


@pytest.fixture
def desk(published: Path) -> Desk:
    return Desk(NOW)


def decision_letter(desk: Desk) -> Letter:
    query = select(Letter).where(Letter.case_id == desk.case.id).order_by(Letter.id.desc())
    return Session.scalars(query.execution_options(populate_existing=True)).first()


def is_genuine(letter: Letter) -> bool:
    """Both by its code and by its file; a changed file is not."""
    content = storage.read(letter.pdf_sha256 or "")
    return (
        check_code(letter.verify_code or "").intact
        and check_file(content).intact
        and not check_file(content + b"x").known
    )


def test_nothing_but_files_is_needed_to_offer_it(published: Path) -> None:
    service = current().get("service", night_market.SERVICE)
    assert (service.number, service.shape.title) == (1, "Izin Penyelenggaraan Pasar Malam")
    assert night_market.WARDEN in current().roles.roles


def test_a_permit_answered_by_the_police_signed_and_in_the_applicants_hands(desk: Desk) -> None:
    night_market.submit(desk)
    night_market.walk(desk, "site")
    assert sorted(desk.steps()) == ["police", "site"]
    desk.do("technical_team", "site", {"capacity": 900})
    assert desk.steps() == ["police"]  # the join waits for both
    arrive(Arrival("polres", "assessment", "p-1", desk.number, {"data": {"objection": False}}), desk.now)
    assert desk.steps() == ["decide"]
    night_market.walk(desk, "", since="decide")
    assert (desk.case.status, desk.case.result) == ("closed", "granted")
    permit = decision_letter(desk)
    assert (permit.template, permit.number) == ("night_market/permit", "503.9/0001/DPMPTSP/2026")
    assert [mark.role for mark in permit.initials] == [night_market.WARDEN]
    assert is_genuine(permit)
    lines = Session.execute(select(RegisterEntry.book, RegisterEntry.letter_id)).all()
    assert ("permits", permit.id) in [tuple(line) for line in lines]
    assert fetch_letter(desk.who("applicant"), permit, desk.now).getvalue().startswith(b"%PDF-")
    assert verify_audit() == []


def test_a_refusal_by_the_table_takes_the_other_letter_and_no_permit_number(desk: Desk) -> None:
    night_market.submit(desk)
    night_market.walk(desk, "", site={"data": {"capacity": 120}})
    assert (desk.case.status, desk.case.result) == ("closed", "refused")
    refusal = decision_letter(desk)
    assert (refusal.template, refusal.number) == ("night_market/refusal", "503.9/0001/DPMPTSP/XI/2026")
    decided = Session.scalars(select(Decision).where(Decision.step == "decide")).one()
    assert (decided.outcome, decided.reasons) == ("refuse", ["Lapangan menampung kurang dari 500 orang."])
    assert refusal.context["decision"]["decide"]["reasons"] == decided.reasons
    assert is_genuine(refusal)
    assert Session.scalars(select(RegisterEntry).where(RegisterEntry.book == "permits")).all() == []


def test_the_police_may_object_by_message(desk: Desk) -> None:
    night_market.submit(desk)
    night_market.walk(desk, "police")
    arrive(Arrival("polres", "assessment", "p-1", desk.number, {"data": {"objection": True}}), desk.now)
    told = desk.do(night_market.WARDEN, "decide", {"road_free": True})
    assert told["decision"]["reasons"] == ["Kepolisian Resor berkeberatan atas keamanan pasar malam."]


def test_a_wait_that_nobody_answers_ends_by_itself_after_two_working_days(desk: Desk) -> None:
    night_market.submit(desk)
    night_market.walk(desk, "police")
    assert shown(desk.task("police").due_at) == "25-11 16:00"
    assert overdue_tasks(wib("2026-11-25 15:59")) == []
    desk.at("2026-11-25 16:01")
    for task_id in overdue_tasks(desk.now):
        time_out(task_id, desk.now)
    assert desk.steps() == ["decide"]
    night_market.walk(desk, "", since="decide")
    assert desk.case.result == "granted"


def test_what_is_missing_goes_back_and_comes_in_again(desk: Desk) -> None:
    night_market.submit(desk, stalls=240)
    lacking = {"checklist": {**night_market.DOCUMENTS, "plan": {"state": "incomplete", "count": 1}}}
    told = desk.do(night_market.WARDEN, "check", lacking)
    assert len(told["decision"]["reasons"]) == 2
    assert (desk.steps(), desk.case.status) == (["apply"], "waiting_for_applicant")
    asked = Session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [row.requirement or row.field for row in asked] == ["plan", "stalls"]
    body = Session.scalars(select(Message.payload).where(Message.name == "incomplete")).one()["body"]
    assert "2. Lapak melebihi 200" in body
    desk.do("applicant", "apply", {"stalls": 180})
    night_market.walk(desk, "site")
    assert sorted(desk.steps()) == ["police", "site"]


def test_the_head_returns_the_draft_to_the_step_where_the_branches_met(desk: Desk) -> None:
    night_market.submit(desk)
    night_market.walk(desk, "sign")
    desk.do("head_of_office", "sign", outcome="send_back", note="Jalan belum diperiksa")
    assert desk.steps() == ["decide"]
    night_market.walk(desk, "", since="decide", decide={"data": {"road_free": False}})
    assert (desk.case.result, decision_letter(desk).template) == ("refused", "night_market/refusal")


def test_its_own_form_checks_what_it_says(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        night_market.submit(desk, nights=15, nik="3520")
    assert set(refused.value.errors) == {"nights", "nik"}


@pytest.fixture
def browser(published: Path, demo_office: DemoWorld) -> FlaskClient:
    """The new role's officer at the pages."""
    app: Flask = build(demo_office.config)
    app.testing = True
    with app.app_context():
        init_permissions(app)
        Session.commit()
    permissions.forget()
    clock.set_clock(wib(NOW))
    client = app.test_client()
    given = {"username": night_market.WARDEN, "password": PASSWORD, "csrf_token": csrf_of(client)}
    assert client.post("/login/", data=given).status_code == 302
    return client


def test_the_new_role_finds_its_inbox_its_form_and_its_screens(browser: FlaskClient) -> None:
    desk = Desk(NOW)
    number = night_market.submit(desk)
    inbox = browser.get("/office/").text
    assert number in inbox
    assert "Memeriksa kelengkapan berkas" in inbox
    task = browser.get(re.findall(r'href="(/office/tasks/\d+)"', inbox)[0]).text
    assert all(title in task for title in ("Fotokopi KTP penyelenggara", "Denah lapak", "Persetujuan warga"))
    allowed = {screen: browser.get(f"/data/{screen}/list/").status_code for screen in ("visits", "parties")}
    assert allowed == {"visits": 200, "parties": 200}
    assert browser.get("/data/appointments/list/").status_code in (302, 403, 404)
    sop = browser.get("/office/processes/night_market").text
    assert all(f"{title}" in sop for title in ("Menilai lapangan", "Penilaian keamanan oleh Polres"))
    assert "Izin Penyelenggaraan Pasar Malam" in browser.get("/services/").text
    assert "Denah lapak" in browser.get("/services/night_market").text
