"""The DMN export fits the OMG's schema, another engine answers as we do, and our import reads it back.

SpiffWorkflow evaluates Python expressions under the hit policies UNIQUE and COLLECT; of FIRST and ANY it
takes the first rule that fits, which is what they mean where rules do not contradict. PRIORITY is exported as
FIRST.
"""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.dmn import parser as spiff
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.errors import Invalid
from app.rules.dmn_read import table_from
from app.rules.dmn_write import MODEL, Language, dmn_of, names_of
from app.rules.evaluate import compile_table
from app.rules.grid import Reading, grid_of
from app.rules.rows import read_table
from config import ROOT
from tests.unit.rules import reference
from tests.unit.rules.tables import facts_for, tables
from tests.unit.rules.test_shipped_tables import RULES, TABLES
from tests.unit.rules.written import SIGNAGE, load, table

SCHEMAS = Path(spiff.__file__).parent / "schema"  # the OMG's own, as SpiffWorkflow ships them
SCHEMA = etree.XMLSchema(etree.parse(SCHEMAS / "DMN13.xsd"))
ENGINE = PythonScriptEngine(TaskDataEnvironment({"Decimal": Decimal}))
SOME = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def shipped(key: str) -> DecisionTable:
    shape = parse("decision_table", key, (RULES / f"{key}.yaml").read_text(encoding="utf-8")).shape
    assert isinstance(shape, DecisionTable)
    return shape


def by_spiff(shape: DecisionTable, facts: dict[str, Any]) -> dict[str, Any]:
    """What SpiffWorkflow's engine says."""
    root = etree.fromstring(dmn_of(shape, "uji/tabel", "python"))
    parser = DMNParser(None, root, {"dmn": MODEL})
    parser.parse()
    names = names_of(shape.inputs)
    data = {names[path]: plain(facts.get(path), item.type) for path, item in shape.inputs.items()}
    task = SimpleNamespace(data=data, workflow=SimpleNamespace(script_engine=ENGINE))
    said: dict[str, Any] = DMNEngine(parser.decision.decisionTables[0]).result(task)
    return said


def plain(fact: Any, kind: str) -> Any:
    """A fact as the other engine gets it: days as ISO texts, numbers as JSON has them, others exactly."""
    if fact is None or fact == "":
        return None
    if kind == "number" and not isinstance(fact, int):
        exact, near = Decimal(str(fact)), float(fact)
        return near if Decimal(repr(near)) == exact else exact
    return fact.isoformat() if isinstance(fact, date) else fact


@pytest.mark.parametrize("language", ["feel", "python"])
@pytest.mark.parametrize("key", TABLES)
def test_a_shipped_table_fits_the_schema(key: str, language: Language) -> None:
    SCHEMA.assertValid(etree.fromstring(dmn_of(shipped(key), key, language)))


@SOME
@given(shape=tables(), data=st.data())
def test_spiffworkflow_answers_random_tables_as_we_do(shape: DecisionTable, data: st.DataObject) -> None:
    SCHEMA.assertValid(etree.fromstring(dmn_of(shape, "uji/tabel")))
    for facts in data.draw(st.lists(facts_for(shape), min_size=4, max_size=4)):
        kind, outcome, outputs, rows = reference.answer(shape, facts)
        if kind == "conflict":  # it does not look for contradictions
            continue
        said = by_spiff(shape, facts)
        if shape.hit_policy == "collect":
            assert said.get("fee", []) == outputs["fee"]
        else:
            assert said == ({"outcome": outcome, **outputs} if rows else {})


@pytest.mark.parametrize("key", TABLES)
def test_spiffworkflow_answers_every_example_of_the_shipped_tables(key: str) -> None:
    shape = shipped(key)
    compiled = compile_table(shape)
    for example in shape.examples:
        verdict = compiled.evaluate(example.given)
        said = by_spiff(shape, example.given)
        if shape.hit_policy == "collect":
            assert said.get("reason", []) == verdict.outputs["reason"]
        elif verdict.rows:
            assert said["outcome"] == verdict.outcome


@SOME
@given(shape=tables())
def test_our_own_export_is_read_back_the_same(shape: DecisionTable) -> None:
    assume(shape.hit_policy != "priority")
    value, doubts = table_from(dmn_of(shape, "uji/tabel"))
    assert doubts == []
    again = DecisionTable.model_validate(value)
    assert Reading(grid_of(again)).value()["rows"] == Reading(grid_of(shape)).value()["rows"] or (
        [row.cells for row in read_table(again)[0].rows] == [row.cells for row in read_table(shape)[0].rows]
    )


@pytest.mark.parametrize("key", TABLES)
def test_a_shipped_table_comes_back_whole(key: str) -> None:
    shape = shipped(key)
    value, doubts = table_from(dmn_of(shape, key))
    assert doubts == []
    assert grid_of(DecisionTable.model_validate(value)) == grid_of(shape)


FOREIGN = ROOT / "tests" / "assets" / "other_tool.dmn"


def test_a_table_of_another_tool_is_read_with_a_doubt_for_what_is_not_understood() -> None:
    value, doubts = table_from(FOREIGN.read_bytes())
    assert value["title"] == "Jalur reklame"
    assert value["inputs"]["kawasan"] == {"type": "text", "title": "Kawasan", "values": ["niaga", "cagar"]}
    assert value["rows"][0] == {
        "when": {"luas": "(8 .. 20]", "kawasan": {"not": ["niaga"]}, "mulai": ">= 2025-01-01"},
        "then": {"jalur": "tinjau"},
    }
    assert value["rows"][1]["when"]["luas"] == [8, 9.5]
    assert [doubt.path for doubt in doubts] == ["rows.2.when.mulai"]


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe<\x00a\x00"]
)
def test_what_is_no_dmn_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        table_from(data)


def test_the_rule_says_law_and_note() -> None:
    root = ET.fromstring(dmn_of(table(load(SIGNAGE)), "uji/reklame"))
    said = [each.text for each in root.iter() if each.tag.endswith("description")]
    assert said == ["Dasar hukum: Pasal 7 ayat (1)", "Catatan: Berada di ruang milik jalan"]


@pytest.mark.parametrize("cell", ['"\\' * 20_000, "[" * 40_000, "[" + ".." * 20_000])
def test_a_cell_that_never_closes_is_read_once(cell: str) -> None:
    source = FOREIGN.read_text(encoding="utf-8").replace("]8..20]", cell, 1)
    started = time.process_time()
    table_from(source.encode())
    assert time.process_time() - started < 1
