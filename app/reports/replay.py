"""Replay: what a draft of a decision table would have said of the cases that were decided."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.cases.models import Case, Decision
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.definitions.process import Decide, Process
from app.errors import Invalid, OfficeError, Text
from app.rules.evaluate import CompiledTable, compile_table, decide

SHOWN = 500


def replay(key: str, source: str) -> dict[str, Any]:
    """Every decision of the table evaluated anew: how many, and those that would change (at most 500 listed).

    Raises Invalid for a text that is no table.
    """
    table = _compiled(key, source)
    total, changes = 0, []
    for decision, number, how in _decisions(key):
        total += 1
        after, rows = _again(table, decision, how)
        if after != decision.outcome:
            changes.append(
                {
                    "case": number,
                    "step": decision.step,
                    "before": decision.outcome,
                    "after": after,
                    "rows_before": decision.rows,
                    "rows": rows,
                    "revision": decision.revision,
                }
            )
    return {"decided": total, "changed": len(changes), "items": changes[:SHOWN]}


def _compiled(key: str, source: str) -> CompiledTable:
    parsed = parse("decision_table", key, source)
    if not isinstance(parsed.shape, DecisionTable):
        errors: dict[str, list[Text]] = {}
        for problem in parsed.problems:
            errors.setdefault(problem.path, []).append(problem.message)
        raise Invalid("This text is no decision table.", errors=errors)
    return compile_table(parsed.shape)


def _decisions(key: str) -> Iterator[tuple[Decision, str, Decide | None]]:
    """The decisions of a table with the case's number and how its process uses the table."""
    catalogue = current()
    query = (
        select(Decision, Case.number, Case.process, Case.process_revision)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.table == key)
        .order_by(Decision.id)
        .execution_options(yield_per=1000)
    )
    for decision, number, process_key, revision in Session.execute(query):
        process: Process = catalogue.revision("process", process_key, revision).shape
        yield decision, number, process.steps[decision.step].decide


def _again(table: CompiledTable, decision: Decision, how: Decide | None) -> tuple[str | None, list[int]]:
    try:
        verdict = decide(
            table, decision.facts, how.when_empty if how else None, how.otherwise if how else None
        )
    except OfficeError:
        return None, []
    return verdict.outcome, verdict.rows
