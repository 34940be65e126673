"""An administrator makes rows of every kind and gives an SOP its letters, without a line of text."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import grave_findings, too_wide
from tests.browser.people import PHONE, People, said
from tests.browser.test_studio_sop import cell

pytestmark = pytest.mark.browser


def opened(person: People, key: str) -> Page:
    page = person("admin")
    page.goto(f"/studio/sop-editor/{key}")
    expect(page.locator("svg.flowchart")).to_be_visible()
    return page


def saved(page: Page) -> dict[str, Any]:
    """The process as the draft has it, once nothing waits to be saved."""
    page.evaluate("() => window.studio.flush()")
    found: dict[str, Any] = page.evaluate("async () => (await window.studio.load()).shape")
    return found


def thrown_away(page: Page) -> None:
    page.evaluate("() => window.studio.ask('DELETE', document.querySelector('[data-studio]').dataset.studio)")


def row_behind(page: Page, key: str) -> str:
    """Add a row, open its details, and give its key."""
    cell(page, f"{key}.insert").click()
    made = page.locator("[data-cell$='.title']:focus").get_attribute("data-cell") or ""
    cell(page, made.replace(".title", ".details")).click()
    return made.removesuffix(".title")


def test_a_row_waits_follows_or_happens_by_itself(person: People) -> None:
    page = opened(person, "dairi_ipui/process")
    key = row_behind(page, "hand_over")
    kind = page.get_by_label(said("Kind of row"))
    kind.select_option("wait")
    page.get_by_label(said("Message waited for")).select_option("oss/50_accepted")
    page.get_by_label(said("Who stands in")).select_option("back_officer")
    most = said("Waits at most")
    page.get_by_label(most, exact=True).fill("3")
    page.get_by_label(re.compile(f"^{most}:")).select_option("hours")
    assert saved(page)["steps"][key]["timeout"]["norm"] == {"minutes": 180}
    page.get_by_label(re.compile(f"^{most}:")).select_option("days")
    page.get_by_label(said("Who is told then")).select_option("head_of_office")
    step = saved(page)["steps"][key]
    assert step["kind"] == "wait"
    assert (step["actor"], step["clock"], step["message"]) == ("oss", "outside", "oss/50_accepted")
    assert step["manual"] == {"actor": "back_officer"}
    assert step["timeout"] == {"norm": {"working_days": 3}, "alert": "head_of_office"}
    expect(page.locator(".studio-verdict")).to_have_text("Tidak ada masalah")
    assert grave_findings(page) == []

    kind.select_option("route")
    page.get_by_label(said("Whose decision it follows")).select_option("check")
    step = saved(page)["steps"][key]
    assert (step["kind"], step["by"], list(step["outcomes"])) == (
        "route",
        "check",
        ["complete", "incomplete"],
    )
    assert not {"actor", "message", "manual", "timeout", "clock", "next"} & set(step)

    kind.select_option("send")
    page.get_by_role("button", name=said("Add deed")).click()
    step = saved(page)["steps"][key]
    assert (step["kind"], step["next"]) == ("send", "take")
    assert step["do"] == [{"draft": "receipt"}]

    kind.select_option("task")
    page.get_by_label(said("Only for the persons named in")).select_option("verify.team")
    page.get_by_label(said("Each of them has a task of their own")).check()
    step = saved(page)["steps"][key]
    assert (step["assign"], step["each"], step["actor"]) == ("verify.team", True, "front_officer")
    assert "kind" not in step
    page.get_by_label(said("Only for the persons named in")).select_option("")
    assert not {"assign", "each"} & set(saved(page)["steps"][key])
    page.keyboard.press("Escape")
    thrown_away(page)


def test_branches_side_by_side_meet_again(person: People) -> None:
    page = opened(person, "recommendation/process")
    other = row_behind(page, "draft")
    page.keyboard.press("Escape")
    cell(page, "draft.details").click()
    page.get_by_role("button", name=said("Add parallel branch")).click()
    page.keyboard.press("Escape")
    onward = saved(page)["steps"][other]["next"]
    second = page.locator("[data-cell^='draft.next.'][data-cell$='.1']")
    second.select_option(onward)
    assert saved(page)["steps"]["draft"]["next"] == [other, onward]
    cell(page, f"{onward}.details").click()
    meeting = page.get_by_role("group", name=said("Waits for all of these branches"))
    for box in meeting.get_by_role("checkbox").all():
        box.check()
    assert {"draft", other} <= set(saved(page)["steps"][onward]["join"])
    page.keyboard.press("Escape")
    thrown_away(page)


def test_the_letters_of_an_sop(person: People) -> None:
    page = opened(person, "iuki_verification/process")
    before = saved(page)["slots"]["decision_letter"]
    approval, refusal = before["letters"]
    new, title = page.get_by_label(said("Letter of this service")), page.get_by_label("Surat dalam SOP ini")
    expect(new).to_be_hidden()  # every letter has its place
    expect(page.locator("[data-slots] > div > button")).to_have_count(0)  # and every place is in use

    page.locator(f".sop-letter:has(a[href$='{refusal}']) button").click()
    assert saved(page)["slots"]["decision_letter"] == {**before, "letters": [approval]}
    new.select_option(refusal)
    page.get_by_role("button", name=said("Add letter")).click()
    expect(page.locator("[data-cell='slots.refusal.title']")).to_be_focused()
    page.keyboard.type("Naskah lain")
    page.keyboard.press("Tab")
    assert saved(page)["slots"]["refusal"] == {"title": "Naskah lain", "letters": [refusal]}
    expect(title.last).to_have_value("Naskah lain")
    page.set_viewport_size(PHONE)
    assert [*too_wide(page), *grave_findings(page)] == []

    page.get_by_role("button", name=f"{said('Remove letter')}: Naskah lain").click()
    page.locator("[data-cell='slots.decision_letter.more']").select_option(refusal)
    assert saved(page)["slots"]["decision_letter"] == before
    expect(new).to_be_hidden()
    thrown_away(page)
