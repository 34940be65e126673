"""Every way out of every shipped process is walked to an end, with facts that make its tables decide so."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.cases.scenarios import LIMIT, Scenario, scenarios
from app.definitions.decision_table import DecisionTable
from app.definitions.process import Process
from app.rules.evaluate import compile_table, decide
from app.rules.rows import read_table
from app.rules.witness import Facts, facts_where
from tests.unit.sop.test_bpmn import SERVICES, process_of

ROOT = Path(__file__).parents[3]


def table_of(key: str) -> DecisionTable:
    return DecisionTable.model_validate(YAML(typ="safe").load((ROOT / "rules" / f"{key}.yaml").read_text()))


def walked(process: Process) -> list[Scenario]:
    def facts_for(step: str, way: str) -> Facts | None:
        wanted = process.steps[step].decide
        assert wanted
        table = table_of(wanted.table)
        compiled = compile_table(table)

        def outcome(facts: Facts) -> object:
            return decide(compiled, facts, wanted.when_empty, wanted.otherwise)

        return facts_where(read_table(table)[0], outcome, way)  # type: ignore[arg-type]

    return scenarios(process, facts_for)


@pytest.mark.parametrize("service", SERVICES)
def test_every_way_out_of_the_shipped_processes_comes_to_an_end(service: str) -> None:
    process = process_of(service)
    found = walked(process)
    assert [str(one.problem) for one in found if one.problem] == []
    tried = {one.tried for one in found}
    for key, step in process.steps.items():
        if step.kind != "route":
            assert {(key, way) for way in step.outcomes} <= tried
    assert {step.result for step in process.steps.values() if step.kind == "end"} <= {
        one.result for one in found
    }
    for one in found:
        key, way = one.tried
        assert any(turn.step == key and way in (turn.way, None) for turn in one.turns)


def test_a_limit_that_leads_on_is_tried_too() -> None:
    limits = [one for service in SERVICES for one in walked(process_of(service)) if one.tried[1] == LIMIT]
    assert all(one.result for one in limits)


def changed(**steps: dict[str, object]) -> Process:
    written = process_of("dairi_ipui").model_dump()
    for key, changes in steps.items():
        written["steps"][key].update(changes)
    return Process.model_validate(written)


def test_an_outcome_that_no_facts_give_is_found() -> None:
    process = process_of("dairi_ipui")
    found = scenarios(process, lambda step, way: None if (step, way) == ("check", "incomplete") else {})
    broken = [one for one in found if one.problem]
    assert [one.tried for one in broken] == [("check", "incomplete")]
    assert "Kembalikan kepada pemohon" in str(broken[0].problem)


def test_the_usual_road_leads_to_what_is_asked_for() -> None:
    found = scenarios(process_of("dairi_ipui"), lambda *_: {})
    assert (found[0].tried[1], found[0].result) == (None, "granted")


def test_a_case_that_never_ends_is_found() -> None:
    written = process_of("dairi_ipui").model_dump()
    written["steps"]["take"]["next"] = "hand_over"
    found = scenarios(Process.model_validate(written), lambda *_: {})
    assert any(one.problem and "does not come to an end" in str(one.problem) for one in found)
