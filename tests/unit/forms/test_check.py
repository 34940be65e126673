"""The gate's look at a form: every fault is told at its place; the shape refuses what it can."""

import pytest
from pydantic import ValidationError

from app.forms.check import check_form
from tests.unit.forms.samples import REQUIREMENTS, form

TEXT = {"type": "text", "title": "Teks"}
KIND = {"type": "choice", "title": "Jenis", "values": {"a": "A", "b": "B"}}
NUMBER = {"type": "number", "title": "Angka"}
ROWS = {"type": "group", "title": "Mesin", "fields": {"name": TEXT, "count": NUMBER}}
CHECKLIST = {"type": "checklist", "title": "Daftar"}


def place(name: str, rest: str = "") -> str:
    return f"sections.0.fields.{name}{rest}"


def problems(requirements=REQUIREMENTS, **fields):
    return {problem.path: str(problem.message) for problem in check_form(form(**fields), requirements)}


def test_a_sound_form_has_no_problems():
    sound = {
        "kind": KIND,
        "land": NUMBER,
        "agree": {"type": "yes_no", "title": "Setuju"},
        "on": {"type": "date", "title": "Tanggal"},
        "tags": {"type": "choices", "title": "Tanda", "values": {"x": "X"}},
        "machines": {
            **ROWS,
            "fields": {**ROWS["fields"], "why": {**TEXT, "show_if": "count > 3 and kind == 'a'"}},
        },
        "checklist": CHECKLIST,
        "total": {
            "type": "computed",
            "title": "Jumlah",
            "formula": "sum(machines.count) + count(machines) * land",
        },
        "a": {**TEXT, "show_if": "agree and on >= '2026-01-01' and 'x' in tags"},
        "b": {**TEXT, "require_if": "checklist.npwp in ['missing', 'wrong'] or checklist.photo.count < 2"},
        "c": {**TEXT, "show_if": "total > 3 and a is not empty and kind not in ['b']"},
    }
    assert problems(**sound) == {}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("colour == 'x'", "There is no field “colour”."),
        ("kind == 'z'", "“z” is no value of “kind”."),
        ("kind in ['a', 'z']", "“z” is no value of “kind”."),
        ("'z' in tags", "“z” is no value of “tags”."),
        ("checklist.npwp == 'lost'", "“lost” is no value of “checklist.npwp”."),
        ("checklist.deeed == 'ok'", "There is no field “checklist.deeed”."),
        ("checklist.npwp.count == 1", "There is no field “checklist.npwp.count”."),
        ("kind", "“kind” is not a condition: compare it with a value."),
        ("kind > 'a'", "Only numbers and dates can be compared with “>”."),
        ("land == 'x'", "“land” and “x” cannot be compared."),
        ("on > '23-11-2026'", "Write the date “23-11-2026” as 2026-11-23."),
        ("on == kind", "Write the date “kind” as 2026-11-23."),
        ("machines.count > 3", "There is no field “machines.count”."),
        ("sum(machines.name) > 3", "“machines.name” is not a column of numbers in a group."),
        ("count(kind) > 3", "“kind” is not a list that can be counted."),
        ("land + kind > 3", "“kind” is not a number."),
        (
            "kind in tags and land in land",
            "After “in” a list of values or a field with several values follows.",
        ),
        ("open('x')", "A condition cannot contain “open('x')”."),
    ],
)
def test_a_wrong_condition_is_told_where_it_stands(condition, sentence):
    fields = {
        "kind": KIND,
        "land": NUMBER,
        "on": {"type": "date", "title": "Tanggal"},
        "tags": {"type": "choices", "title": "Tanda", "values": {"x": "X"}},
        "machines": ROWS,
        "checklist": CHECKLIST,
    }
    assert problems(**fields, it={**TEXT, "show_if": condition}) == {place("it", ".show_if"): sentence}
    assert problems(**fields, it={**TEXT, "require_if": condition}) == {place("it", ".require_if"): sentence}


