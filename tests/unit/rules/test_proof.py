"""The proof against brute force: over small domains every claim is checked with all facts there are."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.definitions.decision_table import DecisionTable
from app.rules.proof import Finding, prove
from app.rules.rows import read_table
from bench.tables import divided, large
from tests.unit.rules import reference
from tests.unit.rules.written import SIGNAGE, load, spoiled, table

# Every class of values that the cells below can tell apart has a value here.
DOMAINS: dict[str, list[Any]] = {
    "number": [None, -1, 0, "0.5", 1, "1.5", 2, 3],
    "date": [
        *(None, "0001-01-01", "2024-12-31", "2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"),
        "9999-12-31",
    ],
    "boolean": [None, True, False],
    "text": [None, "a", "b", "c"],
    "open": [None, "a", "b", "zzz"],
    "list": [None, ["a"], ["b"], ["a", "b"], ["c"], ["a", "c"], ["b", "c"], ["a", "b", "c"]],
}
NUMBERS = [
    0,
    1,
    2,
    "< 1",
    "<= 1",
    "> 0",
    ">= 2",
    "[0 .. 1]",
    "(0 .. 2)",
    {"not": 1},
    {"not": [0, 2]},
    [0, None],
    None,
]
DAYS = [
    "2025-01-01",
    "< 2025-01-02",
    ">= 2025-01-03",
    "[2025-01-01 .. 2025-01-03]",
    {"not": "2025-01-02"},
    ">= 0001-01-01",
    "[2025-01-03 .. 9999-12-31]",
    None,
]
TEXTS = ["a", "b", ["a", "b"], ["a", None], {"not": "a"}, {"not": ["a", "b"]}, {"not": None}, None, "-"]
CELLS: dict[str, list[Any]] = {
    "number": NUMBERS,
    "date": DAYS,
    "boolean": [True, False, None, [True, None], {"not": None}, {"not": True}],
    "text": [*TEXTS, "c"],
    "open": TEXTS,
    "list": [
        {"has": "a"},
        {"has": ["a", "b"]},
        {"has_not": "a"},
        {"has": "b", "has_not": "a"},
        None,
        {"not": None},
    ],
}
ONE_CELL_IS_ENOUGH = ["number", "date", "boolean", "text", "open"]


@st.composite
def small_tables(draw: st.DrawFn, kinds: list[str], policies: list[str]) -> DecisionTable:
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    inputs = {
        f"f{n}": {"type": "text" if kind == "open" else kind, "title": kind}
        | ({"values": ["a", "b", "c"]} if kind in ("text", "list") else {})
        for n, kind in enumerate(chosen)
    }
    cells = {f"f{n}": st.sampled_from(CELLS[kind]) for n, kind in enumerate(chosen)}
    policy = draw(st.sampled_from(policies))
    rows = [
        {
            "when": draw(st.fixed_dictionaries({}, optional=cells)),
            "then": {"outcome": draw(st.sampled_from("xy"))},
        }
        | ({"priority": draw(st.integers(1, 3))} if policy == "priority" else {})
        for _ in range(draw(st.integers(1, 7)))
    ]
    if policy == "collect":
        rows = [{**row, "then": {}} for row in rows]
    return table({
        "kind": "decision_table", "title": "Kecil", "hit_policy": policy, "inputs": inputs, "rows": rows,
        "outcomes": {} if policy == "collect" else {"x": "X", "y": "Y"},
        "default": draw(st.sampled_from([None, None, {"outcome": "x"}])) if policy != "collect" else None,
    })  # fmt: skip


def domain(small: DecisionTable) -> Iterator[dict[str, Any]]:
    lists = [DOMAINS["open" if i.type == "text" and not i.values else i.type] for i in small.inputs.values()]
    return (dict(zip(small.inputs, values, strict=True)) for values in product(*lists))


def found(small: DecisionTable) -> list[Finding]:
    read, problems = read_table(small)
    assert problems == []
    return prove(read)


def of(findings: list[Finding], *kinds: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind in kinds]


ALL = settings(
    max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@ALL
@given(small=small_tables(list(DOMAINS), ["first", "priority", "unique", "any", "collect"]))
def test_the_proof_finds_what_brute_force_finds(small: DecisionTable) -> None:
    findings = found(small)
    answers = [(facts, reference.answer(small, facts)) for facts in domain(small)]
    matching = [
        {n for n, row in enumerate(small.rows, 1) if reference.matches(small, row.when, facts)}
        for facts, _ in answers
    ]
    impossible = {n for n in range(1, len(small.rows) + 1) if not any(n in rows for rows in matching)}
    assert {f.rows[0] for f in of(findings, "impossible")} == impossible
    assume(not impossible)
    open_ended = small.hit_policy != "collect" and small.default is None
    assert bool(of(findings, "gap")) == (open_ended and not all(matching))
    conflicts = [rows for _, (kind, _, _, rows) in answers if kind == "conflict"]
    assert bool(of(findings, "overlap", "conflict")) or not conflicts or bool(of(findings, "duplicate"))
    for finding in of(findings, "overlap", "conflict"):
        assert reference.answer(small, finding.facts or {})[0] == "conflict"
    if small.hit_policy in ("first", "priority"):
        winners = {row for _, (_, _, _, rows) in answers for row in rows}
        hidden = {f.rows[0] for f in of(findings, "unreachable", "duplicate")}
        assert hidden == set(range(1, len(small.rows) + 1)) - winners
    for finding in of(findings, "gap"):
        assert finding.facts is None or reference.answer(small, finding.facts)[3] == []


@ALL
@given(small=small_tables(list(DOMAINS), ["first", "priority", "unique", "any", "collect"]))
def test_an_input_without_effect_never_changes_an_answer(small: DecisionTable) -> None:
    findings = found(small)
    assume(not of(findings, "impossible"))
    claimed = {finding.path.removeprefix("inputs.") for finding in of(findings, "no_effect")}
    for path in small.inputs:
        said: dict[str, set[str]] = {}
        for facts in domain(small):
            others = repr([(name, value) for name, value in facts.items() if name != path])
            kind, outcome, outputs, rows = reference.answer(small, facts)
            shown = rows if small.hit_policy == "collect" else (bool(rows), outcome, outputs)
            said.setdefault(others, set()).add(repr((kind, shown)))
        assert (path in claimed) == all(len(answers) == 1 for answers in said.values())


@ALL
@given(small=small_tables(ONE_CELL_IS_ENOUGH, ["first", "priority", "unique", "any"]))
def test_the_rows_it_suggests_close_every_gap_and_open_no_conflict(small: DecisionTable) -> None:
    gaps = of(found(small), "gap")
    assume(gaps and not of(found(small), "impossible") and all(gap.row is not None for gap in gaps))
    extra = [{"when": gap.row, "then": {"outcome": "x"}} for gap in gaps]
    if small.hit_policy == "priority":
        extra = [{**row, "priority": 9} for row in extra]
    data = small.model_dump(exclude_none=True)
    closed = table({**data, "rows": [*[_plain(row) for row in small.rows], *extra]})
    assert of(found(closed), "gap", "impossible") == []
    new = set(range(len(small.rows) + 1, len(closed.rows) + 1))
    if small.hit_policy in ("unique", "any"):
        assert not new & {n for f in of(found(closed), "overlap", "conflict") for n in f.rows}


def _plain(row: Any) -> dict[str, Any]:
    kept = {"when": row.when, "then": row.then}
    return {**kept, "priority": row.priority} if row.priority is not None else kept


@ALL
@given(small=small_tables(list(DOMAINS), ["first", "priority"]))
def test_a_last_row_can_always_close_a_gap_also_of_lists(small: DecisionTable) -> None:
    gaps = of(found(small), "gap")
    assume(gaps and all(gap.row is not None for gap in gaps))
    last = {"priority": 9} if small.hit_policy == "priority" else {}
    extra = [{"when": gap.row, "then": {"outcome": "x"}, **last} for gap in gaps]
    data = small.model_dump(exclude_none=True)
    closed = table({**data, "rows": [*[_plain(row) for row in small.rows], *extra]})
    assert of(found(closed), "gap") == []


def test_a_gap_is_one_row_as_an_officer_would_write_it() -> None:
    small = spoiled(SIGNAGE, ("rows",), [
        {"when": {"application.area_m2": "<= 8"}, "then": {"outcome": "desk"}},
        {"when": {"application.area_m2": "(8 .. 20]", "zone": ["trade", None]}, "then": {"outcome": "desk"}},
        {"when": {"application.area_m2": "> 20"}, "then": {"outcome": "survey"}},
    ])  # fmt: skip
    data = {**small.model_dump(exclude_none=True), "examples": []}
    del data["default"]
    rows = [gap.row for gap in of(found(table(data)), "gap")]
    assert len(rows) == 2
    assert {"application.area_m2": "(8 .. 20]", "zone": ["heritage", "protected"]} in rows
    assert {"application.area_m2": None} in rows


def test_a_gap_that_is_meant_is_waived_with_its_reason_and_only_there() -> None:
    data = load(SIGNAGE)
    data["examples"], data["rows"] = [], [{"when": {"on_road_land": True}, "then": {"outcome": "survey"}}]
    del data["default"]
    reason = "Formulir mewajibkan jawaban ini."
    data["waivers"] = [{"finding": "gap", "when": {"on_road_land": None}, "reason": reason}]
    gaps = of(found(table(data)), "gap")
    assert [(gap.row, gap.waived) for gap in gaps] == [
        ({"on_road_land": None}, reason),
        ({"on_road_land": False}, None),
    ]
    assert [gap.stops for gap in gaps] == [False, True]


@pytest.mark.parametrize("open_ended", ["<= 9999-12-31", "[0001-01-01 .. 9999-12-31]"])
def test_no_day_is_asked_for_that_a_calendar_does_not_have(open_ended: str) -> None:
    small = table({
        "kind": "decision_table", "title": "Hari", "hit_policy": "first", "outcomes": {"x": "X"},
        "inputs": {"day": {"type": "date", "title": "Hari"}},
        "rows": [{"when": {"day": open_ended}, "then": {"outcome": "x"}}],
    })  # fmt: skip
    assert [gap.row for gap in of(found(small), "gap")] == [{"day": None}]


@pytest.mark.parametrize(
    "limits", [("< 1234567890123456789012345678901234567", "> 1234567890123456789012345678901234567.01")]
)
def test_the_example_of_a_gap_between_long_numbers_is_not_rounded(limits: tuple[str, str]) -> None:
    small = table({
        "kind": "decision_table", "title": "Angka", "hit_policy": "first", "outcomes": {"x": "X"},
        "inputs": {"n": {"type": "number", "title": "Angka"}},
        "rows": [{"when": {"n": cell}, "then": {"outcome": "x"}} for cell in (*limits, None)],
    })  # fmt: skip
    gaps = of(found(small), "gap")
    assert gaps
    for gap in gaps:
        assert reference.answer(small, gap.facts or {})[3] == []


def test_several_rows_that_together_hide_another_are_named() -> None:
    data = {**load(SIGNAGE), "examples": []}
    data["rows"] = [
        {"when": {"built_on": "2020-01-01"}, "then": {"outcome": "desk"}},
        {"when": {"on_road_land": True}, "then": {"outcome": "survey"}},
        {"when": {"on_road_land": [False, None]}, "then": {"outcome": "survey"}},
        {"when": {"application.area_m2": 3}, "then": {"outcome": "survey"}},
    ]
    hidden = of(found(table(data)), "unreachable")
    assert [finding.rows for finding in hidden] == [(4, 2, 3)]


@pytest.mark.parametrize("policy", ["first", "unique", "any"])
def test_two_hundred_rows_and_eight_columns_are_not_too_many(policy: str) -> None:
    findings = found(table(large(policy, 7)))
    assert of(findings, "gap")
    assert not of(findings, "too_large")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_complete_large_table_has_no_gap_and_one_row_less_is_just_that_gap(seed: int) -> None:
    whole = table(divided(200, seed))
    assert of(found(whole), "gap", "unreachable", "duplicate", "too_large") == []
    place = 60 + seed
    data = whole.model_dump(exclude_none=True)
    rows = [_plain(row) for row in whole.rows]
    gaps = of(found(table({**data, "rows": rows[:place] + rows[place + 1 :]})), "gap")
    assert gaps
    for gap in gaps:
        assert reference.answer(whole, gap.facts or {})[3] == [place + 1]
