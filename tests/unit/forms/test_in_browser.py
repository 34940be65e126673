"""forms.js in a real browser: hides, shows, computes, adds and removes rows, and agrees with the server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright

from app.forms.answers import read
from app.forms.build import open_form
from tests.chromium import launch
from tests.unit.forms.samples import context, form
from tests.unit.forms.test_rendering import EVERYTHING

pytestmark = pytest.mark.browser

APP = Path(__file__).parents[3] / "app"
ORIGIN = "http://forms.test"
WRONG = {"nib": "1", "land": "x", "tags": ["z"], "agree": True, "scan": [9], "machines": [{"count": "x"}]}
POLICY = "default-src 'none'; script-src 'self'; style-src 'none'; form-action 'self'"

FORM = form(
    [
        {
            "title": "Data",
            "fields": {
                "kind": {"type": "choice", "title": "Jenis", "values": {"a": "A", "b": "B"}},
                "why": {"type": "text", "title": "Alasan", "show_if": "kind == 'b'"},
                "deep": {"type": "text", "title": "Dalam", "show_if": "why == 'x'"},
                "land": {"type": "number", "title": "Luas", "decimals": 2, "require_if": "kind == 'a'"},
                "on": {"type": "date", "title": "Tanggal"},
                "late": {"type": "text", "title": "Terlambat", "show_if": "on > '2026-11-23'"},
                "tags": {"type": "choices", "title": "Tanda", "values": {"x": "X", "y": "Y"}},
                "tagged": {"type": "text", "title": "Bertanda", "show_if": "'y' in tags or count(tags) > 1"},
            },
        },
        {
            "title": "Mesin",
            "fields": {
                "machines": {
                    "type": "group",
                    "title": "Mesin",
                    "min": 1,
                    "max": 3,
                    "fields": {
                        "name": {"type": "text", "title": "Nama"},
                        "count": {"type": "number", "title": "Jumlah", "decimals": 1},
                        "old": {"type": "text", "title": "Bekas", "show_if": "count > 2 and kind == 'a'"},
                    },
                },
                "total": {
                    "type": "computed",
                    "title": "Total",
                    "formula": "round(sum(machines.count) / 3, 2)",
                },
                "price": {"type": "computed", "title": "Harga", "money": True, "formula": "total * 1000000"},
            },
        },
        {
            "title": "Besar",
            "show_if": "land >= 2400 and checklist.npwp is not empty",
            "fields": {"proof": {"type": "text", "title": "Bukti"}},
        },
        {
            "title": "Periksa",
            "fields": {"checklist": {"type": "checklist", "title": "Daftar", "required": False}},
        },
    ]
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def asked() -> list[str]:
    """The questions the browser put to the person."""
    return []


@pytest.fixture
def open_page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    problems: list[str] = []
    page = browser.new_page()
    page.set_default_timeout(5000)
    page.route(f"{ORIGIN}/**", _serve)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{ORIGIN}/form")
    yield page
    page.close()
    assert problems == []


def _serve(route) -> None:
    if route.request.url.endswith("forms.js"):
        route.fulfill(path=APP / "web/static/forms.js", content_type="text/javascript")
        return
    shown, given = (EVERYTHING, WRONG) if route.request.url.endswith("everything") else (FORM, {})
    errors = read(shown, given, context()).errors if given else {}
    environment = Environment(loader=FileSystemLoader(APP / "web/templates"), autoescape=True)
    environment.globals |= {
        "_": lambda msgid, **params: msgid % params if params else msgid,
        "open_form": open_form,
    }
    macros = environment.get_template("forms/fields.html").module
    inside = macros.error_summary(errors) + macros.render_form(shown, given, errors, context())
    html = (
        f"<!doctype html><title>x</title><form method=post action=/sent>{inside}<button>Kirim</button></form>"
    )
    script = "<script src=/forms.js defer></script>"
    route.fulfill(body=html + script, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def test_conditions_show_and_hide_and_what_is_hidden_is_not_sent(open_page):
    why, deep = open_page.locator("#f-why"), open_page.locator("#f-deep")
    assert not why.is_visible()
    assert why.is_disabled()
    open_page.check("#f-kind-1")
    assert why.is_visible()
    why.fill("x")
    assert deep.is_visible()
    open_page.check("#f-kind-0")
    assert not why.is_visible()
    assert not deep.is_visible()
    assert open_page.locator("label[for=f-land] .required").is_visible()


def test_dates_lists_and_checklists_count_in_conditions(open_page):
    open_page.fill("#f-on", "2026-11-24")
    assert open_page.locator("#f-late").is_visible()
    open_page.check("#f-tags-1")
    assert open_page.locator("#f-tagged").is_visible()
    open_page.fill("#f-land", "2.400")
    assert not open_page.locator("#f-proof").is_visible()
    open_page.select_option("#f-checklist-npwp", "missing")
    assert open_page.locator("#f-proof").is_visible()


def test_rows_are_added_computed_and_removed(open_page):
    open_page.check("#f-kind-0")
    open_page.fill("#f-machines-0-count", "2,5")
    assert open_page.locator("#f-machines-0-old").is_visible()
    assert open_page.locator("#f-total").text_content() == "0,83"
    open_page.click("[data-add]")
    assert open_page.evaluate("document.activeElement.name") == "machines-1-name"
    assert not open_page.locator("#f-machines-1-old").is_visible()
    open_page.fill("#f-machines-1-count", "1.000")
    assert open_page.locator("#f-total").text_content() == "334,17"
    assert open_page.locator("#f-price").text_content() == "Rp334.170.000"
    open_page.click("[data-add]")
    assert not open_page.locator("[data-add]").is_visible()
    open_page.locator("[data-remove]").nth(1).click()
    assert open_page.locator("#f-total").text_content() == "0,83"
    assert open_page.locator(".group-row legend [data-number]").all_text_contents() == ["1", "2"]
    open_page.locator("[data-remove]").nth(1).click()
    assert not open_page.locator("[data-remove]").first.is_visible()


def test_leaving_with_unsaved_input_asks_first_and_sending_does_not(open_page, asked):
    open_page.fill("#f-land", "5")
    open_page.goto("about:blank")
    assert asked == ["beforeunload"]
    open_page.goto(f"{ORIGIN}/form")
    open_page.fill("#f-land", "5")
    with open_page.expect_navigation():
        open_page.click("button:text('Kirim')")
    assert open_page.url == f"{ORIGIN}/sent"
    assert asked == ["beforeunload"]


def test_axe_finds_nothing_in_any_field_right_or_wrong(open_page):
    open_page.goto(f"{ORIGIN}/everything")
    open_page.evaluate((APP.parent / "tests/assets/axe.min.js").read_text() + "; null")
    found = open_page.evaluate("axe.run('form', {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


ANSWERS = [
    {"kind": "a", "machines": [{"count": "1,5"}, {"count": "0,2"}]},
    {"kind": "b", "why": "x", "deep": "y", "land": "2400.5"},
    {"land": "2.400,5", "checklist-npwp-state": "ok", "proof": "z"},
    {"machines": [{"count": "abc"}, {"count": "12.345"}]},
]


@pytest.mark.parametrize("given", ANSWERS, ids=json.dumps)
def test_browser_and_server_agree_on_what_is_hidden_and_computed(open_page, given):
    form_data = open_page.evaluate(FILL_AND_COLLECT, flat(given))
    result = read(FORM, _Posted(form_data["pairs"]), context())
    assert form_data["hidden"] == [key for key, _field in FORM.fields() if key not in result.values]
    assert form_data["total"] == str(result.values["total"])


def flat(given):
    pairs = {}
    for name, value in given.items():
        if isinstance(value, list):
            pairs |= {f"{name}-{n}-{key}": inner for n, row in enumerate(value) for key, inner in row.items()}
        else:
            pairs[name] = value
    return pairs


class _Posted(dict):
    """The pairs of a FormData, as a form post."""

    def __init__(self, pairs):
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name):
        return self.get(name, [])


FILL_AND_COLLECT = """
(given) => {
  const form = document.querySelector("form");
  if ("machines-1-count" in given) { form.querySelector("[data-add]").click(); }
  for (const [name, value] of Object.entries(given)) {
    const inputs = Array.from(form.querySelectorAll(`[name="${name}"]`));
    inputs.forEach((input) => {
      if (input.type === "radio") { input.checked = input.value === value; } else { input.value = value; }
    });
    inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
  return {
    pairs: Array.from(new FormData(form)).filter(([, value]) => typeof value === "string"),
    hidden: Array.from(document.querySelectorAll("[data-form] > fieldset > [data-field]"))
      .filter((field) => field.closest("[hidden]")).map((field) => field.dataset.field),
    total: document.querySelector("#f-total").dataset.value,
  };
}
"""
