"""Rehearsal: every way through a drafted process is walked, with the tables that go live with it."""

from collections.abc import Mapping
from typing import NamedTuple

from app.cases.scenarios import FactsFor, Scenario, scenarios
from app.definitions.catalogue import current
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import Ref
from app.definitions.process import Process
from app.errors import Invalid, OfficeError
from app.publishing.check import parsed_set
from app.publishing.overlay import Overlay
from app.rules.evaluate import CompiledTable, Verdict, compile_table, decide
from app.rules.rows import ReadTable, read_table
from app.rules.witness import Facts, facts_where


class Rehearsal(NamedTuple):
    """A process, the scenarios walked through it, and those of its tables that can be read, by key."""

    process: Process
    scenarios: list[Scenario]
    tables: dict[str, DecisionTable]


def rehearse(key: str, changes: Mapping[Ref, str | None]) -> Rehearsal:
    """Walk the process `key` as it would be with these changes. Raises Invalid where it cannot be read."""
    overlay = Overlay(current(), parsed_set(changes))
    process = overlay.shape("process", key)
    if not isinstance(process, Process):
        raise Invalid("The draft cannot be read yet: put its problems right first.")
    named = {step.decide.table for step in process.steps.values() if step.decide}
    shapes = {table: overlay.shape("decision_table", table) for table in named}
    tables = {table: shape for table, shape in shapes.items() if isinstance(shape, DecisionTable)}
    return Rehearsal(process, scenarios(process, _facts_in(process, tables)), tables)


def _facts_in(process: Process, tables: Mapping[str, DecisionTable]) -> FactsFor:
    """Facts by the process's own tables; each is compiled once."""
    compiled_of = {key: _compiled(table) for key, table in tables.items()}

    def facts_for(step: str, way: str) -> Facts | None:
        wanted = process.steps[step].decide
        found = compiled_of.get(wanted.table) if wanted else None
        if wanted is None or found is None:
            return None
        read, compiled = found

        def judge(facts: Facts) -> Verdict | None:
            try:
                return decide(compiled, facts, wanted.when_empty, wanted.otherwise)
            except OfficeError:
                return None  # these facts fit no row, or contradict each other: not the ones sought

        return facts_where(read, judge, way)

    return facts_for


def _compiled(table: DecisionTable) -> tuple[ReadTable, CompiledTable] | None:
    read, problems = read_table(table)
    return None if problems else (read, compile_table(table))
