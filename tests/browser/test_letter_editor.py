"""An official changes a letter as text with chips, and sees the real PDF change; no HTML is needed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.look import grave_findings, too_wide
from tests.browser.people import DESKTOP, PHONE, People, said

pytestmark = pytest.mark.browser

KEY = "dairi_ipui/refusal"
EVERY_SERVICE = (
    "dairi_ipui/permit",
    "ipki/report",
    "ipui_magetan/report",
    "recommendation/report",
    "iuki_verification/minutes",
)


WORD = """<html><head><style>p { color: red }</style></head><body><!--StartFragment-->
<p class="MsoNormal" style="color: red"><b><span style="font-size: 30pt">Tebal</span></b> dan
<span style="font-weight: 700" onclick="x()">juga</span></p><ol><li class="MsoList"><p>satu</p></li></ol>
<table class="MsoTableGrid"><tr><td style="width: 9pt"><p>A</p></td></tr></table><img src="x" onerror="x()">
<!--EndFragment--></body></html>"""
PASTE = """(html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    const given = {clipboardData: data, bubbles: true, cancelable: true};
    document.querySelector(".letter-page").dispatchEvent(new ClipboardEvent("paste", given));
}"""
COPY = """() => {
    const data = new DataTransfer();
    const given = {clipboardData: data, bubbles: true, cancelable: true};
    document.querySelector(".letter-page").dispatchEvent(new ClipboardEvent("copy", given));
    return data.getData("text/html");
}"""


@pytest.fixture
def editor(person: People) -> Iterator[Page]:
    """The editor of a letter; its draft is given up afterwards."""
    page = person("admin")
    open_letter(page, KEY)
    yield page
    page.evaluate("() => window.studio.flush()")
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")


def open_letter(page: Page, key: str) -> None:
    page.goto(f"/studio/letter-editor/{key}")
    expect(page.locator("[data-letter-editor]")).to_have_attribute("data-ready", "yes")
    expect(page.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))


def source(page: Page) -> str:
    """The draft's text once everything is saved."""
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    text: str = page.evaluate("async () => (await window.studio.load()).text")
    return text


def in_force(page: Page) -> str:
    text: str = page.evaluate("async () => (await window.studio.load()).text")
    return text


def drawn(page: Page) -> int:
    return int(page.locator("[data-pages]").get_attribute("data-drawn") or 0)


def at_the_end(page: Page) -> None:
    """A new paragraph below the last one."""
    page.locator(".letter-page > p").last.click(position={"x": 4, "y": 4})
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")


def new_lines(before: str, after: str) -> list[str]:
    old = before.splitlines()
    assert [line for line in old if line not in after.splitlines()] == [], "nothing else changed"
    return [line for line in after.splitlines() if line not in old]


def test_an_official_writes_a_letter_without_knowing_html(editor: Page) -> None:
    before, shown = in_force(editor), drawn(editor)
    at_the_end(editor)
    editor.keyboard.type("Kalimat baru yang ")
    editor.keyboard.press("Control+b")
    editor.keyboard.type("tebal")
    editor.keyboard.press("Control+b")
    editor.keyboard.type(" seluas ")
    expect(editor.locator("[data-pages]")).not_to_have_attribute("data-drawn", str(shown))
    # a field by its Indonesian title, written another way
    editor.get_by_label(said("Find a field")).fill("luas lahan")
    editor.locator('[data-offer="data.application.land_area_m2"]').first.click()
    chip = editor.locator(".letter-chip").last
    expect(chip).to_have_text("Luas lahan")
    chip.click()
    editor.get_by_label(said("Write as")).select_option("terbilang")
    editor.keyboard.press("Escape")
    expect(chip).to_contain_text("terbilang")
    # a condition for this paragraph
    editor.get_by_role("button", name=said("Only if …")).click()
    editor.locator("[data-condition-field]").select_option("data.application.land_area_m2")
    editor.locator("[data-condition-operator]").select_option("more")
    editor.locator("[data-condition-value] input").fill("500")
    editor.get_by_role("button", name=said("Set"), exact=True).click()
    expect(editor.locator(".letter-when").last).to_have_text(
        re.compile("hanya bila “Luas lahan” lebih dari 500")
    )
    written = (
        '{% if data.application.land_area_m2 > 500 %}<p class="alinea">Kalimat baru yang <b>tebal</b> seluas '
        "{{ data.application.land_area_m2|terbilang }}</p>{% endif %}"
    )
    expect(editor.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))
    assert new_lines(before, source(editor)) == [written]
    # back again, step by step, to the very text that is in force
    editor.locator(".letter-page").focus()
    undo = editor.get_by_role("button", name=said("Undo"), exact=True)
    while undo.is_enabled():
        undo.click()
    expect(editor.locator(".letter-page > p").last).to_contain_text("terima kasih")
    assert source(editor) == before


