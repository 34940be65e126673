"""Survey, report, follow-up and complaints at the pages: who gets in, what is told at which field."""

import csv
import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.catalogue import current
from app.feedback import invitation
from app.feedback.elements import ELEMENTS
from app.feedback.models import FollowUp, SurveyAnswer, SurveyInvitation, SurveyPublication
from app.feedback.models_complaint import Complaint
from app.flow.parties import receipt_code
from app.people.models import Office
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests import magetan
from tests.desk import WIB, Desk, wib
from tests.web.conftest import OpenBrowser, field_errors

SERVICE = magetan.SERVICE
DETAIL = f"/survey-results/?service={SERVICE}"
KINDS = ("service", "process", "form", "decision_table", "letter", "messages")
ALL_FOUR = dict.fromkeys(ELEMENTS, "4")
COMPLAINT = {"category": "ordinary", "subject": "Loket tutup (uji)", "body": "Loket tutup sebelum waktunya."}


def magetan_office() -> Office:
    return Session.scalars(select(Office).where(Office.key == "magetan")).one()


@pytest.fixture
def link(desk: Desk) -> str:
    """The link to the survey of a case that was refused."""
    magetan.submit(desk)
    machines = [{"name": "Mesin sangrai", "reported": 6, "installed": 2}]
    magetan.walk(desk, "validate", visit={"data": magetan.visited(machines=machines)})
    desk.do("validator", "validate", {"report_valid": True})
    desk.do("issuer", "refuse", outcome="good")
    return f"/survey/{invitation.code_of(desk.number)}"


def answer_once(suggestion: str = "") -> None:
    row = {**dict.fromkeys(ELEMENTS, 4), "suggestion": suggestion}
    Session.add(SurveyAnswer(office_id=magetan_office().id, service=SERVICE, month=date(2026, 11, 1), **row))
    Session.commit()


def test_the_survey_waits_on_the_page_of_the_case_and_of_the_receipt(
    browser: OpenBrowser, desk: Desk, link: str
) -> None:
    assert link in browser("applicant").text(f"/cases/{desk.number}")
    visitor = browser()
    shown = visitor.post("/track/", {"number": desk.number, "secret": receipt_code(desk.number)})
    assert link in shown.text
    assert link not in browser("registrar").text(f"/office/cases/{desk.number}")
    assert visitor.post(link, ALL_FOUR).status_code == 200
    assert link not in browser("applicant").text(f"/cases/{desk.number}")


def test_the_survey_says_at_each_question_what_is_missing(browser: OpenBrowser, link: str) -> None:
    visitor = browser()
    given = {**ALL_FOUR, "cost": "", "time": "9", "age": "0", "suggestion": "Baik"}
    told = visitor.post(link, given)
    assert told.status_code == 422
    errors = re.findall(r'class="field-error" id="(\w+)-error"', told.text)
    assert errors == ["time", "cost", "age"]
    assert ">Baik</textarea>" in told.text
    assert visitor.post(link, ALL_FOUR).status_code == 200
    again = visitor.post(link, ALL_FOUR)
    assert (again.status_code, "sudah dipakai" in again.text) == (404, True)
    assert visitor.get("/survey/tidak-ada").status_code == 404
    assert (
        len(Session.scalars(select(SurveyAnswer).where(SurveyAnswer.month == date(2026, 11, 1))).all()) == 1
    )


def test_nothing_is_noted_of_who_answers(browser: OpenBrowser, link: str) -> None:
    before = Session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc())).first()
    Session.rollback()
    applicant = browser("applicant")
    signed_in = Session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc())).first()
    Session.rollback()
    assert applicant.post(link, ALL_FOUR).status_code == 200
    assert Session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc())).first() in (
        before,
        signed_in,
    )
    assert Session.scalars(select(SurveyInvitation)).all() == []


@pytest.mark.parametrize("username", ["registrar", "verifier", "processor", "applicant", "courier"])
def test_the_report_is_for_heads_and_administrators(browser: OpenBrowser, username: str) -> None:
    person = browser(username)
    for address in (DETAIL, f"/survey-results/export/csv?service={SERVICE}"):
        assert person.get(address).status_code == 403
    assert person.post("/survey-results/publish", {"service": SERVICE}).status_code == 403


