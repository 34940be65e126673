"""My account on a telephone: a number, its code, a slip of the finger, and the ways that are chosen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.look import faults, grave_findings, too_wide
from tests.browser.people import DESKTOP, PHONE, People, said

pytestmark = pytest.mark.browser

PAGE = "/account/contact/"
SIX = re.compile(r"\d{6}")


def card(page: Page) -> Locator:
    return page.locator("section#whatsapp")


def code_shown(page: Page) -> str:
    """The code on the simulated telephone, as soon as the job worker has sent it."""
    for _ in range(200):
        found = SIX.search(card(page).locator(".notice").all_inner_texts()[0] if has_text(page) else "")
        if found:
            return found[0]
        page.reload()
    raise AssertionError("no code came")


def has_text(page: Page) -> bool:
    return card(page).locator(".notice").count() > 0


def test_a_number_is_proved_on_a_phone(person: People) -> None:
    page = person("front_officer")
    page.set_viewport_size(PHONE)
    assert faults(page, PAGE) == []
    page.get_by_role("textbox", name=said("Mobile number")).fill("0812 3456 7890")
    page.get_by_role("button", name=said("Save the number")).click()
    card(page).get_by_role(
        "button", name=said("Send a code by %(channel)s") % {"channel": "WhatsApp"}
    ).click()
    field = page.get_by_label(said("Code from %(channel)s") % {"channel": "WhatsApp"})
    expect(field).to_be_visible()
    code = code_shown(page)
    field.fill("000000" if code != "000000" else "000001")
    field.press("Enter")
    expect(card(page).get_by_text(said("The code does not fit."))).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert [*too_wide(page), *grave_findings(page)] == []
    field.fill(code)
    field.press("Enter")
    expect(card(page).get_by_text(said("in use"), exact=True)).to_be_visible()
    page.get_by_label(said("Send me the daily digest")).check()
    page.locator("section#digest").get_by_role("button").click()
    expect(page.get_by_label(said("Send me the daily digest"))).to_be_checked()
    assert faults(page, PAGE) == []
    page.set_viewport_size(DESKTOP)
    assert faults(page, PAGE) == []
