"""An administrator edits an SOP as a table: a step more, a decision, problems at the row, the flow drawn."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import faults
from tests.browser.people import PHONE, People, said

pytestmark = pytest.mark.browser

EDITOR = "/studio/sop-editor/recommendation/process"


def cell(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-cell="{name}"]')


def test_the_sop_table(person: People) -> None:
    page = person("admin")
    assert faults(page, EDITOR) == []
    expect(page.locator("svg.flowchart")).to_be_visible()
    expect(cell(page, "draft.title")).to_have_value(re.compile("Membuat draf"))
    cell(page, "draft.insert").click()
    made = page.locator("[data-cell$='.title']:focus")
    made.fill("Memeriksa ejaan draf")
    made.blur()
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    expect(page.locator("[data-chart]")).to_contain_text("Memeriksa ejaan")
    expect(page.locator(".studio-verdict")).to_have_text("Tidak ada masalah")
    cell(page, "step_1.add").click()
    expect(cell(page, "step_1.way.no")).to_be_visible()
    cell(page, "draft.unit").select_option("")
    expect(page.locator("[data-remark='draft']")).to_contain_text("Norma waktu belum ada")
    expect(page.locator("[data-remarks]")).to_contain_text("1 catatan")
    page.get_by_role("button", name="Tambah akhir").click()
    expect(page.locator("[data-cell='refused.title']")).to_be_focused()
    page.locator("[data-cell='refused.remove']").click()
    cell(page, "initial.remove").click()
    expect(page.locator("tr.is-bad").first).to_be_visible()
    page.goto("/studio/diff/process/recommendation/process")
    expect(page.locator("main")).to_contain_text("Memeriksa ejaan draf")


TOP = "(each) => each.getBoundingClientRect().top"


def test_the_heads_of_the_drawing_stay_in_sight(person: People) -> None:
    page = person("admin")
    page.goto("/studio/sop-editor/ipki/process")
    chart, heads = page.locator("[data-chart]"), page.locator("[data-chart] .flowheads")
    expect(heads).to_be_visible()
    before = heads.evaluate(TOP) - chart.evaluate(TOP)
    assert chart.evaluate("(each) => { each.scrollTop = 400; return each.scrollTop; }") == 400
    assert heads.evaluate(TOP) - chart.evaluate(TOP) == before


def test_a_phone_shows_the_first_actors_beside_the_titles(person: People) -> None:
    page = person("admin")
    page.set_viewport_size(PHONE)
    assert faults(page, "/studio/sop-editor/ipki/process") == []
    seen = page.locator("tr[data-step]").first.locator("td.sop-actor").first.bounding_box()
    box = page.locator(".sop-box").bounding_box()
    assert seen
    assert box
    assert seen["x"] + seen["width"] <= box["x"] + box["width"]
    cut = page.locator(".sop-title textarea").evaluate_all(
        "(all) => all.filter((each) => each.scrollHeight > each.clientHeight + 1).length"
    )
    assert cut == 0


def test_a_step_is_given_what_it_does(person: People) -> None:
    page = person("admin")
    page.goto("/studio/sop-editor/dairi_ipui/process")
    cell(page, "hand_over.insert").click()
    made = page.locator("[data-cell$='.title']:focus")
    made.fill("Memaraf surat izin")
    key = (made.get_attribute("data-cell") or "").removesuffix(".title")
    cell(page, f"{key}.details").click()
    deeds = page.locator(".sop-deed")
    add = page.get_by_role("button", name=said("Add deed"))
    add.click()
    expect(deeds.nth(0).get_by_label(said("Deed"), exact=True)).to_have_value("draft")
    deeds.nth(0).get_by_label(said("Deed"), exact=True).select_option("initial")
    deeds.nth(0).get_by_label(said("Letter or message")).select_option("permit")
    add.click()
    deeds.nth(1).get_by_label(said("Deed"), exact=True).select_option("notify")
    deeds.nth(1).get_by_label(said("Letter or message")).select_option("submitted")
    deeds.nth(1).get_by_role("button", name=said("Move up")).click()
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    shape = page.evaluate("async () => (await window.studio.load()).shape")
    assert shape["steps"][key]["do"] == [{"notify": "submitted"}, {"initial": "permit"}]
    # of a step with several ways out, a deed goes to the way it belongs to
    page.keyboard.press("Escape")
    cell(page, f"{key}.add").click()
    cell(page, f"{key}.details").click()
    deeds.nth(0).get_by_label(said("By which way out")).select_option("no")
    expect(deeds.nth(1).get_by_label(said("By which way out"))).to_have_value("no")
    page.keyboard.press("Control+z")
    expect(deeds.nth(0).get_by_label(said("By which way out"))).to_have_value("")
    page.keyboard.press("Escape")
    page.evaluate("() => window.studio.flush()")
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")
