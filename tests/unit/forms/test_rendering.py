"""The form as HTML: every input has a label, every error is tied to its field, nothing is inline."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.forms.answers import read
from app.forms.build import open_form
from tests.unit.forms.samples import TEAM, context, form, posted

TEMPLATES = Path(__file__).parents[3] / "app/web/templates"
VOID = {"input", "br", "img", "hr", "meta", "link"}

EVERYTHING = form(
    [
        {
            "title": "Data <perusahaan>",
            "help": "Isi menurut NIB.",
            "fields": {
                "name": {"type": "text", "title": "Nama", "required": True, "help": "Sesuai akta"},
                "nib": {"type": "nib", "title": "NIB", "required": True},
                "land": {"type": "number", "title": "Luas", "decimals": 2, "min": 0.01, "unit": "m²"},
                "money": {"type": "money", "title": "Nilai", "require_if": "land > 10"},
                "on": {"type": "date", "title": "Tanggal", "not_after": "today", "not_before": "2020-01-01"},
                "phone": {"type": "phone", "title": "Telepon"},
                "email": {"type": "email", "title": "Surel"},
                "kind": {"type": "choice", "title": "Jenis", "values": {"a": "A", "b": "B"}},
                "town": {
                    "type": "choice",
                    "title": "Kota",
                    "values": {f"k{n}": f"Kota {n}" for n in range(9)},
                },
                "tags": {"type": "choices", "title": "Tanda", "values": {"x": "X", "y": "Y"}},
                "agree": {"type": "yes_no", "title": "Setuju", "required": True},
                "scan": {"type": "file", "title": "Pindaian", "max_files": 2, "help": "Berwarna"},
                "head": {"type": "person", "title": "Ketua", "role": "technical_team"},
                "team": {"type": "persons", "title": "Tim", "role": "technical_team", "min": 1},
                "nobody": {"type": "persons", "title": "Kosong", "role": "nobody"},
                "why": {
                    "type": "long_text",
                    "title": "Alasan",
                    "show_if": "kind == 'a' and name != \"it's\"",
                },
            },
        },
        {
            "title": "Mesin",
            "show_if": "agree",
            "fields": {
                "machines": {
                    "type": "group",
                    "title": "Mesin",
                    "min": 1,
                    "fields": {
                        "name": {"type": "text", "title": "Nama mesin", "required": True},
                        "count": {"type": "number", "title": "Jumlah", "min": 1, "unit": "unit"},
                        "old": {"type": "yes_no", "title": "Bekas"},
                        "photo": {"type": "file", "title": "Foto"},
                    },
                },
                "total": {
                    "type": "computed",
                    "title": "Jumlah",
                    "formula": "sum(machines.count)",
                    "unit": "unit",
                },
                "checklist": {"type": "checklist", "title": "Daftar periksa", "help": "Semua berkas"},
            },
        },
    ]
)


class Page(HTMLParser):
    """What a test asks of a page: its elements in order, whether they nest, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(html)
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"doubled attribute in <{tag} {attrs}>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self):
        return [attributes["id"] for _tag, attributes in self.elements if "id" in attributes]


def render(given=None, errors=None, warnings=None, definition=EVERYTHING):
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.globals["_"] = lambda msgid, **params: msgid % params if params else msgid
    environment.globals["open_form"] = open_form
    macros = environment.get_template("forms/fields.html").module
    surroundings = context()
    html = macros.render_form(
        definition, {} if given is None else given, errors or {}, surroundings, warnings or {}
    )
    return Page(macros.error_summary(errors or {}) + html)


def test_every_input_has_a_label_and_every_id_is_unique():
    page = render()
    labelled = {label["for"] for label in page.all("label")}
    controls = page.all("input", "select", "textarea", "output")
    assert controls
    assert [control["id"] for control in controls if control["id"] not in labelled] == []
    assert labelled <= set(page.ids())
    assert len(page.ids()) == len(set(page.ids()))


def test_every_fieldset_has_a_legend_and_every_description_exists():
    wrong = {
        "name": "x",
        "nib": "1",
        "land": "a",
        "scan": ["9"],
        "machines": [{"count": "x"}],
        "checklist-npwp-state": "z",
    }
    result = read(EVERYTHING, posted(wrong), context())
    page = render(posted(wrong), result.errors)
    assert len(page.all("fieldset")) == len(page.all("legend"))
    described = [
        name for _tag, element in page.elements for name in element.get("aria-describedby", "").split()
    ]
    assert described
    assert set(described) <= set(page.ids())


def test_nothing_is_inline_and_everything_is_escaped():
    page = render(posted({"name": "<script>alert('x')</script>\"", "why": "</textarea><b>"}))
    assert page.all("script", "style", "b") == []
    assert not [
        name
        for _tag, element in page.elements
        for name in element
        if name.startswith("on") or name == "style"
    ]
    assert {"f-name"} <= set(page.ids())
    (name,) = [element for element in page.all("input") if element["id"] == "f-name"]
    assert name["value"] == "<script>alert('x')</script>\""


