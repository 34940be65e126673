"""Wrong tables are refused, each problem at its exact place, before anybody's application meets them."""

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from app.definitions.decision_table import DecisionTable
from app.errors import Invalid
from app.rules.check import check_table
from app.rules.evaluate import compile_table
from tests.unit.rules.written import DEFICIENCIES, SIGNAGE, load, spoiled, table

AREA, ROAD, ZONE, BUILT, KINDS = "application.area_m2", "on_road_land", "zone", "built_on", "kinds"


def places(checked: DecisionTable) -> list[str]:
    return [problem.path for problem in check_table(checked)]


def test_the_tables_as_written_are_right() -> None:
    assert check_table(table(load(SIGNAGE))) == []
    assert check_table(table(load(DEFICIENCIES))) == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [(AREA, "> delapan"), (AREA, True), (AREA, []), (AREA, "[9 .. 2]"), (AREA, "(2 .. 2]"), (AREA, "[2 .. "),
     (AREA, "> 8.123"), (AREA, 8.123), (AREA, 1234567890123456.7), (AREA, date(2020, 1, 1)), (AREA, "8 m2"),
     (AREA, ["> 8", 3]), (AREA, {"not": "> 8"}), (AREA, {"has": 3}), (AREA, {}), (AREA, "__import__('os')"),
     (AREA, float("inf")), (AREA, ">"), (AREA, "2,5"), (ROAD, "ya"), (ROAD, 1), (ROAD, "> true"),
     (ROAD, "true"), (ZONE, 5), (ZONE, "downtown"), (ZONE, ["trade", "downtown"]), (ZONE, "> trade"),
     (ZONE, {"not": "downtown"}), (ZONE, ""), (ZONE, {"has": "trade"}),
     (ZONE, {"not": "trade", "has": "trade"}), (ZONE, False),
     (BUILT, "2020-13-01"), (BUILT, datetime(2020, 1, 1)), (BUILT, "> 2020"), (BUILT, 2020),
     (KINDS, "neon"), (KINDS, ["neon"]), (KINDS, {"has": "smoke"}), (KINDS, {"has": []}),
     (KINDS, {"not": "neon"}), (KINDS, {"has": 3}), (KINDS, {"only": "neon"})],
)  # fmt: skip
def test_a_wrong_cell_is_refused_by_row_and_column(column: str, cell: Any) -> None:
    wrong = spoiled(SIGNAGE, ("rows", 2, "when"), {column: cell})
    problems = check_table(wrong)
    assert [problem.path for problem in problems] == [f"rows.3.when.{column}"]
    assert problems[0].message.params["row"] == 3
    assert problems[0].message.params["column"] == wrong.inputs[column].title
    with pytest.raises(Invalid) as refused:
        compile_table(wrong)
    assert list(refused.value.errors) == [f"rows.3.when.{column}"]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [(("rows", 0, "when"), {"area": 1}, "rows.1.when.area"),
     (("rows", 1, "then"), {"outcome": "visit"}, "rows.2.then.outcome"),
     (("rows", 1, "then"), {}, "rows.2.then.outcome"),
     (("rows", 1, "then"), {"outcome": ["survey"]}, "rows.2.then.outcome"),
     (("rows", 1, "then"), {"outcome": "survey", "why": "x"}, "rows.2.then.why"),
     (("rows", 1, "then"), {"outcome": "survey", "reason": 5}, "rows.2.then.reason"),
     (("rows", 1, "then"), {"outcome": "survey", "fee": "5"}, "rows.2.then.fee"),
     (("rows", 1, "then"), {"outcome": "survey", "fee": True}, "rows.2.then.fee"),
     (("rows", 1, "priority"), 1, "rows.2.priority"),
     (("default",), {"outcome": "gone"}, "default.outcome"),
     (("default",), {}, "default.outcome"),
     (("inputs", "zone", "values"), [], "inputs.zone.values"),
     (("inputs", "zone", "decimals"), 1, "inputs.zone.decimals"),
     (("inputs", "on_road_land", "values"), ["yes"], "inputs.on_road_land.values"),
     (("outputs", "rows"), {"type": "text", "title": "x"}, "outputs.rows")],
)  # fmt: skip
def test_a_wrong_part_is_refused_at_its_place(path: tuple[str | int, ...], value: Any, place: str) -> None:
    assert place in places(spoiled(SIGNAGE, path, value))


def test_a_table_that_collects_has_neither_default_nor_outcomes_in_its_rows() -> None:
    assert places(spoiled(DEFICIENCIES, ("default",), {})) == ["default"]
    assert places(spoiled(DEFICIENCIES, ("rows", 0, "then"), {"outcome": "bad"})) == ["rows.1.then.outcome"]


def test_every_row_of_a_priority_table_needs_its_priority() -> None:
    assert places(spoiled(SIGNAGE, ("hit_policy",), "priority")) == [
        f"rows.{n}.priority" for n in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("example", "place"),
    [({"given": {"on_road_land": True}, "expect": {"outcome": "desk"}}, "expect.outcome"),
     ({"given": {"on_road_land": True}, "expect": {"rows": [1]}}, "expect.rows"),
     ({"given": {"on_road_land": True}, "expect": {"fee": 5}}, "expect.fee"),
     ({"given": {"on_road_land": True}, "expect": {"reazon": "x"}}, "expect.reazon"),
     ({"given": {"on_road_land": True}, "expect": {"fee": "5"}}, "expect.fee"),
     ({"given": {"on_road": True}, "expect": {"outcome": "survey"}}, "given.on_road"),
     ({"given": {"zone": "downtown"}, "expect": {"outcome": "survey"}}, "given.zone")],
)  # fmt: skip
def test_an_example_that_fails_names_what_differs(example: Any, place: str) -> None:
    assert places(spoiled(SIGNAGE, ("examples", 1), example)) == [f"examples.2.{place}"]


