"""Replay: what drafts of decision tables and processes would have said of the cases that were decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from app.cases.models import Case, Decision
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.decision_table import DecisionTable
from app.definitions.parse import Ref, parse
from app.definitions.process import Decide, Process, Step
from app.errors import Invalid, NotFound, OfficeError, Text
from app.rules.evaluate import CompiledTable, compile_table, compiled, decide

SHOWN = 500
PART = 2000
KINDS = ("decision_table", "process")


@dataclass(frozen=True)
class Replayed:
    """A part of the decisions evaluated anew; `last` is where the next part goes on, None at the end."""

    looked: int
    last: int | None
    changes: list[dict[str, Any]] = field(default_factory=list)


def decided(ref: Ref) -> int:
    """How many decisions a table or a process has made."""
    query = select(func.count()).select_from(Decision).join(Case, Case.id == Decision.case_id)
    return Session.scalar(query.where(_of(ref))) or 0


def replay_part(ref: Ref, drafts: Mapping[Ref, str], after: int = 0, limit: int = PART) -> Replayed:
    """Evaluate some decisions against drafts that would go live together, in the order they were made.

    Raises Invalid for a text that is no table or no process.
    """
    rows = Session.execute(_decisions(ref, after).limit(limit)).all()
    again = _Again(drafts)
    changes = [change for row in rows if (change := again.change(row))]
    return Replayed(len(rows), rows[-1].id if len(rows) == limit else None, changes)


def replay(key: str, source: str) -> dict[str, Any]:
    """Every decision of a table evaluated anew: how many, and those that would change (at most 500 listed).

    Raises Invalid for a text that is no table.
    """
    looked, changed, after = 0, list[dict[str, Any]](), 0
    while True:
        part = replay_part(("decision_table", key), {("decision_table", key): source}, after)
        looked, changed = looked + part.looked, changed + part.changes
        if part.last is None:
            return {"decided": looked, "changed": len(changed), "items": changed[:SHOWN]}
        after = part.last


def _of(ref: Ref) -> ColumnElement[bool]:
    if ref[0] == "process":
        return Case.process == ref[1]
    return Decision.table == ref[1]


def _decisions(ref: Ref, after: int) -> Any:
    """The decisions with the case's number and process."""
    columns = (Decision.id, Decision.step, Decision.table, Decision.revision, Decision.facts)
    told = (Decision.outcome, Decision.rows, Case.number, Case.process, Case.process_revision)
    query = select(*columns, *told).join(Case, Case.id == Decision.case_id)
    return query.where(_of(ref), Decision.id > after).order_by(Decision.id)


class _Again:
    """Decides once more, with drafts where there are any and otherwise with what is in force."""

    def __init__(self, drafts: Mapping[Ref, str]) -> None:
        self._catalogue = current()
        self._shapes = {ref: _shape(ref, source) for ref, source in drafts.items() if ref[0] in KINDS}
        self._tables: dict[str, CompiledTable] = {}
        self._steps: dict[tuple[str, int, str], Step | None] = {}

    def change(self, row: Row[Any]) -> dict[str, Any] | None:
        """How a decision would come out differently, or None where it would not."""
        step = self._step(row)
        outcome, rows = (
            (None, []) if step is None or step.decide is None else self._decide(step.decide, row.facts)
        )
        if outcome == row.outcome:
            return None
        return {
            "case": row.number,
            "step": row.step,
            "before": row.outcome,
            "after": outcome,
            "rows_before": row.rows,
            "rows": rows,
            "revision": row.revision,
            "titles": {
                "step": step.full_title if step else row.step,
                "before": _called(step, row.outcome),
                "after": _called(step, outcome),
            },
        }

    def _step(self, row: Row[Any]) -> Step | None:
        """The step as the draft of its process has it, else the revision that the case is on."""
        key = (row.process, row.process_revision, row.step)
        if key not in self._steps:
            process = self._shapes.get(("process", row.process))
            if process is None:
                process = self._catalogue.revision("process", row.process, row.process_revision).shape
            self._steps[key] = process.steps.get(row.step) if isinstance(process, Process) else None
        return self._steps[key]

    def _decide(self, way: Decide, facts: dict[str, Any]) -> tuple[str | None, list[int]]:
        try:
            verdict = decide(self._table(way.table), facts, way.when_empty, way.otherwise)
        except OfficeError:
            return None, []
        return verdict.outcome, verdict.rows

    def _table(self, key: str) -> CompiledTable:
        if key not in self._tables:
            self._tables[key] = self._compiled(key)
        return self._tables[key]

    def _compiled(self, key: str) -> CompiledTable:
        shape = self._shapes.get(("decision_table", key))
        if isinstance(shape, DecisionTable):
            return compile_table(shape)
        entry = self._catalogue.get("decision_table", key)
        if not isinstance(entry.shape, DecisionTable):
            raise NotFound("There is no such definition.")
        return compiled(entry.sha256, entry.shape)


def _called(step: Step | None, outcome: str | None) -> str:
    """What people call an outcome of a step; its key where the step does not have it."""
    known = step.outcomes.get(outcome or "") if step else None
    return known.title if known else outcome or ""


def _shape(ref: Ref, source: str) -> DecisionTable | Process:
    parsed = parse(*ref, source)
    if isinstance(parsed.shape, DecisionTable):
        compile_table(parsed.shape)
    if isinstance(parsed.shape, DecisionTable | Process):
        return parsed.shape
    errors: dict[str, list[Text]] = {}
    for problem in parsed.problems:
        errors.setdefault(problem.path, []).append(problem.message)
    if ref[0] == "process":
        raise Invalid("This text is no process.", errors=errors)
    raise Invalid("This text is no decision table.", errors=errors)