def test_a_visitor_is_asked_to_sign_in(browser: OpenBrowser) -> None:
    for address in (DETAIL, "/office/complaints/", "/office/complaint-entry/"):
        assert "/login/" in browser().get(address).headers["Location"]


def test_head_and_administrator_read_the_same_index(browser: OpenBrowser) -> None:
    for username in ("head_of_office", "issuer", "admin"):
        page = browser(username).text(DETAIL + "&period=2025-Q4")
        assert "91,48" in page
        assert "Waktu penyelesaian" in page
    assert "Umumkan indeks" not in browser("admin").text(DETAIL + "&period=2025-Q4")


def test_the_report_leaves_as_csv_and_xlsx_without_formulas(browser: OpenBrowser) -> None:
    answer_once("=HYPERLINK(1)")
    answer_once("Baris\x0blain")  # what no workbook may hold must not keep the report from anybody
    head = browser("head_of_office")
    wanted = f"?service={SERVICE}&period=2026&office={magetan_office().id}"
    rows = list(
        csv.reader(io.StringIO(head.get(f"/survey-results/export/csv{wanted}").data.decode("utf-8-sig")))
    )
    assert ["Indeks", "100.00"] in rows
    assert ["'=HYPERLINK(1)"] in rows
    sheet = load_workbook(io.BytesIO(head.get(f"/survey-results/export/xlsx{wanted}").data)).active
    cells = {cell.value: cell.data_type for row in sheet for cell in row if cell.value}  # type: ignore[union-attr]
    assert cells["=HYPERLINK(1)"] == "s"
    assert cells["U9"] == "s"
    assert "Barislain" in cells
    assert head.get(f"/survey-results/export/pdf{wanted}").status_code == 404
    assert head.get("/survey-results/export/csv?service=dairi_ipui/service").status_code == 404


def test_what_the_head_publishes_stands_on_the_page_of_the_service(browser: OpenBrowser) -> None:
    answer_once()
    clock.set_clock(wib("2026-12-01 08:00"))
    head, office_id = browser("head_of_office"), magetan_office().id
    given = {"service": SERVICE, "period": "2026-11", "office": str(office_id)}
    assert head.post("/survey-results/publish", given).status_code == 302
    page = browser().text("/services/ipui_magetan")
    assert "Indeks Kepuasan Masyarakat 100,00" in page
    api = browser().get("/api/v1/services/ipui_magetan").get_json()
    assert api["satisfaction"]["index"] == 100.0
    assert api["satisfaction"]["grade"] == "A"
    given["period"] = "2026"
    assert head.post("/survey-results/publish", given).status_code == 302
    periods = Session.scalars(select(SurveyPublication.last)).all()
    assert date(2026, 12, 31) not in periods


def test_the_follow_up_list_is_kept_with_its_audit_lines(browser: OpenBrowser) -> None:
    head, office_id = browser("head_of_office"), magetan_office().id
    given = {
        "office": str(office_id), "service": SERVICE, "element": "time", "action": "Tambah petugas (uji)",
        "responsible": "Bagian verifikasi", "due_on": "2026-12-31",
    }  # fmt: skip
    assert head.post("/data/follow_ups/add", {**given, "done_on": "2027-01-01"}).status_code == 200
    wrong = head.post("/data/follow_ups/add", {**given, "service": "dairi_ipui/service"})
    assert "milik kantor lain" in unescape(wrong.text)
    assert head.post("/data/follow_ups/add", given).status_code == 302
    row = Session.scalars(select(FollowUp).where(FollowUp.action == "Tambah petugas (uji)")).one()
    Session.rollback()
    done = {**given, "done_on": "2026-11-20", "outcome": "Selesai"}
    assert head.post(f"/data/follow_ups/edit/{row.id}", done).status_code == 302
    assert "Tambah petugas (uji)" in head.text(DETAIL)
    assert head.post(f"/data/follow_ups/delete/{row.id}").status_code == 302
    told = select(AuditEvent.action).where(
        AuditEvent.action.like("follow_up.%"), AuditEvent.actor == "head_of_office"
    )
    assert Session.scalars(told.order_by(AuditEvent.id)).all() == [
        "follow_up.added", "follow_up.changed", "follow_up.removed",
    ]  # fmt: skip
    assert browser("admin").get("/data/follow_ups/add").status_code in (302, 403)
    assert browser("registrar").get("/data/follow_ups/list/").status_code == 403