def test_examples_of_a_table_that_collects_expect_rows() -> None:
    wrong = {"given": {"checklist.npwp": "ok"}, "expect": {"outcome": "complete", "rows": [2]}}
    assert places(spoiled(DEFICIENCIES, ("examples", 0), wrong)) == [
        "examples.1.expect.outcome",
        "examples.1.expect.rows",
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [(("surprise",), 1), (("hit_policy",), "last"), (("rows",), []), (("inputs",), {}),
     (("inputs", "a b"), {}), (("rows", 0, "if"), {}), (("inputs", "zone", "type"), "formula"),
     (("examples", 0, "expect"), {}), (("outcomes", "Survey!"), "x")],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(path: tuple[str | int, ...], value: Any) -> None:
    with pytest.raises(ValidationError):
        spoiled(SIGNAGE, path, value)


def rows_of(policy: str, *conditions: dict[str, Any]) -> DecisionTable:
    data = {**load(SIGNAGE), "hit_policy": policy, "examples": []}
    data["rows"] = [
        {"when": when, "then": {"outcome": "survey", "fee": number}} for number, when in enumerate(conditions)
    ]
    return table(data)


@pytest.mark.parametrize(
    ("earlier", "later", "dead"),
    [({}, {AREA: 3}, True), ({AREA: "> 8"}, {AREA: "> 9"}, True), ({AREA: "> 8"}, {AREA: ">= 8"}, False),
     ({AREA: "<= 8"}, {AREA: "[1 .. 8]", ROAD: True}, True), ({AREA: "< 8"}, {AREA: "[1 .. 8]"}, False),
     ({AREA: {"not": 3}}, {AREA: [1, 2]}, True), ({AREA: {"not": 3}}, {AREA: [1, None]}, False),
     ({ZONE: ["trade", "heritage", "protected"]}, {ZONE: {"not": None}}, True),
     ({ZONE: ["trade", "heritage"]}, {ZONE: {"not": None}}, False),
     ({ZONE: None}, {ZONE: None, AREA: 1}, True),
     ({ROAD: [True, False, None]}, {KINDS: None}, True), ({ROAD: [True, False]}, {ROAD: "-"}, False),
     ({BUILT: "> 2020-01-01"}, {BUILT: "[2020-01-02 .. 2020-01-09]"}, True),
     ({BUILT: ["2020-01-01", "2020-01-02"]}, {BUILT: "[2020-01-01 .. 2020-01-02]"}, True),
     ({BUILT: ["2020-01-01", "2020-01-03"]}, {BUILT: "[2020-01-01 .. 2020-01-03]"}, False),
     ({KINDS: {"has": ["neon", "video"]}}, {KINDS: {"has": "neon"}}, True),
     ({KINDS: {"has": "neon"}}, {KINDS: {"has": ["neon", "video"]}}, False),
     ({KINDS: {"has_not": "neon"}}, {KINDS: None}, True),
     ({KINDS: {"not": None}}, {KINDS: {"has": "neon"}}, True)],
)  # fmt: skip
def test_a_row_that_an_earlier_one_always_forestalls_is_found(
    earlier: dict[str, Any], later: dict[str, Any], dead: bool
) -> None:
    assert places(rows_of("first", earlier, later)) == (["rows.2"] if dead else [])


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [({AREA: "<= 8"}, {AREA: "> 8"}, False), ({AREA: "<= 8"}, {AREA: ">= 8"}, True),
     ({AREA: 3}, {ROAD: True}, True), ({BUILT: "> 2020-01-01"}, {BUILT: "< 2020-01-02"}, False),
     ({ZONE: "trade"}, {ZONE: {"not": "trade"}}, False),
     ({KINDS: {"has": "neon"}}, {KINDS: {"has": "video"}}, True),
     ({KINDS: {"has": "neon"}}, {KINDS: {"has_not": "neon"}}, False),
     ({KINDS: None}, {KINDS: {"has": "neon"}}, False)],
)  # fmt: skip
def test_rows_of_a_unique_table_that_can_meet_are_found(one: Any, other: Any, meet: bool) -> None:
    assert places(rows_of("unique", one, other)) == (["rows.2"] if meet else [])
    assert places(rows_of("any", one, other)) == (["rows.2"] if meet else [])


def test_a_cell_that_no_value_can_fit_is_found() -> None:
    never = {ZONE: {"not": ["trade", "heritage", "protected"]}}
    assert places(rows_of("first", never)) == [f"rows.1.when.{ZONE}"]


def test_a_table_that_the_engine_cannot_hold_is_refused() -> None:
    data = load(DEFICIENCIES)
    data["inputs"] = {f"r{n}": {"type": "list", "title": f"R{n}"} for n in range(60)}
    data["rows"] = [{"when": {f"r{n}": {"has": f"v{m}"} for n in range(60)}} for m in range(5)]
    assert places(table({**data, "examples": []})) == ["rows"]
