"""What can be wrong with a page whoever looks at it: its answer, its width, and what axe finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import Page

from config import ROOT
from tests.browser.people import DESKTOP, PHONE

GRAVE = ("serious", "critical")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """async (runOnly) => {
    const options = {resultTypes: ["violations"], runOnly};
    const found = await axe.run(document, options);
    return found.violations.map((each) => ({
        id: each.id, impact: each.impact, help: each.help,
        at: each.nodes.map((node) => node.target.join(" ")).slice(0, 4),
    }));
}"""
# elements that end beyond the window and are not inside something that scrolls by itself
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) { return []; }
    const scrolls = (element) => element && element !== document.body
        && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const wide = Array.from(document.body.querySelectorAll("*"))
        .filter((each) => each.getBoundingClientRect().right > width + 1 && !scrolls(each.parentElement));
    return wide.slice(0, 5).map((each) => each.tagName + "." + each.className).concat("scrolls sideways");
}"""


# the desks of a person are seen at once; a phone's row is pushed by a finger
CUT_NAVIGATION = """() => {
    const row = document.querySelector(".bar-nav");
    return row && innerWidth > 900 && row.scrollWidth > row.clientWidth ? ["its navigation is cut off"] : [];
}"""


def faults(page: Page, path: str) -> list[str]:
    """Open a page and say what is wrong with it."""
    answer = page.goto(path)
    if answer is None or answer.status >= 400:
        return [f"{path}: {answer.status if answer else 'no answer'}"]
    return [f"{path}: {fault}" for fault in faults_here(page)]


def faults_here(page: Page) -> list[str]:
    """What is wrong with the open page: as it is on a desk, and at night on a phone."""
    found = [*too_wide(page), *page.evaluate(CUT_NAVIGATION), *grave_findings(page)]
    with at_night_on_a_phone(page):
        found += [f"on a phone, {fault}" for fault in (*too_wide(page), *grave_findings(page))]
    return found


@contextmanager
def at_night_on_a_phone(page: Page) -> Iterator[None]:
    """The same page narrow and in dark colours: both sets of colours are looked at."""
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    yield
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways, once it is here whole."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def grave_findings(page: Page) -> list[str]:
    """What axe counts as serious or critical; its code comes past the page's own policy."""
    asked = {"type": "tag", "values": TAGS}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(AXE, asked)
    return [f"{each['id']} ({each['help']}) at {each['at']}" for each in found if each["impact"] in GRAVE]


@cache
def _axe() -> str:
    source = (ROOT / "tests" / "assets" / "axe.min.js").read_text(encoding="utf-8")
    return f"() => {{ {source}\n }}"
