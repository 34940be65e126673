"""Every type of field, well-formed and not, handed in as JSON and as a form post."""

import pytest

from app.forms.answers import read
from tests.unit.forms.samples import context, form, msgids, posted, read_both, sentences

LISTED = {"values": {"a": "Judul A", "b": "Judul B", "c": "Judul C"}}


def field(**definition):
    return form(it={"title": "Isian", **definition})


@pytest.mark.parametrize(
    ("definition", "given", "kept"),
    [
        ({"type": "text"}, "  UD Mebel ", "UD Mebel"),
        ({"type": "text"}, "cafe\u0301", "café"),
        ({"type": "text"}, "   ", None),
        ({"type": "long_text"}, "satu\r\ndua", "satu\ndua"),
        ({"type": "number"}, "2.400", 2400),
        ({"type": "number", "decimals": 2}, "2.400,50", 2400.5),
        ({"type": "number", "decimals": 2}, 2400.5, 2400.5),
        ({"type": "number", "decimals": 3}, 1.125, 1.125),
        ({"type": "number"}, 5, 5),
        ({"type": "money"}, "Rp1.250.000.000", 1_250_000_000),
        ({"type": "money"}, 1_250_000_000, 1_250_000_000),
        ({"type": "date"}, "23-11-2026", "2026-11-23"),
        ({"type": "date", "not_before": "2020-01-01"}, "2020-01-01", "2020-01-01"),
        ({"type": "date", "not_before": "letters.task_order"}, "2026-11-20", "2026-11-20"),
        ({"type": "date", "not_before": "letters.not_signed_yet"}, "2020-01-01", "2020-01-01"),
        ({"type": "choice", **LISTED}, "b", "b"),
        ({"type": "choices", **LISTED}, ["c", "a", "a"], ["a", "c"]),
        ({"type": "choices", **LISTED}, [], []),
        ({"type": "yes_no"}, True, True),
        ({"type": "yes_no"}, False, False),
        ({"type": "yes_no"}, None, None),
        ({"type": "file"}, [1], [1]),
        ({"type": "file", "max_files": 2}, [1, 2, 1], [1, 2]),
        ({"type": "file", "requirement": "npwp"}, [], [2]),
        ({"type": "file", "requirement": "photo", "max_files": 2}, [], [4, 5]),
        ({"type": "file"}, [], []),
        ({"type": "person", "role": "technical_team"}, "budi", "budi"),
        ({"type": "persons", "role": "technical_team"}, ["joko", "budi"], ["budi", "joko"]),
    ],
)
def test_well_formed_answers_become_plain_values(definition, given, kept):
    result = read_both(field(**definition), {"it": given})
    assert result.errors == {}
    assert result.values == {"it": kept}
    assert type(result.values["it"]) is type(kept)


def test_a_json_number_is_exact_while_one_dot_before_three_typed_digits_groups_thousands():
    definition = field(type="number", decimals=3)
    assert read(definition, {"it": 1.125}, context()).values == {"it": 1.125}
    assert read(definition, {"it": "1.125"}, context()).values == {"it": 1125}


@pytest.mark.parametrize(
    ("definition", "given", "sentence"),
    [
        ({"type": "text", "max_length": 3}, "empat", "Isian has at most 3 characters; you entered 5."),
        ({"type": "text", "min_length": 3}, "a", "Isian has at least 3 characters; you entered 1."),
        ({"type": "text"}, "satu\ndua", "Isian must fit on one line."),
        ({"type": "text"}, "a\x00b", "Isian holds characters that cannot be stored."),
        ({"type": "long_text"}, "a\x1bb", "Isian holds characters that cannot be stored."),
        ({"type": "number"}, "banyak", "Isian must be a number such as 2.400,5."),
        ({"type": "number"}, "2,5", "Isian must be a whole number."),
        ({"type": "number", "decimals": 1}, "2,55", "Isian has at most 1 decimals."),
        ({"type": "number", "min": 0}, "-1", "Isian must be at least 0; you entered -1."),
        (
            {"type": "number", "max": 1000, "unit": "ha"},
            "1.001",
            "Isian must be at most 1.000 ha; you entered 1.001 ha.",
        ),
        ({"type": "number"}, 10**15, "Isian must be a number such as 2.400,5."),
        ({"type": "money"}, "1,25 M", "Isian must be an amount in whole rupiah such as Rp1.250.000.000."),
        ({"type": "money"}, "-5", "Isian must be at least Rp0; you entered -Rp5."),
        ({"type": "money", "max": 1000}, 2000, "Isian must be at most Rp1.000; you entered Rp2.000."),
        ({"type": "date"}, "2026-02-30", "Isian must be a date such as 23-11-2026."),
        (
            {"type": "date", "not_before": "today"},
            "2026-11-22",
            "Isian cannot be earlier than today (23-11-2026); you entered 22-11-2026.",
        ),
        (
            {"type": "date", "not_before": "2020-01-01"},
            "2019-12-31",
            "Isian cannot be earlier than 01-01-2020; you entered 31-12-2019.",
        ),
        (
            {"type": "date", "not_before": "letters.task_order"},
            "2026-11-19",
            "Isian cannot be earlier than “Surat Tugas” of 20-11-2026; you entered 19-11-2026.",
        ),
        (
            {"type": "date", "not_after": "letters.task_order"},
            "2026-11-21",
            "Isian cannot be later than “Surat Tugas” of 20-11-2026; you entered 21-11-2026.",
        ),
        (
            {"type": "date", "not_after": "2020-01-01"},
            "2020-01-02",
            "Isian cannot be later than 01-01-2020; you entered 02-01-2020.",
        ),
        ({"type": "choice", **LISTED}, "z", "Isian: “z” is not one of the choices."),
        ({"type": "choices", **LISTED}, ["a", "z"], "Isian: “z” is not one of the choices."),
        ({"type": "choices", "max": 1, **LISTED}, ["a", "b"], "Isian: choose at most 1."),
        ({"type": "choices", "min": 2, **LISTED}, ["a"], "Isian: choose at least 2."),
        ({"type": "yes_no"}, "mungkin", "Isian must be answered with yes or no."),
        ({"type": "yes_no", "must_be_yes": True}, False, "Isian must be confirmed."),
        ({"type": "file"}, [99], "Isian: there is no attachment “99”."),
        ({"type": "file"}, ["x"], "Isian: there is no attachment “x”."),
        ({"type": "file"}, [1, 2], "Isian: attach at most 1 files."),
        (
            {"type": "file", "requirement": "npwp"},
            [3],
            "Isian: this attachment was uploaded for another requirement.",
        ),
        (
            {"type": "person", "role": "technical_team"},
            "siti",
            "Isian: “siti” is not among the persons who can be named here.",
        ),
        (
            {"type": "persons", "role": "technical_team"},
            ["budi", "siti"],
            "Isian: “siti” is not among the persons who can be named here.",
        ),
        ({"type": "persons", "role": "nobody"}, ["budi"], None),
        (
            {"type": "persons", "role": "technical_team", "max": 1},
            ["budi", "joko"],
            "Isian: choose at most 1.",
        ),
        ({"type": "persons", "role": "technical_team", "min": 1}, [], "Isian is required."),
        ({"type": "persons", "role": "technical_team", "min": 2}, ["budi"], "Isian: choose at least 2."),
    ],
)
def test_ill_formed_answers_are_refused_at_their_field(definition, given, sentence):
    result = read_both(field(**definition), {"it": given})
    assert set(result.errors) == {"it"}
    if sentence is not None:
        assert sentences(result.errors) == {"it": sentence}


