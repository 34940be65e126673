"""Conditions, groups, checklists and formulas of whole forms; nothing handed in makes reading fail."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms.answers import read
from app.forms.paths import closed_values, facts, provided_facts, roles
from tests.unit.forms.samples import REQUIREMENTS, context, form, msgids, posted, read_both

MACHINES = {
    "type": "group",
    "title": "Mesin",
    "max": 3,
    "fields": {
        "name": {"type": "text", "title": "Nama mesin", "required": True},
        "count": {"type": "number", "title": "Jumlah", "min": 1},
        "old": {"type": "yes_no", "title": "Bekas"},
        "year": {"type": "number", "title": "Tahun", "show_if": "old", "require_if": "kind == 'b'"},
        "twice": {"type": "computed", "title": "Dua kali", "formula": "count * 2"},
    },
}
KIND = {"type": "choice", "title": "Jenis", "values": {"a": "A", "b": "B"}}
WHOLE = form(
    [
        {
            "title": "Data",
            "fields": {
                "kind": KIND,
                "reason": {"type": "text", "title": "Alasan", "show_if": "kind == 'b'", "required": True},
                "deep": {"type": "nib", "title": "Dalam", "show_if": "reason == 'x'"},
                "machines": MACHINES,
                "total": {"type": "computed", "title": "Jumlah", "formula": "sum(machines.twice)"},
            },
        },
        {
            "title": "Besar",
            "show_if": "total > 10",
            "fields": {
                "proof": {"type": "text", "title": "Bukti", "required": True},
                "checklist": {"type": "checklist", "title": "Daftar periksa"},
            },
        },
    ]
)
CHECKLIST = form(checklist={"type": "checklist", "title": "Daftar periksa"})


def test_a_hidden_answer_is_dropped_with_its_errors_and_what_depends_on_it():
    result = read_both(WHOLE, {"kind": "a", "reason": "x", "deep": "wrong", "proof": "\x00"})
    assert result.errors == {}
    assert set(result.values) == {"kind", "machines", "total"}


def test_a_shown_answer_is_required_and_checked():
    assert set(read_both(WHOLE, {"kind": "b"}).errors) == {"reason"}
    assert set(read_both(WHOLE, {"kind": "b", "reason": "x", "deep": "1"}).errors) == {"deep"}


def test_a_section_appears_by_a_formula_over_a_group():
    rows = [{"name": "Gergaji", "count": 4}, {"name": "Bor", "count": 2}]
    result = read_both(WHOLE, {"machines": rows})
    assert result.values["total"] == 12
    assert set(result.errors) == {"proof", "checklist.npwp", "checklist.deed", "checklist.photo"}


def test_rows_keep_the_number_they_were_given_under_and_blank_ones_go():
    rows = [{"name": "", "count": None}, {"name": "Bor", "count": "nol"}, {}, {"count": 2}]
    definition = form(kind=KIND, machines={**MACHINES, "max": 10})
    result = read(definition, {"machines": rows}, context())
    assert msgids(result.errors) == {
        "machines.1.count": ["%(title)s must be a number such as 2.400,5."],
        "machines.3.name": ["%(title)s is required."],
    }
    assert len(result.values["machines"]) == 2


def test_conditions_in_a_row_see_the_row_first_and_the_form_around_it():
    rows = [{"name": "Bor", "old": True}, {"name": "Pres", "old": False, "year": 1}]
    result = read_both(form(kind=KIND, machines=MACHINES), {"kind": "b", "machines": rows})
    assert set(result.errors) == {"machines.0.year"}
    assert "year" not in result.values["machines"][1]


def test_errors_come_in_the_order_of_the_screen():
    rows = [{"count": 1}, {"name": "Bor", "count": "x"}]
    result = read(WHOLE, {"kind": "b", "machines": rows, "other": 1, "deep": "1"}, context())
    assert list(result.errors) == ["other", "reason", "machines.0.name", "machines.1.count"]


def test_too_many_too_few_and_misshapen_rows():
    definition = form(kind=KIND, machines={**MACHINES, "min": 2})
    row = {"name": "Bor"}
    assert msgids(read_both(definition, {"machines": [row] * 4}).errors) == {
        "machines": ["%(title)s has at most %(n)d rows."]
    }
    assert msgids(read_both(definition, {"machines": [row]}).errors) == {
        "machines": ["%(title)s needs at least %(n)d rows."]
    }
    result = read(definition, {"machines": [row, "x", {**row, "colour": 1}]}, context())
    assert msgids(result.errors) == {
        "machines.1": ["A row must be an object."],
        "machines.2.colour": ["There is no such field."],
    }


def test_rows_that_a_browser_numbered_with_gaps_are_read_in_order():
    result = read(
        form(kind=KIND, machines=MACHINES),
        posted({"machines-7-name": "Bor", "machines-2-name": "Las"}),
        context(),
    )
    assert [row["name"] for row in result.values["machines"]] == ["Las", "Bor"]


def test_formulas_are_computed_by_the_server_and_never_taken():
    rows = [{"name": "Bor", "count": 3, "twice": 999}]
    result = read(WHOLE, {"machines": rows, "total": 999}, context())
    assert result.acceptable
    assert result.values["machines"][0]["twice"] == 6
    assert result.values["total"] == 6


def test_a_checklist_takes_states_or_objects_and_counts_copies():
    given_ = {
        "npwp": "ok",
        "deed": "not_applicable",
        "photo": {"state": "incomplete", "count": 1, "note": "satu"},
    }
    as_json = read(CHECKLIST, {"checklist": given_}, context())
    by_post = read(
        CHECKLIST,
        posted({"checklist": {"npwp-state": "ok", "deed-state": "not_applicable", "photo": given_["photo"]}}),
        context(),
    )
    assert as_json == by_post
    assert as_json.values["checklist"] == {
        "npwp": {"state": "ok", "count": None, "note": ""},
        "deed": {"state": "not_applicable", "count": None, "note": ""},
        "photo": {"state": "incomplete", "count": 1, "note": "satu"},
    }


def test_whoever_only_ticks_ok_or_missing_has_counted():
    for state, count in (("ok", 2), ("missing", 0), ("wrong", None)):
        result = read(CHECKLIST, {"checklist": {"npwp": "ok", "deed": "ok", "photo": state}}, context())
        assert result.values["checklist"]["photo"]["count"] == count


def test_every_fault_of_a_checklist_has_its_own_path():
    given_ = {
        "npwp": "hilang",
        "photo": {"state": "ok", "count": -1, "note": "x" * 1001, "colour": 1},
        "other": "ok",
        "deed": 5,
    }
    result = read(CHECKLIST, {"checklist": given_}, context())
    assert set(result.errors) == {
        "checklist.npwp",
        "checklist.photo.count",
        "checklist.photo.note",
        "checklist.photo.colour",
        "checklist.other",
        "checklist.deed",
    }


def test_an_unanswered_requirement_is_told_at_its_path_unless_the_checklist_is_voluntary():
    assert msgids(read_both(CHECKLIST, {}).errors) == {
        f"checklist.{item.key}": ["Choose the state of %(title)s."] for item in REQUIREMENTS
    }
    voluntary = form(
        checklist={"type": "checklist", "title": "Daftar", "required": False, "requirements": ["npwp"]}
    )
    assert read_both(voluntary, {}).values == {"checklist": {}}


def test_facts_are_flat_paths_with_null_for_what_was_not_answered():
    definition = form(
        fits={"type": "yes_no", "title": "Sesuai"},
        kind=KIND,
        machines=MACHINES,
        team={"type": "persons", "title": "Tim", "role": "technical_team"},
        checklist={"type": "checklist", "title": "Daftar", "required": False},
    )
    assert provided_facts(definition, REQUIREMENTS) == {
        "fits": "boolean",
        "kind": "text",
        "team": "list",
        "checklist.npwp": "text",
        "checklist.deed": "text",
        "checklist.photo": "text",
        "checklist.photo.count": "number",
    }
    assert closed_values(definition, REQUIREMENTS)["kind"] == ("a", "b")
    assert roles(definition) == {"technical_team"}
    values = read(definition, {"fits": True, "checklist": {"photo": "missing"}}, context()).values
    found = facts(definition, values, REQUIREMENTS)
    assert found["fits"] is True
    assert found["checklist.photo"] == "missing"
    assert found["checklist.photo.count"] == 0
    assert found["checklist.npwp"] is None
    assert found["kind"] is None


def test_stored_answers_can_be_read_again_unchanged():
    rows = [{"name": "Bor", "count": 6, "old": True, "year": 2020}]
    checked = {"npwp": "ok", "deed": "missing", "photo": {"state": "ok", "count": 1, "note": "x"}}
    first = read(
        WHOLE, {"kind": "b", "reason": "y", "machines": rows, "proof": "z", "checklist": checked}, context()
    )
    assert first.acceptable
    stored = json.loads(json.dumps(first.values))
    assert read(WHOLE, stored, context()) == first


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["ok", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["npwp", "photo", "state", "count", "note", "name", "old", "year"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = st.sampled_from(["kind", "reason", "deep", "machines", "total", "proof", "checklist", "other"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=8) | JSON)
def test_reading_never_fails_whatever_json_is_sent(submitted):
    result = read(WHOLE, submitted, context())
    json.dumps([result.values, sorted(result.errors)], allow_nan=False).encode()
    for found in (*result.errors.values(), *result.warnings.values()):
        assert all(str(sentence) for sentence in found)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(
            r"(kind|machines-[0-9]{1,3}-(name|count)|checklist-photo-(state|count))", fullmatch=True
        ),
        st.text(max_size=20),
    )
)
def test_reading_never_fails_whatever_is_posted(fields):
    read(WHOLE, posted(fields), context())