def test_rows_items_and_clauses(editor: Page) -> None:
    before = in_force(editor)
    editor.locator(".letter-page td").last.click(position={"x": 30, "y": 40})
    editor.get_by_text(said("Table"), exact=True).click()
    editor.get_by_role("button", name=said("Row below")).click()
    editor.keyboard.press("Tab")
    editor.keyboard.type("2.")
    editor.keyboard.press("Tab")
    editor.keyboard.type("Alasan tetap")
    at_the_end(editor)
    editor.keyboard.type("Butir satu")
    editor.get_by_role("button", name=said("Numbered list")).click()
    editor.keyboard.press("Enter")
    editor.keyboard.type("Butir dua")
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")
    editor.get_by_role("button", name=said("Clauses"), exact=True).click()
    editor.get_by_label(said("Find a clause")).fill("imbalan")
    editor.locator("[data-clause='every_service.no_fee']").click()
    expect(editor.locator(".letter-page > p").last).to_contain_text("tidak dipungut biaya")
    found = "\n".join(new_lines(before, source(editor)))
    assert "<tr><td></td><td>2.</td><td>Alasan tetap</td></tr>" in found
    assert "<ol>\n<li>Butir satu</li>\n<li>Butir dua</li>\n</ol>" in found
    assert found.endswith("petugas tidak menerima imbalan dalam bentuk apa pun.</p>")


def test_what_is_pasted_is_clean_and_what_is_copied_comes_back(editor: Page) -> None:
    before = in_force(editor)
    at_the_end(editor)
    editor.evaluate(PASTE, WORD)
    assert new_lines(before, source(editor)) == [
        '<p class="alinea"><b>Tebal</b> dan <b>juga</b></p>',
        "<ol>",
        "<li>satu</li>",
        "</ol>",
        '<table class="data" width="100%">',
        "<tr><td>A</td></tr>",
    ]
    editor.keyboard.press("Control+z")
    editor.keyboard.press("Control+z")
    editor.keyboard.press("Control+a")
    copied: str = editor.evaluate(COPY)
    editor.evaluate(PASTE, copied)
    expect(editor.locator(".letter-page > p").last).to_contain_text("terima kasih")
    assert source(editor) == before


def test_what_nothing_provides_is_marked_while_typing(editor: Page) -> None:
    at_the_end(editor)
    editor.keyboard.type("Uji {{ data.application.tidak_ada }}")
    bad = editor.locator(".letter-chip.is-bad")
    expect(bad).to_contain_text(said("Not provided"))
    expect(editor.locator("[data-faults] li")).to_contain_text("data.application.tidak_ada")
    expect(editor.locator("[data-preview-fault]")).to_contain_text("data.application.tidak_ada")
    assert editor.locator(".letter-pages img").count() == 1  # the page before it stays
    editor.keyboard.press("Backspace")
    expect(editor.locator("[data-faults]")).to_be_hidden()
    expect(editor.locator("[data-preview-fault]")).to_be_hidden()


