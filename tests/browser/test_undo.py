"""Steps back and forth in the editors of SOPs, forms and tables: back to the very text that is in force."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import People, said

pytestmark = pytest.mark.browser

SOP = "/studio/sop-editor/dairi_ipui/process"
FORM = "/studio/form/dairi_ipui/application"
TABLE = "/studio/table/dairi_ipui/completeness"
TEXT = "async () => (await (await fetch(document.querySelector('[data-studio]').dataset.studio)).json()).text"


@pytest.fixture
def admin(person: People) -> Iterator[Page]:
    """An administrator; the draft is given up afterwards."""
    page = person("admin")
    yield page
    page.evaluate("() => window.studio.flush()")
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")


def opened(page: Page, address: str, ready: str) -> str:
    """The text in force, once the editor shows it."""
    page.goto(address)
    expect(page.locator(ready).first).to_be_visible()
    expect(button(page, "Undo")).to_be_disabled()
    text: str = page.evaluate(TEXT)
    return text


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=said(name), exact=True)


def saved(page: Page) -> str:
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    text: str = page.evaluate(TEXT)
    return text


def test_an_sop_goes_back_to_its_text_in_force(admin: Page) -> None:
    before = opened(admin, SOP, "[data-cell='check.title']")
    title = admin.locator("[data-cell='check.title']")
    printed = title.input_value()
    title.fill("Memeriksa semuanya")
    admin.locator("[data-cell='check.remove']").click()
    expect(title).to_have_count(0)
    assert "Memeriksa semuanya" not in saved(admin)
    admin.keyboard.press("Control+z")
    expect(title).to_have_value("Memeriksa semuanya")
    expect(admin.locator("[data-cell='check.remove']")).to_be_focused()
    admin.keyboard.press("Control+z")
    expect(title).to_have_value(printed)
    expect(title).to_be_focused()
    expect(button(admin, "Undo")).to_be_disabled()
    assert saved(admin) == before
    admin.keyboard.press("Control+y")
    expect(title).to_have_value("Memeriksa semuanya")
    admin.keyboard.press("Control+Shift+z")
    expect(title).to_have_count(0)
    expect(button(admin, "Redo")).to_be_disabled()


def test_letters_just_typed_are_taken_back_by_the_field_itself(admin: Page) -> None:
    opened(admin, SOP, "[data-cell='check.title']")
    remark = admin.locator("[data-cell='check.remark']")
    admin.locator("[data-cell='check.title']").fill("Judul lain")
    remark.click()
    admin.keyboard.type("abc")
    admin.keyboard.press("Control+z")
    expect(remark).to_have_value("")
    expect(admin.locator("[data-cell='check.title']")).to_have_value("Judul lain")
    admin.keyboard.press("Control+z")
    expect(admin.locator("[data-cell='check.title']")).not_to_have_value("Judul lain")


def test_what_came_to_nothing_before_it_was_saved_makes_no_draft(admin: Page) -> None:
    opened(admin, SOP, "[data-cell='check.title']")
    state = admin.locator("[data-state]")
    told = state.inner_text()
    admin.evaluate("""() => {
        const title = document.querySelector("[data-cell='check.title']");
        title.focus();
        title.value = "Lain";
        title.dispatchEvent(new Event("change", {bubbles: true}));
        document.querySelector("[data-history=undo]").click();
    }""")
    expect(state).to_have_text(told)
    admin.evaluate("() => window.studio.flush()")
    assert admin.evaluate("async () => (await window.studio.load()).version") == 0


def test_the_details_of_a_step_go_back_while_they_are_open(admin: Page) -> None:
    before = opened(admin, SOP, "[data-cell='check.title']")
    admin.locator("[data-cell='check.details']").click()
    clock = admin.locator("#sop-details").get_by_label(said("Whose time runs"))
    clock.focus()
    clock.select_option("applicant")
    assert saved(admin) != before
    admin.keyboard.press("Control+z")
    expect(clock).to_have_value("office")
    expect(clock).to_be_focused()
    assert saved(admin) == before
    admin.keyboard.press("Escape")


def test_a_form_goes_back_to_its_text_in_force(admin: Page) -> None:
    before = opened(admin, FORM, "[data-place]")
    cards = admin.locator("[data-place]")
    count = cards.count()
    cards.nth(1).click()
    name = cards.nth(1).get_attribute("data-place")
    admin.locator("[data-property='title']").fill("Judul lain")
    admin.locator("[data-type='number']").click()
    expect(cards).to_have_count(count + 1)
    assert "Judul lain" in saved(admin)
    admin.keyboard.press("Control+z")
    expect(cards).to_have_count(count)
    expect(admin.locator("[data-place][aria-current='true']")).to_have_attribute("data-place", name or "")
    button(admin, "Undo").click()
    expect(admin.locator("[data-property='title']")).not_to_have_value("Judul lain")
    expect(admin.locator("[data-property='title']")).to_be_focused()
    assert saved(admin) == before
    button(admin, "Redo").click()
    button(admin, "Redo").click()
    expect(cards).to_have_count(count + 1)
    expect(admin.locator("[data-place][aria-current='true']")).to_contain_text("Angka")


def test_a_table_goes_back_to_its_text_in_force(admin: Page) -> None:
    before = opened(admin, TABLE, "[data-grid] tbody tr")
    rows = admin.locator("[data-grid] tbody tr")
    count = rows.count()
    law = admin.locator("[data-grid] tbody tr").first.locator("td").nth(-2)
    printed = law.inner_text()
    law.click()
    admin.keyboard.type("Pasal lain")
    admin.keyboard.press("Enter")
    admin.keyboard.press("Control+Delete")
    expect(rows).to_have_count(count - 1)
    assert "Pasal lain" in saved(admin)
    admin.keyboard.press("Control+z")
    expect(rows).to_have_count(count)
    admin.keyboard.press("Control+z")
    expect(law).to_have_text(printed)
    expect(law).to_be_focused()
    expect(button(admin, "Undo")).to_be_disabled()
    assert saved(admin) == before
    admin.keyboard.press("Control+y")
    expect(law).to_have_text("Pasal lain")


def test_steps_have_a_limit_and_typing_on_is_one_step(admin: Page) -> None:
    opened(admin, FORM, "[data-place]")
    steps = admin.evaluate("""async () => {
        const { History } = await import("/static/history.js");
        const shown = [];
        const history = new History((value) => shown.push(value));
        history.begin(0, "teks");
        for (let value = 1; value <= 150; value += 1) { history.note(value, `${value}`); }
        while (history.steps.undo.length) { history.go("undo"); }
        const last = shown.at(-1);
        history.begin("", "teks");
        "abc".split("").forEach((_, place) => history.note("abc".slice(0, place + 1), "cell", true));
        const typed = history.steps.undo.length;
        history.note("", "cell", true);
        return [last, typed, history.steps.undo.length, history.given];
    }""")
    assert steps == [50, 1, 0, {"text": "teks"}]
