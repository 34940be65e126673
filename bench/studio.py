"""What an administrator waits for: the proof of a large table, past decisions made again, a letter's preview.

`limit_ms` is what the office may wait at most; `share` is how much of it was needed. The proof is taken of
200 rows over 8 columns of every hit policy that can contradict itself, and of tables without any gap. The
replay is also beside the bare decisions on the same facts: what the database and the comparison add.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select

from app.cases.models import Decision
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.decision_table import DecisionTable
from app.definitions.letter import Letter
from app.letters import press
from app.letters.render import SAMPLE, Options
from app.letters.sample import sample_context
from app.reports.replay import replay
from app.rules.evaluate import compile_table, decide
from app.rules.proof import prove
from app.rules.rows import read_table
from bench.client import FlowWalker
from bench.definitions import REQUIREMENTS, TABLE, TABLE_KEY
from bench.tables import divided, large
from bench.world import World

DECISIONS = 10_000
LETTER = "dairi_ipui/permit"
ROUNDS = 5


def run(world: World, *, quick: bool = False) -> list[dict[str, Any]]:
    """Return one row for each thing that is waited for."""
    rounds = 2 if quick else ROUNDS
    tables = {f"proof, 200 x 8, {policy}": large(policy, 7) for policy in ("first", "unique", "any")}
    tables |= {f"proof, 200 x 8, complete ({seed})": divided(200, seed) for seed in (1, 2, 3)}
    rows = [_row(what, 1000, _proof_of(table), rounds) for what, table in tables.items()]
    many(one_decision())
    again = _row(f"replay of {DECISIONS} decisions", 10_000, _replayed, 1)
    again["ratio_to_bare_decisions"] = round(again["p50_ms"] / _timed(_decided_bare), 2)
    return [*rows, again, _row("preview of a letter, pages as images", 1000, _previewed, rounds)]


def one_decision() -> Decision:
    """A decision as the flow makes it."""
    walker = FlowWalker()
    walker.step(walker.open(), 1)
    return Session.scalars(select(Decision).where(Decision.table == TABLE_KEY).limit(1)).one()


def many(made: Decision) -> None:
    """Ten thousand decisions like one, each on facts of its own and one in ten for want of a document."""
    columns = [column.key for column in Decision.__table__.columns if column.key != "id"]
    like = {name: getattr(made, name) for name in columns}
    rows = [
        {**like, "facts": {**made.facts, **_fault(number), "measured_m2": 1000 + number}}
        for number in range(DECISIONS)
    ]
    Session.execute(insert(Decision), rows)
    Session.commit()


def _fault(number: int) -> dict[str, str]:
    return {} if number % 10 else {f"checklist.{REQUIREMENTS[number // 10 % len(REQUIREMENTS)]}": "missing"}


def _proof_of(table: dict[str, Any]) -> Callable[[], object]:
    read, problems = read_table(DecisionTable.model_validate(table))
    if problems:
        raise RuntimeError(problems)
    return lambda: prove(read)


def _replayed() -> None:
    report = replay(TABLE_KEY, TABLE.replace("nib belum lengkap", "NIB belum ada"))
    if report["decided"] < DECISIONS:
        raise RuntimeError(report["decided"])


def _decided_bare() -> None:
    shape = current().get("decision_table", TABLE_KEY).shape
    compiled = compile_table(shape)
    for facts in Session.scalars(select(Decision.facts).where(Decision.table == TABLE_KEY)):
        decide(compiled, facts, "complete", "incomplete")


def _previewed() -> None:
    letter: Letter = current().get("letter", LETTER).shape
    press.preview(letter, sample_context(letter), Options(watermark=SAMPLE), LETTER)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _row(what: str, limit: int, work: Callable[[], object], rounds: int) -> dict[str, Any]:
    """Time work after one round that does not count, where more than one does."""
    if rounds > 1:
        work()
    median = statistics.median(_timed(work) for _ in range(rounds))
    return {"what": what, "p50_ms": round(median, 1), "limit_ms": limit, "share": round(median / limit, 3)}