def test_a_complaint_is_filed_without_an_account_and_read_with_its_code(browser: OpenBrowser) -> None:
    citizen = browser()
    wrong = citizen.post("/complaints/new/ipui_magetan", {"category": "ordinary", "email": "x", "body": " "})
    assert wrong.status_code == 422
    assert 'id="subject-error"' in wrong.text
    assert 'id="email-error"' in wrong.text
    page = citizen.post("/complaints/new/ipui_magetan", {**COMPLAINT, "name": "Warga (Fiktif)"}).text
    ticket, code = re.findall(r'<span class="code nowrap">([^<]+)</span>', page)
    for number, guess in ((ticket, "salah"), ("ADU-MAGETAN-2026-99999", code)):
        assert citizen.post("/complaints/track", {"ticket": number, "code": guess}).status_code == 404
    assert (
        "Loket tutup sebelum waktunya."
        in citizen.post("/complaints/track", {"ticket": ticket, "code": code}).text
    )
    assert "Loket tutup" not in citizen.text(f"/complaints/track?ticket={ticket}")

    officer = browser("registrar")
    assert "Loket tutup (uji)" in officer.text("/office/complaints/")
    assert "Warga (Fiktif)" not in officer.text(f"/office/complaints/{ticket}")
    empty = officer.post(f"/office/complaints/{ticket}/answer", {"text": " ", "version": "1"})
    assert (empty.status_code, 'id="text-error"' in empty.text) == (422, True)
    assert (
        officer.post(f"/office/complaints/{ticket}/answer", {"text": "Maaf.", "version": "1"}).status_code
        == 302
    )
    read = citizen.post("/complaints/track", {"ticket": ticket, "code": code, "text": ""})
    assert (read.status_code, "Maaf." in read.text) == (422, True)
    replied = citizen.post("/complaints/track", {"ticket": ticket, "code": code, "text": "Terima kasih."})
    assert "Terima kasih." in replied.text
    assert "Nina" not in replied.text


def filed(browser: OpenBrowser, **more: str) -> str:
    page = browser().post("/complaints/new/ipui_magetan", {**COMPLAINT, **more}).text
    return re.findall(r'<span class="code nowrap">([^<]+)</span>', page)[0]


def test_whom_it_is_about_and_whom_it_does_not_concern_see_nothing(browser: OpenBrowser) -> None:
    ticket = filed(browser, concerns_officer="y", about_role="issuer")
    for username in ("issuer", "registrar"):
        officer = browser(username)
        assert ticket not in officer.text("/office/complaints/?state=all")
        assert officer.get(f"/office/complaints/{ticket}").status_code == 404
        for verb in ("classify", "assign", "escalate", "note", "answer", "close", "identity"):
            assert officer.post(f"/office/complaints/{ticket}/{verb}", {"text": "x"}).status_code == 404, verb
    for username in ("verifier", "applicant", "admin"):
        assert browser(username).get(f"/office/complaints/{ticket}").status_code == 403
    assert ticket in browser("secretary").text("/office/complaints/")


def test_who_hands_a_complaint_about_a_colleague_on_is_told_that_it_is_out_of_sight(
    browser: OpenBrowser,
) -> None:
    ticket, officer = filed(browser), browser("registrar")
    given = {"category": "ordinary", "concerns_officer": "y", "about": "front_officer", "version": "1"}
    told = officer.post(f"/office/complaints/{ticket}/classify", given)
    assert told.headers["Location"].endswith("/office/complaints/")
    assert "pengawas pengaduan" in officer.text("/office/complaints/")
    assert officer.get(f"/office/complaints/{ticket}").status_code == 404


def test_a_complaint_outlives_its_service(browser: OpenBrowser) -> None:
    page = browser().post("/complaints/new/ipui_magetan", COMPLAINT).text
    ticket, code = re.findall(r'<span class="code nowrap">([^<]+)</span>', page)
    officer = browser("registrar")
    own = [
        entry for kind in KINDS for entry in current().entries(kind) if entry.key.startswith("ipui_magetan/")
    ]
    publish({(entry.kind, entry.key): None for entry in own}, Act("admin", clock.now()))
    assert "Loket tutup (uji)" in officer.text("/office/complaints/")
    address = f"/office/complaints/{ticket}"
    assert officer.post(f"{address}/classify", {"category": "inquiry", "version": "1"}).status_code == 302
    assert officer.post(f"{address}/answer", {"text": "Sudah.", "version": "2"}).status_code == 302
    assert "Sudah." in browser().post("/complaints/track", {"ticket": ticket, "code": code}).text


