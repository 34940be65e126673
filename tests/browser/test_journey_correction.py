"""Two wrong documents and a wrong field: one list, answered in one go on a phone, compared at the desk."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.look import grave_findings, too_wide
from tests.browser.people import PHONE, People, said
from tests.dairi import checklist

pytestmark = pytest.mark.browser

WRONG = {"state": "wrong", "note": "NPWP tidak sesuai dengan data pada NIB"}
AREA = "Luas lahan tidak sama dengan sertifikat"


def look(page: Page, name: str) -> None:
    """No fault that anybody would meet; with KEEP_PICTURES a picture for who wants to see it."""
    assert [*too_wide(page), *grave_findings(page)] == []
    if os.environ.get("KEEP_PICTURES"):
        page.screenshot(path=Path(os.environ["KEEP_PICTURES"]) / f"{name}.png", full_page=True)


def send_back(person: People, number: str) -> None:
    """The front office marks two documents and names a field."""
    page = person("front_officer")
    desk.open_task(page, number)
    page.get_by_text(said("Anything else to be put right")).click()
    page.select_option('[name="asks-0-what"]', "field:land_area_m2")
    page.fill('[name="asks-0-reason"]', AREA)
    look(page, "office-ask")
    desk.hand_in(
        page, checklist(npwp=WRONG, id_card={"state": "incomplete", "note": "Halaman terakhir tidak ada"})
    )


def test_a_list_is_answered_in_one_go_and_both_versions_stand_side_by_side(person: People) -> None:
    number = desk.apply(person("applicant"), nib="9990000000178")
    send_back(person, number)

    phone = person("applicant")
    phone.set_viewport_size(PHONE)
    phone.goto(f"/cases/{number}")
    items = phone.locator("#corrections ol > li")
    expect(items).to_have_count(3)
    look(phone, "applicant-asked")
    phone.set_input_files('[name="file-npwp"]', desk.upload("npwp-baru.pdf", desk.pdf("npwp baru")))
    phone.fill('[name="land_area_m2"]', "2300")
    phone.get_by_role("button", name=said("Send the corrections")).click()
    expect(phone.locator(".error-summary li")).to_have_count(1)  # the card is still to be answered
    expect(items.nth(1)).to_contain_text("npwp-baru.pdf")
    look(phone, "applicant-refused")

    phone.set_input_files('[name="file-id_card"]', desk.upload("ktp-baru.pdf", desk.pdf("ktp baru")))
    phone.get_by_role("button", name=said("Keep and compare first")).click()
    expect(phone.get_by_text(said("Compare the old and the new below, then send."))).to_be_visible()
    expect(items.nth(0)).to_contain_text("ktp-baru.pdf")
    expect(items.nth(0)).to_contain_text("id_card.pdf")
    look(phone, "applicant-compare")
    phone.get_by_role("button", name=said("Send the corrections")).click()
    phone.wait_for_load_state()
    expect(phone.locator("#corrections")).to_have_count(0)

    page = person("front_officer")
    desk.open_task(page, number)
    changed = page.locator("#corrections")
    for both in (("id_card.pdf", "ktp-baru.pdf"), ("npwp.pdf", "npwp-baru.pdf"), ("2.400", "2.300")):
        row = changed.locator("li", has_text=both[1]).first
        expect(row).to_contain_text(both[0])
    look(page, "office-compare")
