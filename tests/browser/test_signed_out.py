"""A session ends while somebody fills in a page: nothing of it is lost, and nobody else sends it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.look import grave_findings
from tests.browser.people import People, said, sign_in
from tests.browser.test_studio_slow import WARNS
from tests.dairi import APPLICATION

pytestmark = pytest.mark.browser

SOURCE = "/studio/source/decision_table/ipki/readiness"


def arrive(person: People, username: str) -> Page:
    """Somebody in a browser of their own, whose clock can be moved."""
    page = person.visitor()
    page.clock.install()
    sign_in(page.context, username)
    return page


def told(page: Page, title: str) -> None:
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(said(title), use_inner_text=True)


def come_back(page: Page, username: str) -> None:
    """Sign in again as somebody, in another tab, and turn to the page."""
    page.context.clear_cookies()
    sign_in(page.context, username)
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def test_an_application_outlives_the_session_in_which_it_was_begun(person: People) -> None:
    page = arrive(person, "applicant")
    page.goto(desk.APPLY)
    desk.fill(page, APPLICATION)
    nib = page.locator('input[type=file][data-requirement-file="nib"]')
    nib.set_input_files(desk.upload("nib.pdf", desk.pdf("nib")))
    page.clock.fast_forward("02:30:00")
    page.context.clear_cookies()
    dialog = page.get_by_role("dialog")
    page.locator('[name="address"]').press("End")
    page.keyboard.type(" 7 ")  # the blank is typed while the dialog comes: it must not press its button
    told(page, "You are no longer signed in")
    dialog.get_by_role("button", name=said("Back to the page")).click()
    page.click('[name="do"][value="submit"]')
    told(page, "You are no longer signed in")
    expect(dialog.get_by_role("link", name=said("Sign in in another tab"))).to_be_visible()
    assert grave_findings(page) == []
    come_back(page, "front_officer")
    told(page, "Somebody else has signed in here")
    come_back(page, "applicant")
    told(page, "You are signed in again")
    dialog.get_by_role("button", name=said("Back to the page")).click()
    page.click('[name="do"][value="submit"]')
    expect(page.get_by_text("nib.pdf").first).to_be_visible()
    expect(page.locator('[name="company_name"]')).to_have_value(APPLICATION["company_name"])


def test_a_server_that_is_away_takes_nothing_with_it(person: People) -> None:
    page = arrive(person, "applicant")
    page.goto(desk.APPLY)
    desk.fill(page, {"company_name": APPLICATION["company_name"]})
    page.clock.fast_forward("00:06:00")
    page.context.set_offline(True)
    page.click('[name="do"][value="save"]')
    dialog = page.get_by_role("dialog")
    told(page, "The server cannot be reached")
    dialog.get_by_role("button", name=said("Back to the page")).click()
    page.context.set_offline(False)
    page.click('[name="do"][value="save"]')
    page.wait_for_load_state()
    expect(page.locator('[name="company_name"]')).to_have_value(APPLICATION["company_name"])


def test_a_draft_is_saved_once_its_author_has_signed_in_again(person: People) -> None:
    page = arrive(person, "admin")
    page.goto(SOURCE)
    expect(page.locator("[data-verdict]")).to_have_text(said("No problem found"))
    page.context.clear_cookies()
    page.locator("#source-text").press("Control+End")
    page.keyboard.type("# ditulis setelah sesi berakhir")
    page.clock.run_for(1000)
    dialog = page.get_by_role("dialog")
    told(page, "You are no longer signed in")
    dialog.get_by_role("button", name=said("Back to the page")).click()
    expect(page.locator("[data-state]")).to_have_text(said("Could not be saved"))
    assert page.evaluate(WARNS)
    page.locator("#source-text").press("Space")
    page.clock.run_for(1000)
    told(page, "You are no longer signed in")
    come_back(page, "admin")
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    page.reload()
    expect(page.locator("#source-text")).to_have_value(re.compile("# ditulis setelah sesi berakhir $"))
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")