@pytest.mark.parametrize(
    ("definition", "given"),
    [
        ({"type": "text"}, 5),
        ({"type": "text"}, {"a": 1}),
        ({"type": "text"}, "\ud800"),
        ({"type": "number"}, True),
        ({"type": "number"}, float("nan")),
        ({"type": "number"}, float("inf")),
        ({"type": "number", "decimals": 2}, [1]),
        ({"type": "money"}, 1.5),
        ({"type": "date"}, 20261123),
        ({"type": "choice", **LISTED}, {"a": "b"}),
        ({"type": "choices", **LISTED}, {"a": True}),
        ({"type": "yes_no"}, 1),
        ({"type": "file"}, [True]),
        ({"type": "file"}, {"id": 1}),
        ({"type": "person", "role": "technical_team"}, ["budi"]),
        ({"type": "persons", "role": "technical_team"}, [{}]),
        ({"type": "group", "fields": {"a": {"type": "text", "title": "A"}}}, "x"),
        ({"type": "checklist", "required": False}, ["ok"]),
    ],
)
def test_a_machine_that_sends_another_kind_of_value_is_refused(definition, given):
    result = read(field(**definition), {"it": given}, context())
    assert set(result.errors) == {"it"}


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "text"},
        {"type": "long_text"},
        {"type": "number"},
        {"type": "money"},
        {"type": "date"},
        {"type": "choice", **LISTED},
        {"type": "choices", **LISTED},
        {"type": "yes_no"},
        {"type": "person", "role": "technical_team"},
        {"type": "persons", "role": "technical_team"},
        {"type": "nib"},
        {"type": "group", "fields": {"a": {"type": "text", "title": "A"}}},
    ],
)
def test_what_is_required_is_missed_absent_null_or_blank(definition):
    required = field(**definition, required=True)
    for given in ({}, {"it": None}):
        result = read(required, given, context())
        assert msgids(result.errors) == {"it": ["%(title)s is required."]}
    assert msgids(read(required, posted({"it": ""}), context()).errors) == {"it": ["%(title)s is required."]}


def test_nothing_is_required_of_a_draft_but_what_is_given_must_be_well_formed():
    definition = form(
        a={"type": "text", "title": "A", "required": True},
        b={"type": "nib", "title": "B", "required": True},
    )
    assert set(read_both(definition, {"b": "1"}, draft=True).errors) == {"b"}


def test_a_missing_document_is_an_error_unless_the_house_is_lenient_or_the_field_never_blocks():
    required = field(type="file", required=True)
    sentence = {"it": ["%(title)s has not been attached."]}
    assert msgids(read_both(required, {}).errors) == sentence
    lenient = read_both(required, {}, lenient_files=True)
    assert lenient.acceptable
    assert msgids(lenient.warnings) == sentence
    never = read_both(field(type="file", required=True, blocking=False), {})
    assert never.acceptable
    assert msgids(never.warnings) == sentence


def test_a_wrong_attachment_blocks_even_where_missing_ones_do_not():
    result = read_both(field(type="file", required=True), {"it": [99]}, lenient_files=True)
    assert set(result.errors) == {"it"}
    assert result.warnings == {}


def test_a_machine_is_told_of_names_that_do_not_exist_and_a_browser_is_not():
    definition = form(a={"type": "text", "title": "A"})
    assert msgids(read(definition, {"b": 1}, context()).errors) == {"b": ["There is no such field."]}
    assert read(definition, posted({"b": "1", "csrf_token": "x"}), context()).acceptable


def test_answers_that_are_no_object_are_refused_whole():
    for given in (None, [], "x", 5, True):
        assert set(read(form(a={"type": "text", "title": "A"}), given, context()).errors) == {""}