def test_the_identity_is_opened_on_demand_and_recorded(browser: OpenBrowser) -> None:
    ticket = filed(browser, name="Wati Rahasia (Fiktif)", phone="081200000099", is_secret="y")
    head = browser("head_of_office")
    assert "Wati" not in head.text(f"/office/complaints/{ticket}")
    assert "Wati Rahasia (Fiktif)" in head.post(f"/office/complaints/{ticket}/identity").text
    assert "Wati" not in head.text(f"/office/complaints/{ticket}")
    refused = browser("front_officer").post(f"/office/complaints/{ticket}/identity")
    assert refused.status_code == 302
    told = select(AuditEvent.actor).where(AuditEvent.action == "complaint.identity_opened")
    assert Session.scalars(told).all() == ["head_of_office"]


def test_a_complaint_by_telephone_is_entered_with_the_moment_it_came(browser: OpenBrowser) -> None:
    officer = browser("front_officer")
    address = "/office/complaint-entry/ipui_magetan"
    assert 'value="website"' not in officer.text(address)
    given: dict[str, Any] = {**COMPLAINT, "channel": "phone", "received_at": "2026-11-19T10:00"}
    late = officer.post(address, {**given, "received_at": "2026-12-24T10:00"})
    assert (late.status_code, 'id="received_at-error"' in late.text) == (422, True)
    wrong = officer.post(address, {**given, "channel": "website"})
    assert wrong.status_code == 422
    assert officer.post(address, given).status_code == 302
    row = Session.scalars(select(Complaint).where(Complaint.subject == COMPLAINT["subject"])).one()
    assert (row.channel, row.registered_by, row.received_at) == (
        "phone",
        "front_officer",
        wib("2026-11-19 10:00"),
    )


@pytest.mark.parametrize(
    ("category", "due"),
    [("ordinary", "14-01-2027"), ("inquiry", "30-12-2026"), ("oversight", "01-04-2027")],
)
def test_k30_a_complaint_by_whatsapp_shows_its_limit_and_no_secret_complainant(
    browser: OpenBrowser, category: str, due: str
) -> None:
    clock.set_clock(wib("2026-12-21 09:00"))
    officer = browser("registrar")
    came = {"channel": "whatsapp", "received_at": "2026-12-21T09:00", "category": category}
    who = {"name": "Wati Rahasia (Fiktif)", "phone": "081200000099", "is_secret": "y"}
    answer = officer.post("/office/complaint-entry/ipui_magetan", {**COMPLAINT, **came, **who})
    assert answer.status_code == 302, field_errors(answer.text)
    row = Session.scalars(select(Complaint).where(Complaint.subject == COMPLAINT["subject"])).one()
    assert (row.channel, row.category, row.due_at.astimezone(WIB).strftime("%d-%m-%Y %H.%M")) == (
        "whatsapp", category, f"{due} 16.00",
    )  # fmt: skip
    for address in (f"/office/complaints/{row.ticket}", "/office/complaints/?state=all"):
        page = officer.text(address)
        assert due in page
        assert "Wati" not in page
        assert "0812" not in page


def test_a_case_number_typed_wrong_by_an_officer_is_told_at_its_field(browser: OpenBrowser) -> None:
    ticket = filed(browser)
    given = {"category": "oversight", "case_number": "IPUIM-2026-99999", "version": "1"}
    told = browser("registrar").post(f"/office/complaints/{ticket}/classify", given)
    assert (told.status_code, 'id="case_number-error"' in told.text) == (422, True)
    given["case_number"] = ""
    assert browser("registrar").post(f"/office/complaints/{ticket}/classify", given).status_code == 302
    stale = browser("registrar").post(f"/office/complaints/{ticket}/classify", given)
    assert stale.status_code == 302
    assert Session.scalars(select(Complaint.version).where(Complaint.ticket == ticket)).one() == 2
