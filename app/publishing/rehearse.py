"""Rehearsal: every way through a drafted process is walked, with the tables that go live with it."""

from collections.abc import Mapping

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


def rehearse(key: str, changes: Mapping[Ref, str | None]) -> tuple[Process, list[Scenario]]:
    """Walk the process `key` as it would be with these changes. Raises Invalid where it cannot be read."""
    overlay = Overlay(current(), parsed_set(changes))
    process = overlay.shape("process", key)
    if not isinstance(process, Process):
        raise Invalid("The draft cannot be read yet: put its problems right first.")
    return process, scenarios(process, _facts_in(process, overlay))


def _facts_in(process: Process, overlay: Overlay) -> FactsFor:
    """Facts by the process's own tables; each is compiled once."""
    tables: dict[str, tuple[ReadTable, CompiledTable] | None] = {}

    def facts_for(step: str, way: str) -> Facts | None:
        wanted = process.steps[step].decide
        if wanted is None:
            return None
        if wanted.table not in tables:
            tables[wanted.table] = _compiled(overlay, wanted.table)
        found = tables[wanted.table]
        if found is None:
            return None
        read, compiled = found

        def judge(facts: Facts) -> Verdict | None:
            try:
                return decide(compiled, facts, wanted.when_empty, wanted.otherwise)
            except OfficeError:
                return None  # these facts fit no row, or contradict each other: not the ones sought

        return facts_where(read, judge, way)

    return facts_for


def _compiled(overlay: Overlay, key: str) -> tuple[ReadTable, CompiledTable] | None:
    table = overlay.shape("decision_table", key)
    if not isinstance(table, DecisionTable):
        return None
    read, problems = read_table(table)
    return None if problems else (read, compile_table(table))
