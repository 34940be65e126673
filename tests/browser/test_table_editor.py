"""An administrator changes a decision table as a spreadsheet: the proof, Excel, the examples, wrong cells."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.look import grave_findings, too_wide
from tests.browser.people import DESKTOP, PHONE, People, said

pytestmark = pytest.mark.browser

KEY = "ipui_magetan/validation"
CLIPBOARD = """([name, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const given = {clipboardData: data, bubbles: true, cancelable: true};
    document.activeElement.dispatchEvent(new ClipboardEvent(name, given));
    return data.getData("text/plain");
}"""
BACK = "Kembalikan kepada Bagian pemrosesan"


@pytest.fixture
def editor(person: People) -> Iterator[Page]:
    """The editor of a table with two inputs and three outcomes; its draft is given up afterwards."""
    page = person("admin")
    page.goto(f"/studio/table/{KEY}")
    expect(page.locator("[data-grid] tbody tr")).to_have_count(2)
    yield page
    page.evaluate("() => window.studio.flush()")
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'[data-grid] td[data-row="{row - 1}"][data-column="{column}"]')


def paste(page: Page, text: str) -> None:
    page.evaluate(CLIPBOARD, ["paste", text])


def saved(page: Page) -> str:
    """The draft's text once everything is saved."""
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    text: str = page.evaluate("async () => (await window.studio.load()).text")
    return text


def without_default(page: Page) -> None:
    page.get_by_role("button", name=said("Columns and policy")).click()
    page.get_by_label(said("There is an answer when no row fits")).uncheck()
    page.get_by_role("button", name=said("Done")).click()


def test_an_input_is_chosen_from_what_the_forms_ask(editor: Page) -> None:
    editor.get_by_role("button", name=said("Columns and policy")).click()
    editor.get_by_role("button", name=said("Add input")).click()
    path = editor.locator('[data-columns="inputs"] .column-parts').last.locator("input").first
    path.fill("application.legal_form")
    path.blur()
    editor.get_by_role("button", name=said("Done")).click()
    cell(editor, 1, 2).click()
    editor.keyboard.press("Enter")
    expect(editor.locator(".picker").get_by_role("option").first).to_have_text("Perseroan terbatas (PT)")
    editor.keyboard.press("Escape")


def test_the_row_that_the_proof_suggests_closes_the_gap(editor: Page) -> None:
    expect(editor.locator("[data-proof-state]")).to_have_text(
        said("Proved: no gap, no contradiction, every row can decide.")
    )
    without_default(editor)
    gaps = editor.locator('[data-findings] [data-kind="gap"]')
    expect(gaps).not_to_have_count(0)
    before = gaps.count()
    expect(gaps.first.locator(".shown-facts")).to_contain_text("Berita acara dan dasarnya benar")
    gaps.first.get_by_role("button", name=said("Add this row")).click()
    expect(editor.locator("[data-grid] tbody tr")).to_have_count(3)
    expect(cell(editor, 3, 2)).to_be_focused()  # the outcome is for a person to say
    expect(cell(editor, 3, 2)).to_have_attribute("aria-invalid", "true")
    editor.keyboard.press("Enter")
    expect(editor.locator(".picker").get_by_role("option")).to_have_count(3)
    for _ in range(3):
        editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    expect(cell(editor, 3, 2)).to_have_text(BACK)
    expect(gaps).to_have_count(before - 1)
    assert "outcome: send_back" in saved(editor)


def test_two_rows_from_excel_turn_an_example_red_and_green_again(editor: Page) -> None:
    examples = editor.locator("[data-examples] > li")
    failing = editor.locator('[data-examples] > [data-passes="no"]')
    expect(examples.first).to_have_attribute("data-passes", "yes")
    expect(failing).to_have_count(0)
    cell(editor, 1, 0).click()
    # as a spreadsheet copies them: the two rows, each with the other's outcome
    paste(editor, "ya\tSesuai\tValid: tidak sesuai\nya\tTidak sesuai\tValid: sesuai\n")
    expect(cell(editor, 1, 2)).to_have_text("Valid: tidak sesuai")
    expect(failing).not_to_have_count(0)
    assert editor.evaluate(CLIPBOARD, ["copy", ""]) == "ya\tSesuai\tunfit\nya\tTidak sesuai\tfits"
    cell(editor, 1, 0).click()
    rows = "ya\tSesuai\tValid: sesuai\nya\tTidak sesuai\tValid: tidak sesuai"
    paste(editor, f"{rows}\ntidak; kosong\t\t{BACK}")
    expect(editor.locator("[data-grid] tbody tr")).to_have_count(3)
    expect(failing).to_have_count(0)
    text = saved(editor)
    assert "report_valid: [false, null]" in text
    assert "# " in text  # the comments of the file are still there


def test_a_wrong_cell_says_so_at_the_cell_and_nothing_is_lost(editor: Page) -> None:
    cell(editor, 1, 1).click()
    editor.keyboard.type("Mungkin")
    editor.keyboard.press("Tab")
    wrong = cell(editor, 1, 1)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_text("Mungkin")
    wrong.click()
    expect(editor.locator("[data-said]")).to_contain_text("Mungkin")
    expect(editor.locator("[data-proof-state]")).to_have_text(
        said("Nothing is proved until every cell can be read.")
    )
    editor.keyboard.press("Control+z")
    expect(cell(editor, 1, 1)).to_have_text("Sesuai")
    expect(cell(editor, 1, 1)).not_to_have_attribute("aria-invalid", "true")


def test_the_try_out_says_row_and_outcome_and_is_kept_as_an_example(editor: Page) -> None:
    count = editor.locator("[data-examples] > li").count()
    editor.locator('[data-fact="report_valid"]').select_option("ya")
    editor.locator('[data-fact="decision.report.outcome"]').select_option("unfit")
    expect(editor.locator("[data-answer] [data-outcome]")).to_have_text("Valid: tidak sesuai")
    expect(editor.locator("[data-grid] tr.is-named th")).to_have_text("2")
    editor.get_by_role("button", name=said("Keep as an example")).click()
    expect(editor.locator("[data-examples] > li")).to_have_count(count + 1)
    expect(editor.locator("[data-examples] > li").last).to_have_attribute("data-passes", "yes")


def test_the_keyboard_alone_moves_rows_and_leaves_the_table(editor: Page) -> None:
    cell(editor, 1, 0).focus()
    editor.keyboard.press("Alt+ArrowDown")
    expect(cell(editor, 2, 1)).to_have_text("Sesuai")
    editor.keyboard.press("Insert")
    expect(editor.locator("[data-grid] tbody tr")).to_have_count(3)
    editor.keyboard.press("Control+Delete")
    expect(editor.locator("[data-grid] tbody tr")).to_have_count(2)
    editor.keyboard.press("Escape")
    editor.keyboard.press("Tab")
    assert not editor.evaluate("() => Boolean(document.activeElement.closest('[data-grid]'))")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_editor_is_accessible_and_scrolls_in_its_own_box(editor: Page, size: dict[str, int]) -> None:
    editor.set_viewport_size(size)  # type: ignore[arg-type]
    without_default(editor)
    expect(editor.locator('[data-findings] [data-kind="gap"]').first).to_be_visible()
    assert grave_findings(editor) == []
    assert too_wide(editor) == []


def test_a_table_goes_to_excel_and_a_changed_one_comes_back(editor: Page, tmp_path: Path) -> None:
    editor.get_by_text(said("Excel and DMN"), exact=True).click()
    with editor.expect_download() as download:
        editor.get_by_role("link", name=said("Save as Excel (.xlsx)")).click()
    file = tmp_path / "tabel.xlsx"
    download.value.save_as(file)
    book = load_workbook(file)
    book["Tabel"]["B4"] = "Mungkin"
    book["Tabel"]["E5"] = "Ditambahkan di Excel"
    book.save(file)
    editor.locator("[data-file]").set_input_files(file)
    expect(cell(editor, 2, 4)).to_have_text("Ditambahkan di Excel")
    expect(cell(editor, 1, 1)).to_have_attribute("aria-invalid", "true")
    expect(editor.locator("[data-problems]")).to_contain_text("Mungkin")


def test_a_draft_is_tried_on_the_decided_cases(editor: Page) -> None:
    editor.goto(f"/studio/replay/decision_table/{KEY}")
    expect(editor.locator("[data-replay]")).to_have_attribute("data-done", "yes")
    told = re.compile(f"{said('No decision has been made yet')}|0 dari .* keputusan akan berubah")
    expect(editor.locator("[data-replay]")).to_contain_text(told)
    assert grave_findings(editor) == []


def test_a_gap_that_is_meant_is_accepted_with_its_reason(editor: Page) -> None:
    without_default(editor)
    gaps = editor.locator('[data-findings] [data-kind="gap"][data-severity="error"]')
    expect(gaps).not_to_have_count(0)
    before = gaps.count()
    gaps.first.locator("summary").click()
    gaps.first.get_by_label(said("Reason")).fill("Formulir mewajibkan jawaban ini.")
    gaps.first.locator("form button").click()
    expect(gaps).to_have_count(before - 1)
    accepted = editor.locator('[data-findings] [data-severity="waived"]')
    expect(accepted).to_contain_text("Formulir mewajibkan jawaban ini.")
    assert "reason: Formulir mewajibkan jawaban ini." in saved(editor)
    accepted.get_by_role("button", name=said("Accept no longer")).click()
    expect(gaps).to_have_count(before)
