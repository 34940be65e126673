"""K31: wrong inputs are told at their fields and nothing is lost; K32: nobody sees what is not theirs."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.people import People, said
from tests.dairi import APPLICATION

pytestmark = pytest.mark.browser

FUTURE = "2026-12-24"
WRONG: list[tuple[str, Any, str]] = [
    ("nib", "999000000015", "NIB.*13"),  # 12 digits
    ("nib", "99900000001S4", "NIB.*S"),
    ("nib", "", "NIB"),
    ("kbli", "3100", "KBLI.*5"),
    ("land_area_m2", "-2400", "Luas lahan"),
    ("letter_date", FUTURE, "Tanggal surat permohonan"),
]
SHOWN = {"investment": "1.250.000.000", "land_area_m2": "2.400", "products-0-new_capacity": "3.000"}
FULL_NIK = APPLICATION["director_nik"]


def send(page: Page) -> None:
    page.click('[name="do"][value="submit"]')
    page.wait_for_load_state()


def error_at(page: Page, name: str) -> str:
    """What stands at a field, tied to it for screen readers."""
    place = page.locator(f'[name="{name}"]').first
    expect(place).to_have_attribute("aria-invalid", "true")
    ids = (place.get_attribute("aria-describedby") or "").split()
    return " ".join(page.locator(f"#{id_}").inner_text() for id_ in ids if id_.endswith("-error"))


def test_k31_each_wrong_value_is_told_at_its_field_and_everything_stays(person: People) -> None:
    page = person("applicant")
    page.goto(desk.APPLY)
    desk.fill(page, APPLICATION)
    page.set_input_files(
        'input[type=file][data-requirement-file="nib"]', desk.upload("nib.pdf", desk.pdf("nib"))
    )
    for name, value, telling in WRONG:
        page.fill(f'[name="{name}"]', value)
        send(page)
        assert re.search(telling, error_at(page, name)), (name, value)
        expect(page.locator("[aria-invalid=true]")).to_have_count(1)
        expect(page.locator(f'.error-summary a[href="#f-{name}"]')).to_be_visible()
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)
        nothing_is_lost(page, name)
        page.fill(f'[name="{name}"]', str(APPLICATION[name]))
    expect(page.get_by_text("nib.pdf").first).to_be_visible()


def nothing_is_lost(page: Page, but: str) -> None:
    for name in ("company_name", "address", "director_nik", "email", "workers", "kbli", "letter_number"):
        if name != but:
            expect(page.locator(f'[name="{name}"]')).to_have_value(str(APPLICATION[name]))
    for name, shown in SHOWN.items():
        if name != but:
            plain = shown.replace(".", "")
            expect(page.locator(f'[name="{name}"]')).to_have_value(
                re.compile(f"^({re.escape(shown)}|{plain})$")
            )
    expect(page.locator('[name="legal_form"][value="sole"]')).to_be_checked()
    expect(page.locator('[data-name="products"] .group-row')).to_have_count(len(APPLICATION["products"]))


def test_k31_a_file_that_is_no_pdf_is_told_at_its_field(person: People) -> None:
    page = person("applicant")
    page.goto(desk.APPLY)
    desk.fill(page, APPLICATION)
    page.set_input_files(
        'input[type=file][data-requirement-file="npwp"]', desk.upload("npwp.pdf", b"MZ this is a program")
    )
    send(page)
    expect(page.locator("#f-file_npwp-error")).to_be_visible()
    expect(page.locator('[name="company_name"]')).to_have_value(APPLICATION["company_name"])


def test_k31_missing_documents_are_named_before_anything_is_sent(person: People) -> None:
    page = person("applicant")
    page.goto(desk.APPLY)
    desk.fill(page, APPLICATION)
    expect(page.locator('[data-missing-of="npwp"]')).to_be_visible()
    send(page)
    expect(page.locator("[data-missing]")).to_be_visible()
    page.check('[name="confirm_missing"]')
    send(page)
    page.wait_for_url(re.compile(r"/cases/[^/]+$"))


def test_k32_another_applicants_case_is_not_there(person: People) -> None:
    owner = person("applicant")
    number = desk.apply(owner)
    file = owner.locator('a[href^="/attachments/"]').first.get_attribute("href")
    page = person("applicant2")
    for path in (f"/cases/{number}", f"/office/cases/{number}", file or ""):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in (403, 404), path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(APPLICATION["company_name"])
    assert page.goto(f"/cases/{number}").status == 404  # type: ignore[union-attr]
    page.goto("/cases/")
    expect(page.get_by_text(number)).to_have_count(0)


def test_k32_identifiers_are_masked_and_opening_them_is_recorded(person: People) -> None:
    number = desk.apply(person("applicant"))
    page = person("front_officer")
    page.goto(f"/office/cases/{number}")
    assert FULL_NIK not in page.content()
    page.click('form[action$="/reveal"] button')
    page.click("#confirm-dialog[open] [data-accept]")
    page.wait_for_url("**/reveal")
    assert FULL_NIK in page.content()
    page.goto(f"/office/cases/{number}")
    assert FULL_NIK not in page.content()
    expect(page.locator("#history")).to_contain_text(
        re.compile(said("Full identifier opened"), re.IGNORECASE)
    )


SAID = "field => field.validationMessage"


def test_what_the_browser_itself_says_of_a_field_is_indonesian(person: People) -> None:
    page = person("admin")
    page.goto("/data/appointments/add")
    page.fill('[name="user"]', "siapa")
    page.select_option('[name="role"]', "publisher")
    page.fill('[name="from_on"]', "2026-11-01")
    page.click("main form button[type=submit]")
    decree = page.locator('[name="decree"]')
    expect(decree).to_be_focused()
    assert decree.evaluate(SAID) == said("Fill this in.")
    decree.press_sequentially("SK")
    assert decree.evaluate(SAID) == ""

    visitor = person.visitor()
    visitor.goto("/complaints/new/dairi_ipui")
    visitor.click('main form button[type="submit"]')
    assert visitor.locator('[name="category"]').first.evaluate(SAID) == said("Choose one.")
    visitor.locator('[name="category"]').last.check()
    assert visitor.locator('[name="category"]').first.evaluate(SAID) == ""
    visitor.fill('[name="email"]', "bukan surel")
    visitor.click('main form button[type="submit"]')
    assert visitor.locator('[name="email"]').evaluate(SAID) == said("Write an e-mail address.")
