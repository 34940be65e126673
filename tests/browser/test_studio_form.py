"""An administrator builds a form: a field from the palette, its properties, the live form with its checks."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.look import faults
from tests.browser.people import People

pytestmark = pytest.mark.browser

EDITOR = "/studio/form/recommendation/application"


def test_the_form_builder(person: People) -> None:
    page = person("admin")
    assert faults(page, EDITOR) == []
    live = page.frame_locator("[data-live]")
    expect(live.locator("form")).to_be_visible()
    cards = page.locator("[data-place]")
    cards.nth(1).click()
    page.locator("[data-type='number']").click()
    added = page.locator("[data-place][aria-current='true']")
    expect(added).to_contain_text("Angka")
    page.locator("[data-property='title']").fill("Luas bangunan")
    page.locator("[data-property='title']").blur()
    page.locator("[data-property='key']").fill("building_area")
    page.locator("[data-property='key']").blur()
    page.locator("[data-property='required']").check()
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    expect(page.locator("[data-unused]")).to_contain_text("building_area")
    expect(page.locator("[data-palette] button").first).to_have_text("Teks satu baris")
    expect(live.locator(".is-chosen").get_by_label(re.compile("Luas bangunan"))).to_be_visible()
    cards.last.click()
    expect(live.locator(".is-chosen")).to_have_attribute(
        "data-field", cards.last.get_attribute("data-place").split(".")[-1]
    )
    expect(live.locator(".is-chosen")).to_be_in_viewport()
    expect(page.locator("[data-type='number']")).to_be_in_viewport()
    live.get_by_role("button", name="Periksa jawaban").click()
    expect(live.locator(".field-error, .notice").first).to_be_visible()
    live.get_by_label(re.compile("Luas bangunan")).fill("seratus")
    live.get_by_role("button", name="Periksa jawaban").click()
    expect(live.locator("body")).to_contain_text("angka")
    page.locator("[data-width='phone']").click()
    expect(page.locator("[data-live]")).to_have_css("width", re.compile(r"^(39\d|3[0-8]\d)px"))


def test_fields_move_by_keyboard_and_wrong_conditions_are_marked(person: People) -> None:
    page = person("admin")
    page.goto(EDITOR)
    first = page.locator(
        "[data-place='0."
        + page.locator("[data-place^='0.']").nth(0).get_attribute("data-place").split(".")[1]
        + "']"
    )
    first.focus()
    name = first.get_attribute("data-place")
    page.keyboard.press("Alt+ArrowDown")
    moved = page.locator("[data-place^='0.']").nth(1)
    expect(moved).to_have_attribute("data-place", name)
    expect(moved).to_be_focused()
    page.locator("[data-property='show_if']").fill("tidak_ada == 1")
    page.locator("[data-property='show_if']").blur()
    expect(moved.locator("[data-wrong]")).not_to_be_empty()


def test_a_section_and_a_field_are_dragged_to_another_place(person: People) -> None:
    page = person("admin")
    page.goto(EDITOR)
    sections = page.locator(".build-section > [data-place]")
    expect(sections.nth(1)).to_be_visible()
    first, second = sections.nth(0).inner_text(), sections.nth(1).inner_text()
    sections.nth(1).drag_to(sections.nth(0))
    expect(sections.nth(0)).to_have_text(second)
    expect(sections.nth(1)).to_have_text(first)
    field = page.locator("[data-place^='1.']").first
    name = (field.get_attribute("data-place") or "").removeprefix("1.")
    field.drag_to(page.locator("[data-place^='0.']").first)
    expect(page.locator("[data-place^='0.']").first).to_have_attribute("data-place", f"0.{name}")
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
