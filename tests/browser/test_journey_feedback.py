"""From a finished Magetan case to the index, and from a complaint to the answer, at people's browsers."""

import time

import pytest
from playwright.sync_api import Page, expect

from app.feedback.elements import ELEMENTS
from tests import magetan
from tests.browser import desk
from tests.browser.live import OPENED, Live, move_clock
from tests.browser.look import faults, grave_findings, too_wide
from tests.browser.people import PHONE, People, said

pytestmark = pytest.mark.browser

SURVEY = 'main a[href*="/survey/"]'
REPORT = "/survey-results/?service=ipui_magetan/service"


def wait_for_survey(page: Page, number: str) -> str:
    """Look at the case until OSS has issued the permit and the survey is offered; its address."""
    ends = time.monotonic() + desk.OSS_SECONDS
    while True:
        page.goto(f"/cases/{number}")
        try:
            expect(page.locator(SURVEY)).to_be_visible(timeout=500)
        except AssertionError:
            if time.monotonic() > ends:
                raise
        else:
            return page.locator(SURVEY).get_attribute("href") or ""


def looked_at(page: Page) -> None:
    assert [*too_wide(page), *grave_findings(page)] == []


def test_k12_five_officers_a_licence_by_oss_a_survey_and_its_index(live: Live, person: People) -> None:
    move_clock(live.folder, OPENED)
    page = person("applicant")
    number = desk.apply(page, "/services/ipui_magetan/apply", magetan.APPLICATION)
    desk.walk(person, number, "register", road=magetan.ROAD)
    address = wait_for_survey(page, number)
    expect(page.get_by_text(said("Permit effective"), exact=True)).to_be_visible()
    report = desk.office_copy(person("issuer"), number, "Berita Acara Pemeriksaan")
    desk.expect_genuine(person, report, "/BA/DPMPTSP/2026")

    # whoever has the link needs no account: a phone that nobody has signed in on
    phone = person.visitor()
    phone.set_viewport_size(PHONE)
    phone.goto(address)
    looked_at(phone)
    expect(phone.locator("main")).not_to_contain_text(number)
    for key in list(ELEMENTS)[1:]:
        phone.locator(f'[name="{key}"][value="4"]').check()
    phone.fill('[name="suggestion"]', "Sangat membantu (uji)")
    phone.get_by_role("button", name=said("Send the answers")).click()
    expect(phone.locator("#requirements .field-error")).to_contain_text(
        said("Choose one of the four answers.")
    )
    expect(phone.locator('[name="facilities"][value="4"]')).to_be_checked()
    looked_at(phone)
    phone.locator('[name="requirements"][value="3"]').check()
    phone.get_by_role("button", name=said("Send the answers")).click()
    expect(phone.get_by_text(said("Thank you for your answers"))).to_be_visible()

    assert phone.goto(address).status == 404  # type: ignore[union-attr]
    expect(phone.get_by_text(said("This survey link is not open"), exact=True)).to_be_visible()
    page = person("applicant")
    page.goto(f"/cases/{number}")
    expect(page.locator(SURVEY)).to_have_count(0)

    head = person("head_of_office")
    head.goto(REPORT + "&period=2026-Q4")
    expect(head.locator("#detail .figures")).to_contain_text("97,22")
    expect(head.locator("#detail")).to_contain_text("Sangat membantu (uji)")
    expect(head.locator("#about")).to_contain_text(said("Too few to be shown without telling who they are."))
    head.goto(REPORT + "&period=2025-Q4")
    expect(head.locator("#detail .figures")).to_contain_text("91,48")


def test_a_citizen_complains_an_officer_answers_the_citizen_reads(live: Live, person: People) -> None:
    citizen = person.visitor()
    citizen.set_viewport_size(PHONE)
    citizen.goto("/complaints/")
    looked_at(citizen)
    citizen.locator('a[href$="/complaints/new/ipui_magetan"]').click()
    expect(citizen.locator('[name="subject"]')).to_be_visible()
    looked_at(citizen)
    citizen.locator('[name="category"][value="ordinary"]').check()
    citizen.fill('[name="subject"]', "Pas foto diminta tiga lembar (uji)")
    citizen.fill('[name="body"]', "Di loket saya diminta tiga lembar, padahal standar menyebut dua.")
    citizen.fill('[name="name"]', "Warga Uji (Fiktif)")
    citizen.fill('[name="email"]', "bukan surel")
    citizen.locator("main form").evaluate("form => form.noValidate = true")
    citizen.locator('main form button[type="submit"]').click()
    expect(citizen.locator("#email-error")).to_be_visible()
    citizen.fill('[name="email"]', "warga@uji.example")
    citizen.locator('main form button[type="submit"]').click()
    kept = citizen.locator(".notice .code")
    expect(kept).to_have_count(2)
    ticket, code = kept.all_inner_texts()
    looked_at(citizen)

    officer = person("registrar")
    officer.goto("/office/complaints/")
    officer.get_by_role("link", name="Pas foto diminta tiga lembar (uji)").click()
    expect(officer.locator("main")).not_to_contain_text("Warga Uji")
    expect(officer.locator("main")).not_to_contain_text("warga@uji.example")
    officer.fill('[name="text"]', "Cukup dua lembar; petugas loket sudah diingatkan.")
    officer.get_by_role("button", name=said("Send the answer")).click()
    expect(officer.locator(".notice-ok").first).to_contain_text(
        said("The answer can be read by the complainant now.")
    )

    citizen.goto("/complaints/track")
    citizen.fill('[name="ticket"]', ticket)
    citizen.fill('[name="code"]', "AAAAA-AAAAA-AAAAA-AAAAA")
    citizen.locator('main form button[type="submit"]').click()
    expect(citizen.locator("main .notice-late")).to_contain_text(
        said("Ticket and code do not belong together.")
    )
    citizen.fill('[name="code"]', code)
    citizen.locator('main form button[type="submit"]').click()
    expect(citizen.locator(".speech-answer")).to_contain_text("Cukup dua lembar")
    expect(citizen.locator("main")).not_to_contain_text("Nina Contoh")
    looked_at(citizen)


def test_the_pages_of_the_office(person: People) -> None:
    head = person("head_of_office")
    head.goto("/office/complaints/?state=all")
    one = head.locator("main a[data-row]").first.get_attribute("href") or ""
    paths = ["/office/complaints/", one, "/office/complaint-entry/", "/office/complaint-entry/ipui_magetan"]
    paths += [
        "/survey-results/",
        REPORT + "&period=2025-Q4",
        "/data/follow_ups/list/",
        "/data/follow_ups/add",
    ]
    assert [fault for path in paths for fault in faults(head, path)] == []
