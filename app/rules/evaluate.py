"""Evaluate: facts go through a compiled decision table and come back as a verdict that can be explained."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from app.definitions.decision_table import DecisionTable
from app.definitions.problem import Problem
from app.errors import Conflict, Invalid, Text
from app.rules.compile import make_plan
from app.rules.engine import Engine
from app.rules.rows import ReadTable, Result, read_table

CACHED_TABLES = 256
REMEMBERED = 4096  # answers of a table; encoded facts are few: each says only between which limits a value is


@dataclass(slots=True)
class Verdict:
    """What a table says of some facts: rows are counted from 1; reasons and laws are those of the rows.

    It belongs to who asked: nothing in it is shared with the table or with another verdict.
    """

    outcome: str | None
    outputs: dict[str, object]
    rows: list[int]
    reasons: list[str]
    laws: list[str]


class CompiledTable:
    """One revision of a table, ready to be asked from any thread; never changes."""

    def __init__(self, read: ReadTable) -> None:
        policy = read.table.hit_policy
        self.table = read.table
        self._results = {row.number: row.result for row in read.rows}
        self._default = read.default or Result(None, dict.fromkeys(read.table.outputs), None, None)
        self._why = {number: self._explained([number]) for number in self._results}
        self._answers: dict[tuple[int, ...], list[int]] = {}
        self._plan = make_plan(read)
        self._engine = Engine(self._plan.rulesets, first_only=policy in ("first", "priority"))

    def evaluate(self, facts: Mapping[str, object]) -> Verdict:
        """Decide; facts that are no inputs are ignored, absent ones are missing answers."""
        rows = self._matching(self._plan.codes(facts))[:]
        if self.table.hit_policy == "collect":
            return self._collected(rows)
        if len(rows) > 1:
            self._check_agreement(rows)
        result = self._results[rows[0]] if rows else self._default
        reasons, laws = self._why[rows[0]] if len(rows) == 1 else self._explained(rows)
        return Verdict(result.outcome, result.own_outputs(), rows, reasons[:], laws[:])

    def _matching(self, codes: tuple[int, ...]) -> list[int]:
        """Ask the engine which rows match, once for facts that it cannot tell apart."""
        rows = self._answers.get(codes)
        if rows is None:
            rows = self._engine.ask(self._plan.message(codes), self._plan.reached(codes))
            if len(self._answers) < REMEMBERED:
                self._answers[codes] = rows
        return rows

    def _check_agreement(self, rows: list[int]) -> None:
        told = [self._results[row].told for row in rows]
        if self.table.hit_policy == "unique" or any(one != told[0] for one in told):
            raise Conflict(
                'Rows %(rows)s of the decision table "%(title)s" contradict each other; correct the table.',
                rows=", ".join(map(str, rows)),
                title=self.table.title,
            )

    def _collected(self, rows: list[int]) -> Verdict:
        """Gather the outputs of every row that matches into lists, in the order of the rows."""
        told = [self._results[row].own_outputs() for row in rows]
        outputs: dict[str, object] = {key: [one[key] for one in told] for key in self.table.outputs}
        return Verdict(None, outputs, rows, *self._explained(rows))

    def _explained(self, rows: list[int]) -> tuple[list[str], list[str]]:
        """Give the reasons and laws of the rows; without any, the table's own legal basis."""
        results = [self._results[row] for row in rows] or [self._default]
        reasons = dict.fromkeys(result.reason for result in results if result.reason)
        laws = dict.fromkeys(result.law for result in results if result.law)
        return list(reasons), list(laws) or ([self.table.legal_basis] if self.table.legal_basis else [])


def compile_table(table: DecisionTable) -> CompiledTable:
    """Compile a table, or refuse it with all its problems by their place."""
    read, problems = read_table(table)
    if problems:
        raise Invalid(
            'The decision table "%(title)s" is wrong.', errors=by_place(problems), title=table.title
        )
    return CompiledTable(read)


def by_place(problems: list[Problem]) -> dict[str, list[Text]]:
    """Group problems by their place, as errors are."""
    grouped: dict[str, list[Text]] = {}
    for problem in problems:
        grouped.setdefault(problem.path, []).append(problem.message)
    return grouped


def decide(
    table: CompiledTable,
    facts: Mapping[str, object],
    when_empty: str | None = None,
    otherwise: str | None = None,
) -> Verdict:
    """Decide a step: an outcome or an error; where rows are collected, the step maps them to an outcome."""
    verdict = table.evaluate(facts)
    if table.table.hit_policy == "collect":
        verdict = replace(verdict, outcome=otherwise if verdict.rows else when_empty)
    if verdict.outcome is None:
        raise Invalid('No row of the decision table "%(title)s" fits these answers.', title=table.table.title)
    return verdict


class TableCache:
    """Compiled tables by the hash of their revision; the least used ones make room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._tables: OrderedDict[str, CompiledTable] = OrderedDict()

    def get(self, sha: str, table: DecisionTable) -> CompiledTable:
        """Give the compiled revision; a table in use stays alive after it made room for another."""
        with self._lock:
            found = self._tables.get(sha)
            if found is not None:
                self._tables.move_to_end(sha)
                return found
        fresh = compile_table(table)  # outside the lock: others need not wait for it
        with self._lock:
            kept = self._tables.setdefault(sha, fresh)
            self._tables.move_to_end(sha)
            while len(self._tables) > self._limit:
                self._tables.popitem(last=False)
            return kept


_cache = TableCache(CACHED_TABLES)


def compiled(sha: str, table: DecisionTable) -> CompiledTable:
    """Give the compiled table of a revision, compiling it at most once while it is in use."""
    return _cache.get(sha, table)