def test_names_follow_the_form_post_convention():
    names = {element["name"] for element in render().all("input", "select", "textarea")}
    assert {"name", "tags", "machines-0-name", "machines-0-count", "machines-__row__-count"} <= names
    assert {"checklist-npwp-state", "checklist-npwp-note", "checklist-photo-count"} <= names
    assert "checklist-npwp-count" not in names


def test_errors_stand_beside_their_field_and_in_the_summary():
    given = posted({"nib": "12", "machines": [{"name": "", "count": "1"}]})
    result = read(EVERYTHING, given, context())
    page = render(given, result.errors)
    by_id = {element["id"]: element for _tag, element in page.elements if "id" in element}
    assert by_id["f-nib"]["aria-invalid"] == "true"
    assert "f-nib-error" in by_id["f-nib"]["aria-describedby"]
    assert by_id["f-nib"]["value"] == "12"
    assert "NIB has 13 digits; you entered 2." in page.text
    links = {link["href"].removeprefix("#") for link in page.all("a")}
    assert {"f-nib", "f-name", "f-agree", "f-team"} <= links
    assert links <= set(page.ids())


def test_every_error_of_an_open_section_has_a_place_to_go_to():
    given = posted({"agree": "true", "machines": [{"count": "x"}], "checklist-photo-count": "-1"})
    errors = read(EVERYTHING, given, context()).errors
    assert {"machines.0.name", "machines.0.count", "checklist.npwp", "checklist.photo.count"} <= set(errors)
    page = render(given, errors)
    assert {f"f-{path.replace('.', '-')}" for path in errors} <= set(page.ids())
    assert {f"f-{path.replace('.', '-')}-error" for path in errors} <= set(page.ids())


def test_stored_answers_are_shown_again():
    values = {
        "land": 2400.5,
        "money": 1_250_000_000,
        "on": "2026-11-23",
        "kind": "b",
        "town": "k3",
        "tags": ["y"],
        "agree": False,
        "scan": [1],
        "team": ["ratna"],
        "machines": [{"name": "Bor", "count": 2, "old": True, "photo": []}],
        "checklist": {"photo": {"state": "ok", "count": None, "note": "baik"}},
    }
    page = render(values)
    by_name = {element.get("name"): element for element in page.all("input", "select", "textarea")}
    assert by_name["land"]["value"] == "2.400,5"
    assert by_name["money"]["value"] == "1.250.000.000"
    assert by_name["on"]["value"] == "2026-11-23"
    assert by_name["machines-0-name"]["value"] == "Bor"
    assert by_name["checklist-photo-count"]["value"] == "2"
    assert by_name["checklist-photo-note"]["value"] == "baik"
    ticked = [(element["name"], element["value"]) for element in page.all("input") if "checked" in element]
    assert ticked == [
        ("kind", "b"),
        ("tags", "y"),
        ("agree", "false"),
        ("scan", "1"),
        ("team", "ratna"),
        ("machines-0-old", "true"),
    ]
    assert [element["value"] for element in page.all("option") if "selected" in element] == ["k3", "ok"]


def test_without_javascript_there_is_always_an_empty_row_to_fill_in():
    def rows(given):
        return [
            element["data-index"]
            for element in render(given).all("fieldset")
            if "group-row" in element["class"]
        ]

    assert rows({}) == ["0", "__row__"]
    assert rows({"machines": [{"name": "Bor"}]}) == ["0", "1", "__row__"]
    assert rows(posted({"machines-4-name": "Bor"})) == ["0", "1", "__row__"]


def test_conditions_reach_the_browser_as_trees():
    page = render()
    trees = [
        json.loads(element["data-show-if"]) for _tag, element in page.elements if "data-show-if" in element
    ]
    assert [
        "and",
        ["==", ["field", "kind"], ["value", "a"]],
        ["!=", ["field", "name"], ["value", "it's"]],
    ] in trees
    assert ["field", "agree"] in trees
    assert [json.loads(e["data-require-if"]) for e in page.all("div") if "data-require-if" in e] == [
        [">", ["field", "land"], ["value", 10]]
    ]
    (output,) = page.all("output")
    assert json.loads(output["data-formula"]) == ["sum", "machines.count"]


def test_a_bound_form_can_be_handed_in_instead_of_values():
    page = render(open_form(EVERYTHING, context(), {"name": "UD Mebel"}))
    assert {"UD Mebel"} <= {element.get("value") for element in page.all("input")}


@pytest.mark.parametrize("name", [name for name, _full in TEAM])
def test_persons_of_the_role_can_be_chosen_by_name(name):
    page = render()
    assert name in {element["value"] for element in page.all("option")}
    assert name in {element["value"] for element in page.all("input") if element.get("name") == "team"}


def test_a_missing_document_is_a_warning_beside_its_field():
    definition = form(scan={"type": "file", "title": "Pindaian", "required": True})
    result = read(definition, {}, context(lenient_files=True))
    page = render({}, result.errors, result.warnings, definition)
    assert "f-scan-warning" in page.ids()
    assert "Pindaian has not been attached." in page.text
