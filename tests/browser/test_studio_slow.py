"""What is typed while the server is busy is saved too, and no page is left without it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People, said
from tests.browser.test_letter_editor import at_the_end, new_lines, open_letter, source
from tests.browser.test_table_editor import cell

pytestmark = pytest.mark.browser

TABLE = "/studio/table/ipui_magetan/validation"
LETTER = "dairi_ipui/refusal"
HOLD = """([method, address]) => {
    const real = window.fetch;
    const held = [];
    window.isHolding = () => held.length > 0;
    window.letGo = () => { window.fetch = real; held.forEach((go) => go()); };
    window.fetch = async (to, given) => {
        if (given?.method === method && to.includes(address)) { await new Promise((go) => held.push(go)); }
        return real(to, given);
    };
}"""
CUT = """(method) => {
    const real = window.fetch;
    window.mend = () => { window.fetch = real; };
    const broken = () => Promise.reject(new TypeError());
    window.fetch = (to, given) => (given?.method === method ? broken() : real(to, given));
}"""
SOMEBODY_ELSE = """async () => {
    const address = document.querySelector("[data-studio]").dataset.studio;
    const {text, version, base_revision} = (await window.studio.ask("GET", address)).json;
    await window.studio.ask("PUT", address, {text: `${text}# dari yang lain\n`, version, base_revision});
}"""
GIVE_UP = (
    "() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)"
    ".then(() => undefined)"
)


WARNS = """() => {
    const leaving = new Event("beforeunload", {cancelable: true});
    window.dispatchEvent(leaving);
    return leaving.defaultPrevented;
}"""


def hold(page: Page, method: str, address: str) -> None:
    """From now on such requests wait until `let_go`."""
    page.evaluate(HOLD, [method, address])


def let_go(page: Page) -> None:
    page.evaluate("() => window.letGo()")


def is_held(page: Page) -> None:
    page.wait_for_function("() => window.isHolding()")


@pytest.fixture
def table(person: People) -> Iterator[Page]:
    page = person("admin")
    page.goto(TABLE)
    expect(page.locator("[data-grid] tbody tr")).to_have_count(2)
    yield page
    page.evaluate(GIVE_UP)


@pytest.fixture
def letter(person: People) -> Iterator[Page]:
    page = person("admin")
    open_letter(page, LETTER)
    yield page
    page.goto(f"/studio/letter-editor/{LETTER}")
    page.evaluate(GIVE_UP)


def note(page: Page, row: int, text: str) -> None:
    cell(page, row, 3).click()
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def test_a_cell_changed_while_the_table_is_proved_is_saved(table: Page) -> None:
    hold(table, "POST", "/table-grid/")
    note(table, 1, "Yang pertama")
    is_held(table)
    note(table, 2, "Yang kedua")
    let_go(table)
    text = source(table)
    assert "Yang pertama" in text
    assert "Yang kedua" in text


@pytest.mark.parametrize(("method", "address"), [("POST", "/letter-write/"), ("PUT", "/drafts/")])
def test_words_typed_while_the_letter_is_written_or_saved_are_saved(
    letter: Page, method: str, address: str
) -> None:
    before = source_in_force(letter)
    at_the_end(letter)
    hold(letter, method, address)
    letter.keyboard.type("Yang pertama")
    is_held(letter)
    letter.keyboard.type(" dan yang kedua")
    let_go(letter)
    assert new_lines(before, source(letter)) == ['<p class="alinea">Yang pertama dan yang kedua</p>']


def source_in_force(page: Page) -> str:
    text: str = page.evaluate("async () => (await window.studio.load()).text")
    return text


def test_what_was_typed_last_goes_along_on_to_publishing(letter: Page) -> None:
    at_the_end(letter)
    letter.keyboard.type("Awal")
    source(letter)
    letter.keyboard.type(" dan kata terakhir")
    letter.get_by_role("button", name=said("On to publishing")).click()
    letter.wait_for_url("**/studio/sets/*")
    expect(letter.locator("main")).to_contain_text("Awal dan kata terakhir")
    letter.get_by_role("button", name=said("Discard the set with its drafts")).click()
    letter.locator("#confirm-dialog [data-accept]").click()
    expect(letter.locator(".page-chips")).to_contain_text(said("discarded"))


@pytest.mark.parametrize("method", ["POST", "PUT"], ids=["write", "save"])
def test_what_cannot_be_saved_keeps_the_page_open(letter: Page, method: str) -> None:
    at_the_end(letter)
    letter.keyboard.type("Awal")
    source(letter)
    letter.evaluate(CUT, method)
    letter.keyboard.type(" dan kata terakhir")
    letter.get_by_role("button", name=said("On to publishing")).click()
    expect(letter.locator("[data-state]")).to_have_text(said("Not saved; trying again"))
    expect(letter.locator(".letter-page > p").last).to_have_text("Awal dan kata terakhir")
    letter.evaluate("() => window.mend()")
    assert "Awal dan kata terakhir" in source(letter)


def test_what_two_changed_is_shown_once_it_is_saved(person: People) -> None:
    page = person("admin")
    page.goto("/studio/sop-editor/recommendation/process")
    title = page.locator("[data-cell='draft.title']")
    expect(title).to_have_value(re.compile("Membuat draf"))
    page.evaluate(SOMEBODY_ELSE)
    title.fill("Membuat konsep surat")
    title.blur()
    dialog = page.locator("#studio-conflict")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")  # no answer: what was written is neither saved nor given up
    expect(dialog).to_be_hidden()
    assert page.evaluate(WARNS)
    title.fill("Membuat konsep akhir surat")
    title.blur()
    expect(dialog).to_be_visible()
    hold(page, "PUT", "/drafts/")
    dialog.get_by_role("button", name=said("Take both, merged")).click()
    is_held(page)
    let_go(page)
    text = source(page)
    expect(title).to_have_value("Membuat konsep akhir surat")
    assert "Membuat konsep akhir surat" in text
    assert text.endswith("# dari yang lain\n")
    page.evaluate(GIVE_UP)
