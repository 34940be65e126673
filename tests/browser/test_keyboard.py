"""The hand stays on the keyboard: signing in and checking a file without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.people import People
from tests.dairi import checklist
from tests.fixtures_demo import PASSWORD

pytestmark = pytest.mark.browser

MOST_TABS = 120
IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, and shows it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert page.evaluate(IS_SEEN), f"{selector} does not show that it has the focus"
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_signing_in(person: People) -> None:
    page = person.visitor()
    page.goto("/login/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, '[name="username"]')
    page.keyboard.type("front_officer")
    tab_to(page, '[name="password"]')
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/office/(#main)?$"))  # the skip link's target stays in the address
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_checking_a_file(person: People) -> None:
    number = desk.apply(person("applicant"))
    page = person("front_officer")
    page.goto("/office/")
    task = desk.task_link(page, number).get_attribute("href")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    page.keyboard.press("j")
    expect(page.locator(f'a[data-row][href="{task}"]')).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{task}")

    for item, found in checklist()["checklist"].items():
        name = f"checklist-{item}"
        tab_to(page, f'[name="{name}-state"]')
        choice = page.locator(f'[name="{name}-state"] option[value="{found["state"]}"]')
        page.keyboard.type(choice.inner_text())
        expect(page.locator(f'[name="{name}-state"]')).to_have_value(found["state"])
        if "count" in found:
            tab_to(page, f'[name="{name}-count"]')
            page.keyboard.type(str(found["count"]))
    tab_to(page, "#task-form [name=outcome]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith(task or ""))
    expect(page.locator("h1")).to_contain_text("3. ")


def test_signing(person: People) -> None:
    number = desk.apply(person("applicant"), nib="9990000000192")
    desk.walk(person, number, "check", "sign_orders")
    page = person("head_of_office")
    desk.open_task(page, number)
    tab_to(page, '#task-form [name=outcome][value="good"]')
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Enter")  # the focus has come back to the button
    expect(page.locator("dialog[open]")).to_be_visible()
    if not page.evaluate("() => document.activeElement.matches('[name=passphrase]')"):
        tab_to(page, "[name=passphrase]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
