"""The portal: what applicants and the public see, may do, and are kept from."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.cases.models import Attachment, Case, Correction, Task
from app.db import Session
from app.flow.attach import Upload, attach
from app.flow.parties import receipt_code
from app.letters.models import Letter
from tests import dairi
from tests.desk import Desk
from tests.web.conftest import Browser, OpenBrowser, field_errors, posted

FORM = "/services/dairi_ipui/apply"
PDF = b"%PDF-1.4 contoh"


def application(**other: Any) -> dict[str, Any]:
    return {**posted(dairi.APPLICATION), **other}


def file(name: str, content: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def the_case() -> Case:
    Session.rollback()
    return Session.scalars(select(Case).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    "address", ["/", "/services/", "/services/dairi_ipui", "/track/", "/verify/", "/verify/TIDAKADA"]
)
def test_everybody_reads_the_public_pages(browser: OpenBrowser, address: str) -> None:
    assert browser().get(address).status_code == 200


@pytest.mark.parametrize("address", ["/cases/", "/cases/X", FORM, "/letters/1/pdf", "/attachments/1"])
def test_a_visitor_is_asked_to_sign_in(browser: OpenBrowser, address: str) -> None:
    answer = browser().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")


def test_the_service_page_names_requirements_time_and_fee(browser: OpenBrowser) -> None:
    html = browser().text("/services/dairi_ipui")
    assert "Fotokopi NPWP" in html
    assert "Kepala Dinas" in html
    assert FORM in html


def test_wrong_formats_are_told_at_their_fields_and_nothing_is_lost(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    given = application(
        nib="123",
        land_area_m2="luas",
        do="save",
        file_npwp=file("npwp.pdf"),
        file_land=file("virus.exe", b"MZ"),
    )
    answer = siti.post(f"{FORM}?once=a", given)
    assert answer.status_code == 422
    assert len(field_errors(answer.text)) == 3
    assert 'value="luas"' in answer.text
    assert "npwp.pdf" in answer.text
    case = the_case()
    assert case.status == "draft"
    assert case.data["application"]["company_name"] == dairi.APPLICATION["company_name"]
    assert case.data["application"]["nib"] is None
    again = siti.text(f"/services/dairi_ipui/apply?case={case.number}")
    assert "npwp.pdf" in again
    assert dairi.APPLICATION["company_name"] in again


def test_all_that_keeps_an_application_back_is_told_in_one_list(browser: OpenBrowser) -> None:
    page = browser("applicant").post(f"{FORM}?once=a", application(nib="123", do="submit")).text
    assert page.count('role="alert"') == 1
    told = page.split('class="error-summary"')[1].split("</div>")[0]
    assert re.findall('href="(#[^"]+)"', told) == ["#f-nib", "#confirm-missing"]


def test_missing_documents_warn_once_and_never_block(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    first = siti.post(f"{FORM}?once=a", application(do="submit"))
    assert first.status_code == 422
    assert field_errors(first.text) == []
    assert 'name="confirm_missing"' in first.text
    assert 'href="#confirm-missing"' in first.text  # the page says what to do, not only that it is not sent
    number = the_case().number
    sent = siti.post(f"{FORM}?case={number}", application(do="submit", confirm_missing="yes"))
    assert sent.headers["Location"] == f"/cases/{number}"
    assert the_case().status == "open"
    assert receipt_code(number) in siti.text(f"/cases/{number}")
    assert receipt_code(number) not in siti.text(f"/cases/{number}")


def test_two_files_for_a_requirement_stand_beside_each_other(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    siti.post(f"{FORM}?once=a", application(do="save", file_land=[file("satu.pdf"), file("dua.pdf")]))
    assert len(the_case().data["application"]["file_land"]) == 2
    kept = [str(number) for number in the_case().data["application"]["file_land"]]
    number = the_case().number
    siti.post(f"{FORM}?case={number}", application(do="save", file_land=kept))
    assert len(the_case().data["application"]["file_land"]) == 2


def test_a_file_by_requirement_answers_the_forms_own_field(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    siti.post(f"{FORM}?once=a", application(do="save", **{"file-npwp": file("npwp.pdf")}))
    case = the_case()
    row = Session.scalars(select(Attachment)).one()
    assert (row.requirement, row.is_internal) == ("npwp", False)
    assert case.data["application"]["file_npwp"] == [row.id]
    refused = siti.post(
        f"{FORM}?case={case.number}", application(do="save", **{"file-npwp": file("x.pdf", b"no")})
    )
    assert refused.status_code == 422
    siti.post(f"{FORM}?case={case.number}", application(do="save", **{f"file-{'x' * 99}": file("x.pdf")}))
    assert Session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_a_second_click_finds_the_case_of_the_first(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    given = application(do="submit", confirm_missing="yes")
    places = [siti.post(f"{FORM}?once=a", given).headers["Location"] for _ in range(2)]
    assert places == [f"/cases/{the_case().number}"] * 2


def test_a_draft_goes_on_as_a_form_and_is_listed(browser: OpenBrowser) -> None:
    siti = browser("applicant")
    siti.post(f"{FORM}?once=a", application(do="save"))
    number = the_case().number
    assert siti.get(f"/cases/{number}").headers["Location"] == f"{FORM}?case={number}"
    assert number in siti.text("/cases/")
    assert browser("front_officer").get(f"/cases/{number}").status_code == 404


def test_strangers_find_nothing_of_a_case(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    row = attach_late(desk, number)
    togar = browser("applicant2")
    for address in (f"/cases/{number}", f"{FORM}?case={number}", f"/attachments/{row}", "/letters/1/pdf"):
        assert togar.get(address).status_code == 404, address
    assert togar.post(f"/cases/{number}/withdraw", {"note": "bukan milik saya"}).status_code == 404
    task = desk.task("check")
    assert togar.post(f"/cases/{number}/tasks/{task.id}").status_code == 404
    assert number not in togar.text("/cases/")
    assert the_case().status == "open"


def attach_late(desk: Desk, number: str) -> int:
    """A file that the office has put into the case."""
    upload = Upload("catatan.pdf", PDF, task_id=desk.task("check").id)
    return attach(desk.who("front_officer"), number, upload, desk.now).id


def test_the_offices_own_files_stay_inside(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    row = attach_late(desk, number)
    siti = browser("applicant")
    assert siti.get(f"/attachments/{row}").status_code == 404
    assert "catatan.pdf" not in siti.text(f"/cases/{number}")
    assert browser("front_officer").get(f"/attachments/{row}").status_code == 200


def test_staff_are_sent_to_the_offices_page(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    answer = browser("front_officer").get(f"/cases/{number}")
    assert answer.headers["Location"] == f"/office/cases/{number}"


def corrected(desk: Desk) -> str:
    """A case that waits for its applicant."""
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    fault = {"state": "wrong", "note": "NPWP tidak sesuai dengan data pada NIB"}
    desk.do("front_officer", "check", dairi.checklist(npwp=fault))
    return number


def test_a_correction_is_answered_where_it_is_asked(browser: OpenBrowser, desk: Desk) -> None:
    number = corrected(desk)
    siti = browser("applicant")
    page = siti.text(f"/cases/{number}")
    assert "NPWP tidak sesuai dengan data pada NIB" in page
    task = desk.task("apply")
    given = application(version=task.version, **{"file-npwp": file("npwp-baru.pdf")})
    answer = siti.post(f"/cases/{number}/tasks/{task.id}", given)
    assert answer.headers["Location"] == f"/cases/{number}"
    assert desk.steps() == ["check"]
    assert Session.scalars(select(Correction)).one().state == "answered"
    assert "npwp-baru.pdf" in siti.text(f"/cases/{number}")


def test_a_refused_correction_keeps_what_was_typed(browser: OpenBrowser, desk: Desk) -> None:
    number = corrected(desk)
    siti = browser("applicant")
    task = desk.task("apply")
    answer = siti.post(f"/cases/{number}/tasks/{task.id}", {"version": task.version})
    assert answer.status_code == 422
    assert "Perbaiki bagian ini, atau jelaskan" in answer.text
    number_of = f"reply-{Session.scalars(select(Correction)).one().id}"
    forged = {"version": task.version, number_of: "NPWP sudah benar", "address": "Alamat baru"}
    answer = siti.post(f"/cases/{number}/tasks/{task.id}", forged)
    assert answer.status_code == 422
    assert "Kantor tidak meminta bagian ini diubah" in answer.text
    assert "NPWP sudah benar" in answer.text
    assert the_case().data["application"]["address"] == dairi.APPLICATION["address"]
    wrong_file = application(version=task.version, **{"file-npwp": file("npwp.exe", b"MZ")})
    assert siti.post(f"/cases/{number}/tasks/{task.id}", wrong_file).status_code == 422
    assert desk.steps() == ["apply"]


def test_an_applicant_withdraws(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    browser("applicant").post(f"/cases/{number}/withdraw", {"note": "tidak jadi"})
    assert (the_case().status, the_case().result) == ("closed", "withdrawn")


def test_the_status_is_told_for_number_and_code_without_names(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    visitor = browser()
    good = visitor.post("/track/", {"number": number.lower(), "secret": receipt_code(number).lower()})
    assert good.status_code == 200
    assert "Petugas Loket" in good.text
    for hidden in ("Mebel", dairi.APPLICATION["nib"], dairi.APPLICATION["director_nik"], "Rumondang"):
        assert hidden not in good.text
    assert visitor.post("/track/", {"number": number, "secret": "SALAH"}).status_code == 404
    assert visitor.post("/track/", {"number": "TIDAK-ADA", "secret": "SALAH"}).status_code == 404


def test_guessing_codes_is_slowed_down(browser: OpenBrowser) -> None:
    visitor = browser()
    codes = [visitor.post("/track/", {"number": "X", "secret": str(i)}).status_code for i in range(32)]
    assert codes[-1] == 429


def test_a_counter_case_is_taken_over_with_its_code(browser: OpenBrowser, desk: Desk) -> None:
    number = desk.submit("front_officer", dairi.SERVICE, dairi.APPLICATION, at_counter=True)
    siti = browser("applicant")
    assert siti.get(f"/cases/{number}").status_code == 404
    assert siti.post("/cases/take-over", {"number": number, "secret": "SALAH"}).status_code == 404
    taken = siti.post("/cases/take-over", {"number": number, "secret": receipt_code(number)})
    assert taken.headers["Location"] == f"/cases/{number}"
    assert number in siti.text(f"/cases/{number}")
    stolen = {"number": number, "secret": receipt_code(number)}
    assert browser("applicant2").post("/cases/take-over", stolen).status_code == 409


def released(desk: Desk) -> Letter:
    """The receipt of a case, delivered in its second step."""
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    desk.do("front_officer", "check", dairi.checklist())
    desk.do("front_officer", "receipt")
    return Session.scalars(select(Letter)).one()


def test_letters_are_downloaded_by_their_people_and_verified_by_everybody(
    browser: OpenBrowser, desk: Desk
) -> None:
    letter = released(desk)
    address = f"/letters/{letter.id}/pdf"
    siti, visitor = browser("applicant"), browser()
    pdf = siti.get(address)
    assert pdf.data.startswith(b"%PDF-")
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert browser("applicant2").get(address).status_code == 404
    by_code = visitor.text(f"/verify/{letter.verify_code}")
    assert letter.number is None or letter.number in by_code
    assert "Mebel" not in by_code
    genuine = visitor.post("/verify/", {"file": file("surat.pdf", pdf.data)})
    changed = visitor.post("/verify/", {"file": file("surat.pdf", pdf.data + b" ")})
    assert "result-ok" in genuine.text
    assert "result-bad" in changed.text
    assert "result-unknown" in visitor.text("/verify/TIDAKADA")
    downloads = select(func.count()).where(AuditEvent.action == "letter.downloaded")
    assert Session.scalar(downloads) == 1


def refused(desk: Desk) -> None:
    """A case whose refusal is to be drafted."""
    dairi.submit(desk)
    dairi.walk(desk, "visit")
    found = dairi.visited(waste_within_document=False, waste_note="Limbah melebihi dokumen lingkungan")
    desk.do("technical_team", "visit", found)
    for member in dairi.TEAM:
        desk.do(member, "confirm_report")
    desk.do("technical_team", "recommend", dairi.GOOD_JUDGEMENT)


def test_the_first_download_of_the_decision_is_its_receipt(browser: OpenBrowser, desk: Desk) -> None:
    refused(desk)
    dairi.walk(desk, "take_refusal", dairi.REFUSAL_ROAD)
    refusal = Session.scalars(select(Letter.id).where(Letter.slot == "refusal")).one()
    assert desk.steps() == ["take_refusal"]
    siti = browser("applicant")
    assert browser("general_affairs").get(f"/letters/{refusal}/pdf").status_code == 200
    assert desk.steps() == ["take_refusal"]
    assert siti.get(f"/letters/{refusal}/pdf").status_code == 200
    assert (desk.case.status, desk.case.result) == ("closed", "refused")
    assert siti.get(f"/letters/{refusal}/pdf").status_code == 200
    by = Session.scalars(select(Task.completed_by).where(Task.step == "take_refusal")).one()
    assert by == "applicant"


WEIRD = ["%00", "'", "%F0%9F%92%A3", "-1", "99999999999999999999", "..%2F..", "x" * 300]


@pytest.mark.parametrize("odd", WEIRD)
def test_odd_addresses_are_refused_and_break_nothing(browser: OpenBrowser, odd: str) -> None:
    siti = browser("applicant")
    places = [
        f"/services/{odd}", f"/cases/{odd}", f"/cases/?after={odd}", f"/verify/{odd}", f"/verify/?code={odd}",
        f"{FORM}?case={odd}", f"{FORM}?once={odd}", f"/track/?number={odd}", f"/letters/{odd}/pdf",
        f"/attachments/{odd}",
    ]  # fmt: skip
    for address in places:
        assert siti.get(address).status_code < 500, address


def test_odd_forms_are_refused_and_break_nothing(browser: OpenBrowser, desk: Desk) -> None:
    siti, visitor = browser("applicant"), browser()
    odd = {key: "\x00\ud83d" if index % 2 else "💣" * 50 for index, key in enumerate(application())}
    odd = {key: value.encode("utf-8", "replace").decode() for key, value in odd.items()}
    for given in (
        {},
        {"do": "submit"},
        {**odd, "do": "submit"},
        {"products-9999999-product": "x", "do": "save"},
    ):
        assert siti.post(f"{FORM}?once={len(given)}", given).status_code in (302, 422)
    number = corrected(desk)
    task = desk.task("apply")
    for given in ({}, {"version": "x"}, {"version": "9" * 30}, {"version": "0"}):
        assert siti.post(f"/cases/{number}/tasks/{task.id}", given).status_code < 500, given
    for content in (b"", b"MZ", b"%PDF-1.4" + b"0" * 2000):
        assert visitor.post("/verify/", {"file": file("x.pdf", content)}).status_code in (200, 422)
    assert visitor.post("/verify/", {}).status_code == 422


def test_pages_do_without_inline_scripts(browser: OpenBrowser, desk: Desk) -> None:
    number = corrected(desk)
    siti: Browser = browser("applicant")
    for address in ("/", "/services/dairi_ipui", FORM, "/cases/", f"/cases/{number}", "/track/", "/verify/"):
        html = siti.client.get(address, follow_redirects=True).text
        assert not re.search(r"<script(?![^>]*src=)", html), address
        assert not re.search(r"\son[a-z]+=", html), address
        assert ' style="' not in html, address
