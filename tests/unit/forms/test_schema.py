"""The JSON Schema of a form follows the public contract, and accepts what reading returns."""

import pytest
from jsonschema import Draft202012Validator

from app.forms.answers import read
from app.forms.schema import json_schema
from tests.unit.forms.samples import REQUIREMENTS, context, form

EVERY = form(
    [
        {
            "title": "Semua",
            "fields": {
                "name": {
                    "type": "text",
                    "title": "Nama",
                    "required": True,
                    "max_length": 10,
                    "help": "Nama lengkap",
                },
                "nib": {"type": "nib", "title": "NIB", "required": True},
                "land": {"type": "number", "title": "Luas", "decimals": 2, "min": 0.01, "unit": "m²"},
                "money": {"type": "money", "title": "Nilai", "require_if": "land > 3"},
                "on": {"type": "date", "title": "Tanggal", "not_after": "today"},
                "kind": {"type": "choice", "title": "Jenis", "values": {"a": "A", "b": "B"}},
                "tags": {"type": "choices", "title": "Tanda", "values": {"x": "X"}},
                "agree": {"type": "yes_no", "title": "Setuju", "show_if": "kind == 'a'", "required": True},
                "scan": {"type": "file", "title": "Pindaian", "required": True, "max_files": 2},
                "team": {"type": "persons", "title": "Tim", "role": "technical_team", "min": 1},
                "machines": {
                    "type": "group",
                    "title": "Mesin",
                    "fields": {"count": {"type": "number", "title": "Jumlah", "required": True}},
                },
                "checklist": {"type": "checklist", "title": "Daftar"},
                "total": {"type": "computed", "title": "Jumlah", "formula": "sum(machines.count)"},
            },
        },
        {
            "title": "Lagi",
            "show_if": "kind == 'b'",
            "fields": {"why": {"type": "long_text", "title": "Alasan", "required": True}},
        },
    ]
)
SCHEMA = json_schema(EVERY, REQUIREMENTS)
PROPERTIES = SCHEMA["properties"]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["additionalProperties"] is False


def test_only_what_is_always_needed_is_required():
    assert SCHEMA["required"] == ["name", "nib", "team", "checklist"]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("name", {"type": "string", "maxLength": 10, "description": "Nama lengkap"}),
        ("nib", {"type": "string", "format": "nib"}),
        ("land", {"type": ["number", "null"], "minimum": 0.01, "x-unit": "m²"}),
        ("money", {"type": ["integer", "null"], "x-require-if": "land > 3"}),
        ("on", {"format": "date", "x-not-after": "today"}),
        ("kind", {"enum": ["a", "b", None]}),
        ("tags", {"type": "array", "items": {"type": "string", "enum": ["x"]}}),
        ("agree", {"type": ["boolean", "null"], "x-show-if": "kind == 'a'"}),
        ("scan", {"type": "array", "items": {"type": "integer"}, "maxItems": 2}),
        ("team", {"items": {"type": "string"}, "minItems": 1, "x-role": "technical_team"}),
        ("total", {"readOnly": True, "x-formula": "sum(machines.count)"}),
        ("why", {"x-show-if": "kind == 'b'"}),
    ],
)
def test_each_kind_follows_the_conventions(name, members):
    assert members.items() <= PROPERTIES[name].items()


def test_a_group_is_an_array_of_objects_and_a_checklist_an_object_of_states():
    assert PROPERTIES["machines"]["items"]["required"] == ["count"]
    checklist = PROPERTIES["checklist"]["properties"]
    assert list(checklist) == ["npwp", "deed", "photo"]
    assert checklist["npwp"]["enum"] == ["ok", "missing", "incomplete", "wrong", "not_applicable"]
    assert checklist["photo"]["x-copies"] == 2


def test_what_reading_accepts_the_schema_accepts():
    given = {
        "name": "UD Mebel",
        "nib": "9990000000154",
        "land": 2400.5,
        "money": 5,
        "kind": "b",
        "why": "perluasan",
        "team": ["budi"],
        "machines": [{"count": 2}],
        "checklist": {"npwp": "ok", "deed": "not_applicable", "photo": "ok"},
    }
    result = read(EVERY, given, context(lenient_files=True))
    assert result.acceptable
    Draft202012Validator(SCHEMA).validate(given)
    states = {key: item["state"] for key, item in result.values["checklist"].items()}
    Draft202012Validator(SCHEMA).validate({**result.values, "checklist": states})
