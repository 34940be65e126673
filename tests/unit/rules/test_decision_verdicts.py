"""What a table says: hit policies, reasons and laws, missing and odd facts, the outcome of a step."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.errors import Conflict, Invalid
from app.rules.evaluate import Verdict, compile_table, decide
from tests.unit.rules.written import DEFICIENCIES, SIGNAGE, load, numbered, spoiled, table

signage = compile_table(table(load(SIGNAGE)))
deficiencies = compile_table(table(load(DEFICIENCIES)))


def two_rows(policy: str, second_fee: int, **more: Any) -> Any:
    rows = [
        {"when": {"n": "< 10"}, "then": {"outcome": "a", "fee": 1}},
        {"when": {"n": "> 5"}, "then": {"outcome": "a", "fee": second_fee}},
    ]
    for row, extra in zip(rows, more.get("extra", [{}, {}]), strict=True):
        row.update(extra)
    return table({
        "kind": "decision_table", "title": "Dua baris", "hit_policy": policy, "rows": rows,
        "inputs": {"n": {"type": "number", "title": "N"}}, "outcomes": {"a": "A"},
        "outputs": {"fee": {"type": "number", "title": "Angka"}},
    })  # fmt: skip


def test_the_first_row_that_fits_decides_and_explains() -> None:
    verdict = signage.evaluate({"application.area_m2": 12, "on_road_land": True})
    reasons, laws = ["Luas bidang lebih dari 8 m²"], ["Pasal 7 ayat (1)"]
    outputs = {"reason": reasons[0], "fee": 150000}
    assert verdict == Verdict("survey", outputs, [1], reasons, laws)


def test_a_row_without_a_reason_is_explained_by_its_note_and_the_tables_law() -> None:
    verdict = signage.evaluate({"on_road_land": True})
    assert (verdict.rows, verdict.reasons) == ([2], ["Berada di ruang milik jalan"])
    assert verdict.laws == ["Perwali No. 12 Tahun 2020"]


def test_the_default_applies_when_no_row_fits_and_when_nothing_is_answered() -> None:
    for facts in ({"zone": "trade", "application.area_m2": 8}, {}):
        verdict = signage.evaluate(facts)
        assert (verdict.outcome, verdict.rows) == ("desk", [])
        assert verdict.reasons == ["Tidak memerlukan peninjauan lapangan"]


def test_dates_lists_and_closed_texts_are_read_as_answers_give_them() -> None:
    facts = {"built_on": "2020-12-31", "kinds": ["video", "paint"]}
    assert signage.evaluate(facts).rows == [4]
    assert signage.evaluate({**facts, "built_on": date(2021, 1, 1)}).rows == []
    assert signage.evaluate({**facts, "kinds": ["video", "neon"]}).rows == []


@pytest.mark.parametrize(
    ("area", "survey"),
    [(8, False), ("8.00", False), (8.0, False), (Decimal("8.000000000000000000001"), True), (8.01, True),
     ("8.0000000001", True), (7.999999999999, False), (10**40, True), (-1e-300, False), (1e300, True)],
)  # fmt: skip
def test_numbers_compare_exactly_whatever_their_decimals_and_size(area: Any, survey: bool) -> None:
    assert (signage.evaluate({"application.area_m2": area}).rows == [1]) is survey


@pytest.mark.parametrize(
    ("path", "fact"),
    [("application.area_m2", "dua"), ("application.area_m2", True), ("application.area_m2", float("nan")),
     ("application.area_m2", float("inf")), ("application.area_m2", "1_0"), ("application.area_m2", "٣"),
     ("on_road_land", 1), ("on_road_land", "true"), ("zone", 3), ("zone", "downtown"), ("zone", ["trade"]),
     ("built_on", "31-12-2020"), ("built_on", "20201231"), ("built_on", "2020-02-30"), ("built_on", 2020),
     ("kinds", "neon"), ("kinds", ["neon", 1]), ("kinds", ["smoke"])],
)  # fmt: skip
def test_a_fact_of_the_wrong_type_is_refused_by_its_name(path: str, fact: Any) -> None:
    with pytest.raises(Invalid) as refused:
        signage.evaluate({path: fact})
    assert list(refused.value.errors) == [path]


def test_facts_that_no_input_names_are_ignored() -> None:
    assert signage.evaluate({"something.else": object(), "on_road_land": True}).rows == [2]


def test_all_rows_that_fit_are_collected_with_their_reasons_and_laws() -> None:
    facts = {"checklist.npwp": "missing", "checklist.photo": "incomplete", "checklist.photo.count": 1}
    verdict = deficiencies.evaluate(facts)
    reasons = ["NPWP belum dilampirkan", "Pas foto kurang dari dua lembar"]
    assert verdict == Verdict(None, {"reason": reasons}, [1, 3], reasons, ["Pasal 3", "Pasal 4"])


def test_a_negation_does_not_hold_for_a_missing_answer() -> None:
    assert deficiencies.evaluate({"checklist.npwp": "ok", "checklist.photo.count": 1}).rows == []


def test_a_step_maps_what_was_collected_to_its_outcome() -> None:
    bad, good = {"checklist.npwp": "wrong"}, {"checklist.npwp": "ok"}
    assert decide(deficiencies, bad, "complete", "incomplete").outcome == "incomplete"
    assert decide(deficiencies, good, "complete", "incomplete").outcome == "complete"
    assert decide(signage, {"on_road_land": True}).outcome == "survey"


def test_a_step_that_no_row_decides_is_refused_instead_of_standing_still() -> None:
    undecided = compile_table(spoiled(SIGNAGE, ("default",), None))
    assert undecided.evaluate({}).outcome is None
    for compiled in (undecided, deficiencies):
        with pytest.raises(Invalid):
            decide(compiled, {"checklist.npwp": "ok"})


def test_unique_refuses_two_rows_at_once_and_names_them() -> None:
    compiled = compile_table(two_rows("unique", 1))
    assert compiled.evaluate({"n": 5}).rows == [1]
    with pytest.raises(Conflict) as conflict:
        compiled.evaluate({"n": 7})
    assert conflict.value.text.params["rows"] == "1, 2"


def test_any_accepts_rows_that_agree_and_refuses_those_that_do_not() -> None:
    agreed = compile_table(two_rows("any", 1)).evaluate({"n": 7})
    assert (agreed.rows, agreed.outputs) == ([1, 2], {"fee": 1})
    with pytest.raises(Conflict):
        compile_table(two_rows("any", 2)).evaluate({"n": 7})


@pytest.mark.parametrize(("first", "second", "winner"), [(1, 2, 1), (2, 1, 2), (1, 1, 1)])
def test_the_row_of_the_lowest_priority_number_wins(first: int, second: int, winner: int) -> None:
    ranked = two_rows("priority", 2, extra=[{"priority": first}, {"priority": second}])
    assert compile_table(ranked).evaluate({"n": 7}).rows == [winner]
    assert compile_table(ranked).evaluate({"n": 70}).rows == [2]


@pytest.mark.parametrize("count", [48, 49, 65, 97, 230])
def test_a_message_that_every_row_of_a_long_table_fits_is_answered_whole(count: int) -> None:
    verdict = compile_table(numbered(count, "collect", when={"n": "> 0"})).evaluate({"n": 1})
    assert verdict.rows == list(range(1, count + 1))
    for policy, rows in (("any", list(range(1, count + 1))), ("first", [1])):
        everywhere = numbered(count, policy, when={"n": "> 0"}, row=0)
        assert compile_table(everywhere).evaluate({"n": 1}).rows == rows


@pytest.mark.parametrize("count", [60, 61, 64, 65, 230])
@pytest.mark.parametrize("cell", ["> -{}", "!= -{}", "< {}5", [1, "-{}"], {"not": ["-{}", "-{}.5"]}])
def test_rows_that_fit_in_different_ways_are_all_found(count: int, cell: Any) -> None:
    data = numbered(count, "collect", when={"n": 1}).model_dump(exclude_defaults=True)
    for number, row in enumerate(data["rows"], 1):
        row["when"] = {"n": json.loads(json.dumps(cell).replace("{}", str(number)))}
    compiled = compile_table(table({**data, "kind": "decision_table"}))
    assert compiled.evaluate({"n": 1}).rows == list(range(1, count + 1))


@pytest.mark.parametrize("policy", ["first", "unique", "collect"])
def test_each_row_of_a_long_table_is_found(policy: str) -> None:
    compiled = compile_table(numbered(230, policy))
    assert all(compiled.evaluate({"n": n}).rows == [n] for n in range(1, 231))
    assert compiled.evaluate({"n": 231}).rows == []


@pytest.mark.parametrize("length", [2, 40, 41, 700])
@pytest.mark.parametrize("policy", ["first", "collect"])
def test_lists_of_any_length_hold_their_values_and_no_others(length: int, policy: str) -> None:
    words = [f"w{n}" for n in range(length)]
    data = {**load(DEFICIENCIES), "hit_policy": policy, "examples": []}
    data["inputs"] = {"word": {"type": "text", "title": "Kata"}}
    data["rows"] = [
        {"when": {"word": words}},
        {"when": {"word": [*words, None]}},
        {"when": {"word": {"not": words}}},
    ]
    compiled = compile_table(table(data))
    end = 1 if policy == "first" else 2
    assert compiled.evaluate({"word": words[-1]}).rows == [1, 2][:end]
    assert compiled.evaluate({}).rows == [2]
    assert compiled.evaluate({"word": "other"}).rows == [3]


@pytest.mark.parametrize("policy", ["first", "unique"])
def test_many_rows_of_lists_are_each_found(policy: str) -> None:
    data = {**load(DEFICIENCIES), "hit_policy": policy, "examples": [], "outcomes": {"a": "A"}}
    data["inputs"] = {"word": {"type": "text", "title": "Kata"}}
    data["rows"] = [
        {"when": {"word": [f"w{row}-{n}" for n in range(30)]}, "then": {"outcome": "a"}} for row in range(60)
    ]
    compiled = compile_table(table(data))
    for row in range(60):
        assert [compiled.evaluate({"word": f"w{row}-{n}"}).rows for n in (0, 29, 30)] == [
            [row + 1],
            [row + 1],
            [],
        ]


@pytest.mark.parametrize("columns", [12, 13, 60])
def test_a_row_may_test_many_inputs_against_lists(columns: int) -> None:
    paths = [f"checklist.r{n}" for n in range(columns)]
    states = ["missing", "ok", "not_applicable"]
    data = {**load(DEFICIENCIES), "examples": []}
    data["inputs"] = {path: {"type": "text", "title": path, "values": states} for path in paths}
    data["rows"] = [{"when": {path: ["ok", "not_applicable"] for path in paths}},
                    {"when": {path: ["ok", None] for path in paths}}]  # fmt: skip
    compiled = compile_table(table(data))
    facts = dict.fromkeys(paths, "ok")
    assert compiled.evaluate(facts).rows == [1, 2]
    assert compiled.evaluate({}).rows == [2]
    assert compiled.evaluate({**facts, paths[0]: "not_applicable"}).rows == [1]
    assert compiled.evaluate({**facts, paths[-1]: None}).rows == [2]
    assert compiled.evaluate({**facts, paths[-1]: "missing"}).rows == []


def test_a_table_read_for_editing_decides_like_one_read_for_running() -> None:
    kept = YAML().load(SIGNAGE.replace('"> 8"', "8.010"))
    compiled = compile_table(table(kept))
    assert [compiled.evaluate({"application.area_m2": area}).rows for area in (8.01, "8.010", 8)] == [
        [1],
        [1],
        [],
    ]


def test_texts_are_never_confused_with_numbers_or_answers() -> None:
    data = {**load(DEFICIENCIES), "examples": [], "inputs": {"t": {"type": "text", "title": "T"}}}
    data["rows"] = [{"when": {"t": value}} for value in ("1", "true", "null", "=  x", "= <5", 'a"b\\', "Ω%d")]
    compiled = compile_table(table(data))
    facts = ["1", "true", "null", "x", "<5", 'a"b\\', "Ω%d", "01", "1.0", "True", "=  x"]
    assert [compiled.evaluate({"t": fact}).rows for fact in facts] == [[n] for n in range(1, 8)] + [[]] * 4
    assert compiled.evaluate({"t": "x" * 70000}).rows == []
