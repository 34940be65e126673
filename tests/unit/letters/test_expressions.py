"""Fields and conditions that are written are understood again; an absent answer does no harm."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.definitions.form import FormDefinition
from app.errors import Invalid
from app.forms.structure import structure_of
from app.letters.expressions import (
    CHOICE,
    JOINED,
    YES_NO,
    Comparison,
    Said,
    alternatives,
    bound_by,
    comparison_in,
    paths_in,
    said,
)
from app.letters.phrasing import Access, condition, written_as
from app.letters.reading import read_body
from app.letters.spoken import faults, spoken
from app.letters.templating import write

ACCESS = st.builds(Access, st.just("data.visit.area"), st.booleans(), st.booleans())
VALUE = st.text("ab\"' {}%", max_size=5) | st.integers(-9, 9)
TESTS = st.one_of(
    st.tuples(st.sampled_from(["filled", "empty"]), st.none()),
    st.tuples(st.sampled_from(["equals", "differs", "more", "less", "at_least", "at_most"]), VALUE),
    st.tuples(st.just("one_of"), st.lists(VALUE, min_size=1, max_size=3)),
    st.tuples(st.just("contains"), st.text("ab\"' {}%", max_size=5)),
)
FILTERS = st.sampled_from(["", "upper", "tanggal", "angka", CHOICE, YES_NO, JOINED])
NOTHING: list[dict[str, Any]] = [{"data": {}}, {"data": {"visit": {}}}, {"data": {"visit": {"area": None}}}]


@settings(max_examples=80, deadline=None)
@given(ACCESS, TESTS)
def test_a_condition_that_is_written_is_understood(access: Access, test: tuple[str, Any]) -> None:
    operator, value = test
    assert comparison_in(condition(access, operator, value), {}) == Comparison(
        "data.visit.area", operator, value
    )


@settings(max_examples=80, deadline=None)
@given(ACCESS, FILTERS)
def test_a_field_that_is_written_is_understood(access: Access, name: str) -> None:
    found = said(written_as(access, name, {"a": "Satu"}), {})
    assert found is not None
    assert (found.path, found.filters) == ("data.visit.area", (name,) if name else ())


@pytest.mark.parametrize("name", ["", "tanggal", "angka", "rupiah", CHOICE, YES_NO, JOINED])
def test_what_may_be_absent_is_written_without_harm(name: str) -> None:
    written = written_as(Access("data.visit.area", is_certain=False), name, {"a": "Satu"})
    for context in NOTHING:
        assert write((), "x", f"{{{{ {written} }}}}", context) in ("-", "tidak")
    for operator, value in (
        ("filled", None),
        ("empty", None),
        ("equals", "a"),
        ("more", 5),
        ("contains", "a"),
    ):
        code = condition(Access("data.visit.area", is_certain=False), operator, value)
        for context in NOTHING:
            write((), "x", f"{{% {code} %}}x{{% endif %}}", context)


@pytest.mark.parametrize("value", [None, {}, [], True, [{}]])
def test_a_comparison_needs_a_value(value: Any) -> None:
    with pytest.raises(Invalid):
        condition(Access("today"), "equals", value)
    with pytest.raises(Invalid):
        condition(Access("today"), "one_of", value)


def test_what_others_wrote_is_understood_as_far_as_it_is_simple() -> None:
    scope = {
        **bound_by("for item in data.application.products", {}),
        **bound_by("set v = data.visit|default({})", {}),
    }
    assert said("item.product|upper", scope) == Said("data.application.products.*.product", ("upper",))
    assert said('v.get("place")', scope) == Said("data.visit.place")
    assert said('"ya" if v.fits else "tidak"', scope) == Said("data.visit.fits", (YES_NO,), ("ya", "tidak"))
    assert said('v.get("a") or data.b', scope) is None
    assert paths_in('v.get("a") or data.b', scope) == ["data.visit.a", "data.b"]
    assert alternatives('"siap" if a.b == "c" else "belum"') == ["siap", "belum"]
    assert comparison_in("if a and b", scope) is None
    assert comparison_in("elif not v.x", scope) == Comparison("data.visit.x", "empty")


def test_faults_are_named_where_they_stand() -> None:
    doc = read_body(
        "{% set visit = data.visit %}<p>{{ visit.a }} {{ nope }}</p>\n"
        "{% if missing.x %}<p>{% for y in data.list %}{{ y.z }}{% endfor %}</p>"
        "{% else %}<p>{{ a b }}</p>{% endif %}<table>{% if gone %}{% for m in members %}"
        "<tr><td>{{ m.name }} {{ m }}</td></tr>{% endfor %}{% endif %}</table>"
    )
    known = [frozenset({"data.*", "members.*"})]
    found = dict(zip([each.text for each in spoken(doc)], faults(doc, known), strict=True))
    assert {text: fault for text, fault in found.items() if fault} == {
        "nope": "nope", "if missing.x": "missing.x", "a b": "?", "if gone": "gone",
    }  # fmt: skip


def test_a_case_without_its_people_keeps_its_structure() -> None:
    fields = {
        "name": {"type": "text", "title": "Nama"}, "nik": {"type": "nik", "title": "NIK"},
        "area": {"type": "number", "title": "Luas"}, "on": {"type": "date", "title": "Tanggal"},
        "status": {"type": "choice", "title": "Status", "values": {"own": "Milik"}},
        "rows": {"type": "group", "title": "Produk", "fields": {
            "what": {"type": "text", "title": "Jenis"}, "count": {"type": "number", "title": "Banyak"}}},
        "list": {"type": "checklist", "title": "Berkas"},
    }  # fmt: skip
    sections = [{"title": "S", "fields": fields}]
    form = FormDefinition.model_validate({"kind": "form", "title": "F", "sections": sections})
    given = {
        "name": "Siti", "nik": "1234", "area": 5, "on": "2026-11-20", "status": "own",
        "other": ["Budi", {"a": "x"}],
        "rows": [{"what": "Kursi", "count": 3}, {"what": "", "count": 1}],
        "list": {"ktp": {"state": "wrong", "count": 2, "note": "nama Siti"}},
    }  # fmt: skip
    assert structure_of(form, given) == {
        "name": "[Nama]", "nik": "[NIK]", "area": 5, "on": "2026-11-20", "status": "own",
        "other": ["[other]", {"a": "[other]"}],
        "rows": [{"what": "[Jenis]", "count": 3}, {"what": "", "count": 1}],
        "list": {"ktp": {"state": "wrong", "count": 2, "note": "[Berkas]"}},
    }  # fmt: skip