def test_the_head_is_a_form_and_the_source_one_click_away(editor: Page) -> None:
    before = in_force(editor)
    editor.get_by_text(said("Head of the letter")).click()
    editor.locator('[data-head="subject"]').fill("Penolakan yang diuji")
    expect(editor.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))
    text = source(editor)
    assert "subject: Penolakan yang diuji" in text
    assert len(text.splitlines()) == len(before.splitlines())
    editor.get_by_role("link", name=said("Text"), exact=True).click()
    area = editor.get_by_label(said("Text of the definition"))
    expect(editor.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))
    area.fill(area.input_value().replace("Atas perhatian Saudara", "Atas perhatiannya Saudara"))
    expect(editor.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))
    source(editor)
    editor.get_by_role("link", name=said("Editor"), exact=True).click()
    expect(editor.locator(".letter-page > p").last).to_contain_text("perhatiannya")


def test_a_letter_is_given_a_number_in_its_head(person: People) -> None:
    page = person("admin")
    open_letter(page, "dairi_ipui/receipt")
    assert "\nnumber:" not in in_force(page)
    page.get_by_text(said("Head of the letter")).click()
    page.get_by_label(said("The letter has a number")).check()
    page.get_by_label(said("Form of the number")).fill("{code}/{seq}/TT/{year}")
    expect(page.locator("[data-preview-state]")).to_have_text(said("The preview is up to date"))
    assert 'number: {series: outgoing, format: "{code}/{seq}/TT/{year}"}' in source(page)
    page.get_by_label(said("The letter has a number")).uncheck()
    expect(page.get_by_label(said("Form of the number"))).to_have_count(0)
    assert "\nnumber:" not in source(page)
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")


def test_a_letter_is_tried_with_a_real_case(person: People) -> None:
    number = desk.apply(person("applicant"))
    desk.walk(person, number, "check", "receipt")
    page = person("admin")
    open_letter(page, "dairi_ipui/receipt")
    shown = drawn(page)
    page.get_by_label(said("With a sample, or the number of a case")).fill(number)
    page.keyboard.press("Tab")
    note = page.locator("[data-preview-note]")
    expect(note).to_contain_text("hanya susunannya")  # administrators as such see nobody's case
    expect(page.locator("[data-pages]")).to_have_attribute("data-drawn", str(shown + 1))
    page.get_by_label(said("With a sample, or the number of a case")).fill("XX-2026-99999")
    page.keyboard.press("Tab")
    expect(page.locator("[data-preview-fault]")).to_contain_text(said("There is no such case."))


def test_the_keyboard_alone_reaches_everything_and_leaves_again(editor: Page) -> None:
    editor.locator("[data-act=bold]").focus()
    editor.keyboard.press("ArrowRight")
    expect(editor.locator("[data-act=italic]")).to_be_focused()
    page = editor.get_by_role("textbox", name=said("Text of the letter"))
    page.focus()
    editor.keyboard.press("Control+Home")
    editor.keyboard.press("Control+Space")
    expect(editor.get_by_label(said("Find a field"))).to_be_focused()
    editor.keyboard.type("nomor pendaftaran")
    editor.keyboard.press("Enter")
    expect(page).to_be_focused()
    expect(page.locator(".letter-chip").first).to_have_text("Nomor pendaftaran")
    editor.keyboard.press("Control+End")
    editor.keyboard.press("Tab")
    expect(page).not_to_be_focused()


def test_a_letter_of_every_service_is_a_letter_with_chips(person: People) -> None:
    page = person("admin")
    for key in EVERY_SERVICE:
        page.goto(f"/studio/letter-editor/{key}")
        expect(page.locator("[data-letter-editor]")).to_have_attribute("data-ready", "yes")
        expect(page.locator(".letter-chip").first).to_be_visible()
        expect(page.locator(".letter-chip.is-bad")).to_have_count(0)
        expect(page.locator("[data-studio]")).not_to_have_attribute("data-now", re.compile(".+"))  # as it was


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_editor_is_accessible_and_fits(editor: Page, size: dict[str, int]) -> None:
    editor.set_viewport_size(size)  # type: ignore[arg-type]
    at_the_end(editor)
    editor.keyboard.type("Uji {{ tidak_ada }}")
    expect(editor.locator(".letter-chip.is-bad")).to_be_visible()
    assert grave_findings(editor) == []
    assert too_wide(editor) == []
    editor.get_by_role("button", name=said("Only if …")).click()
    assert grave_findings(editor) == []
    editor.keyboard.press("Escape")