def test_conditions_of_sections_and_formulas_are_checked_too():
    sections = [
        {"title": "Satu", "show_if": "nothing", "fields": {"a": TEXT}},
        {"title": "Dua", "fields": {"b": {"type": "computed", "title": "B", "formula": "a"}, "a2": TEXT}},
    ]
    found = check_form(form(sections), REQUIREMENTS)
    assert [problem.path for problem in found] == ["sections.0.show_if", "sections.1.fields.b.formula"]


def test_circles_are_found_in_the_form_in_a_row_and_through_a_section():
    assert problems(a={**TEXT, "show_if": "b == 'x'"}, b={**TEXT, "show_if": "a == 'x'"}) == {
        place("a"): "These fields wait for each other: a → b → a."
    }
    own = {**ROWS, "fields": {"n": {"type": "computed", "title": "N", "formula": "n + 1"}}}
    assert set(problems(machines=own)) == {place("machines.fields.n")}
    sections = [{"title": "Satu", "show_if": "a == 'x'", "fields": {"a": TEXT}}]
    assert [problem.path for problem in check_form(form(sections))] == [place("a")]
    outside = {**ROWS, "fields": {"n": {**NUMBER, "show_if": "total > 1"}}}
    total = {"type": "computed", "title": "Jumlah", "formula": "sum(machines.n)"}
    assert set(problems(machines=outside, total=total)) == {place("machines")}


def test_doubled_keys_and_words_of_conditions():
    sections = [
        {"title": "Satu", "fields": {"a": TEXT}},
        {"title": "Dua", "fields": {"a": TEXT, "empty": TEXT, "class": TEXT}},
    ]
    found = {problem.path: str(problem.message) for problem in check_form(form(sections))}
    assert found == {
        "sections.1.fields.a": "The key “a” is used twice, first at sections.0.fields.a.",
        "sections.1.fields.empty": "“empty” is a word of conditions; give the field another key.",
        "sections.1.fields.class": "“class” is a word of conditions; give the field another key.",
    }


@pytest.mark.parametrize(
    ("definition", "where"),
    [
        ({**NUMBER, "min": 5, "max": 1}, ".min"),
        ({"type": "money", "title": "Uang", "min": 5, "max": 1}, ".min"),
        ({**TEXT, "min_length": 9, "max_length": 3}, ".min_length"),
        (
            {"type": "date", "title": "T", "not_before": "2026-01-02", "not_after": "2026-01-01"},
            ".not_before",
        ),
        ({**KIND, "type": "choices", "min": 2, "max": 1}, ".min"),
        ({**KIND, "type": "choices", "min": 3}, ".min"),
        ({"type": "persons", "title": "Tim", "role": "technical_team", "min": 2, "max": 1}, ".min"),
        ({**ROWS, "min": 9, "max": 3}, ".min"),
        ({"type": "file", "title": "F", "requirement": "other"}, ".requirement"),
        ({**CHECKLIST, "requirements": ["npwp", "other"]}, ".requirements"),
    ],
)
def test_bounds_and_requirements_are_checked(definition, where):
    assert set(problems(it=definition)) == {place("it", where)}


def test_without_a_service_nothing_is_said_about_its_requirements():
    fields = {
        "checklist": {**CHECKLIST, "requirements": ["x"]},
        "a": {**TEXT, "show_if": "checklist.x == 'ok'"},
    }
    assert problems(None, **fields) == {}


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "text"},
        {"type": "text", "title": "T", "colour": "red"},
        {"type": "colour", "title": "T"},
        {"type": "choice", "title": "T", "values": {}},
        {"type": "choice", "title": "T", "values": {1: "Satu"}},
        {"type": "group", "title": "T", "fields": {"inner": ROWS}},
        {"type": "number", "title": "T", "decimals": 9},
        {"type": "file", "title": "T", "accept": ["exe"]},
        {"type": "text", "title": "T", "show_if": "a" * 501},
    ],
)
def test_the_shape_refuses_what_it_does_not_know(definition):
    with pytest.raises(ValidationError):
        form(it=definition)
