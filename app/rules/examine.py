"""Examine: everything that an editor of a table shows after each change, from the texts of its grid alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.definitions.decision_table import DecisionTable
from app.definitions.problem import Problem
from app.definitions.shape_errors import problems_of
from app.definitions.yaml_text import Read
from app.errors import OfficeError, Text
from app.rules.check import example_problems
from app.rules.evaluate import CompiledTable, Verdict
from app.rules.grid import Grid, Reading
from app.rules.notation import read_fact, write_condition, write_fact
from app.rules.proof import Finding, prove
from app.rules.rows import read_table
from app.rules.values import WrongValue


@dataclass(frozen=True)
class Tried:
    """What the table says of facts that were typed in, or why it says nothing, by input."""

    verdict: Verdict | None
    wrong: dict[str, list[Text]] = field(default_factory=dict)
    refused: Text | None = None


@dataclass(frozen=True)
class Examined:
    """A grid as plain values, what is wrong in which cell, the proof, and how each example went."""

    value: dict[str, Any]
    problems: list[Problem]
    findings: list[Finding] = field(default_factory=list)
    examples: list[list[Problem]] = field(default_factory=list)
    tried: Tried | None = None
    table: DecisionTable | None = None


def examine(grid: Grid, facts: Mapping[str, str] | None = None) -> Examined:
    """Read a grid, prove the table, run its examples and try some facts."""
    reading = Reading(grid)
    value = reading.value()
    try:
        table = DecisionTable.model_validate(value)
    except ValidationError as error:
        return Examined(value, [*reading.problems, *problems_of(error, DecisionTable, Read(value, {}))])
    read, wrong = read_table(table)
    known = {problem.path for problem in reading.problems}
    problems = [*reading.problems, *(problem for problem in wrong if problem.path not in known)]
    if problems:
        return Examined(value, problems, table=table)
    try:
        compiled = CompiledTable(read)
    except OfficeError as refused:
        return Examined(value, [Problem("rows", refused.text)], table=table)
    tried = attempt(compiled, facts) if facts is not None else None
    return Examined(value, [], prove(read), example_problems(compiled), tried, table)


def attempt(compiled: CompiledTable, written: Mapping[str, str]) -> Tried:
    """Decide on facts as somebody typed them."""
    facts, wrong = {}, {}
    for path, column in compiled.table.inputs.items():
        try:
            facts[path] = read_fact(written[path], column) if written.get(path, "").strip() else None
        except WrongValue as error:
            wrong[path] = [error.text]
    if wrong:
        return Tried(None, wrong)
    try:
        return Tried(compiled.evaluate(facts))
    except OfficeError as refused:
        return Tried(None, refused.errors, refused.text)


def facts_written(facts: Mapping[str, object], table: DecisionTable) -> dict[str, str]:
    """Facts as texts of the grid."""
    return {path: write_fact(fact, table.inputs[path]) for path, fact in facts.items()}


def row_written(row: Mapping[str, object], table: DecisionTable) -> dict[str, str]:
    """The conditions of a suggested row as texts of the grid."""
    return {path: write_condition(raw, table.inputs[path]) for path, raw in row.items()}
