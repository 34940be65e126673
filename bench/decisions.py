"""Decisions per second: our decision tables beside zen-engine and a plain Python loop, in one run.

All decide the same facts by the same rows (hit policy first: a list of texts, a number range, a boolean and
a text). They take turns after every few decisions, so that a slow moment of the machine hits all of them, and
an answer that differs from the others stops the run. zen-engine is measured twice: as its quick start shows
it, and precompiled behind a loader, the fastest way it documents. `ratio_to_zen` compares with the latter.
Ours is measured twice too: as it runs, remembering the answers for facts that the rows cannot tell apart, and
with durable-rules asked anew each time.

Run `python -m bench.decisions`.
"""

import json
import random
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import zen

from app.definitions.decision_table import DecisionTable
from app.rules.evaluate import compile_table

SIZES = {10: 60, 100: 60, 1000: 20}  # rows: turns of each engine
EACH = 50  # decisions in a turn
OURS, FRESH, LOOP = "alur izin", "alur izin, asked anew", "plain Python loop"
ZEN, ZEN_QUICK = "zen-engine, precompiled", "zen-engine, quick start"

Facts = dict[str, Any]
Decide = Callable[[Facts], int]  # facts -> the number of the row that decides, 0 for none


def conditions(rows: int) -> list[tuple[list[str], int, int, bool, str]]:
    """One condition per row: kinds, from, to, on public land, district."""
    return [
        ([f"kind{n % 7}", f"kind{n % 5}"], n * 10, n * 10 + 9, n % 2 == 0, f"district{n % 11}")
        for n in range(rows)
    ]


def ours(rows: int) -> dict[str, Decide]:
    """Make the table twice the way a published one is: once as it runs, once without its memory."""
    compiled, forgetful = compile_table(written(rows)), compile_table(written(rows))

    def anew(facts: Facts) -> int:
        forgetful._answers.clear()
        return next(iter(forgetful.evaluate(facts).rows), 0)

    return {OURS: lambda facts: next(iter(compiled.evaluate(facts).rows), 0), FRESH: anew}


def written(rows: int) -> DecisionTable:
    """Write the table as our files do."""
    return DecisionTable.model_validate({
        "kind": "decision_table", "title": "Bench", "hit_policy": "first", "outcomes": {"found": "Ditemukan"},
        "inputs": {"kind": {"type": "text", "title": "Jenis"}, "area": {"type": "number", "title": "Luas"},
                   "public": {"type": "boolean", "title": "Tanah umum"},
                   "district": {"type": "text", "title": "Kecamatan"}},
        "rows": [
            {"when": {"kind": kinds, "area": f"[{low} .. {high}]", "public": public, "district": district},
             "then": {"outcome": "found"}}
            for kinds, low, high, public, district in conditions(rows)
        ],
    })  # fmt: skip


def zens(rows: int) -> dict[str, Decide]:
    """Make the same table for zen-engine: once as a decision object, once precompiled behind a loader."""
    written = zen_graph(rows)
    content = zen.ZenDecisionContent(written)
    engine = zen.ZenEngine({"loader": lambda _: content})
    decision = zen.ZenEngine().create_decision(written)
    return {
        ZEN: lambda facts: zen_row(engine.evaluate("table", facts)),
        ZEN_QUICK: lambda facts: zen_row(decision.evaluate(facts)),
    }


def zen_row(answer: Any) -> int:
    """Read the row from what zen-engine gives; null where no row fits."""
    return int((answer["result"] or {}).get("row", 0))


def zen_graph(rows: int) -> str:
    """Write the table in zen-engine's own format."""
    table = [
        {"_id": str(n), "kind": ", ".join(f'"{kind}"' for kind in kinds), "area": f"[{low}..{high}]",
         "public": str(public).lower(), "district": f'"{district}"', "row": str(n)}
        for n, (kinds, low, high, public, district) in enumerate(conditions(rows), start=1)
    ]  # fmt: skip
    inputs = [
        {"id": field, "name": field, "field": field} for field in ("kind", "area", "public", "district")
    ]
    node = {
        "id": "table", "name": "table", "type": "decisionTableNode",
        "content": {"hitPolicy": "first", "inputs": inputs, "rules": table,
                    "outputs": [{"id": "row", "name": "row", "field": "row"}]},
    }  # fmt: skip
    ends = [{"id": kind, "name": kind, "type": f"{kind}Node"} for kind in ("input", "output")]
    edges = [{"id": "1", "sourceId": "input", "targetId": "table", "type": "edge"},
             {"id": "2", "sourceId": "table", "targetId": "output", "type": "edge"}]  # fmt: skip
    return json.dumps({"nodes": [ends[0], node, ends[1]], "edges": edges})


def loop(rows: int) -> Decide:
    """Test row after row in plain Python: the floor that no engine reaches."""
    table = conditions(rows)

    def decide(facts: Facts) -> int:
        kind, area, public, district = facts["kind"], facts["area"], facts["public"], facts["district"]
        for number, (kinds, low, high, on_public, where) in enumerate(table, start=1):
            if low <= area <= high and kind in kinds and public is on_public and district == where:
                return number
        return 0

    return decide


def some_facts(rows: int, chance: random.Random) -> Facts:
    """Draw facts that fit a random row, and every fourth time none."""
    kinds, low, high, public, district = chance.choice(conditions(rows))
    return {
        "kind": chance.choice(kinds),
        "area": round(chance.uniform(low, high), 2),
        "public": public,
        "district": district if chance.random() < 0.75 else "elsewhere",
    }


def measure(rows: int, turns: int) -> list[dict[str, Any]]:
    """Let the engines decide the same facts in turn."""
    engines = {**ours(rows), **zens(rows), LOOP: loop(rows)}
    taken: dict[str, list[float]] = {name: [] for name in engines}
    chance = random.Random(rows)
    for _ in range(turns):
        asked = [some_facts(rows, chance) for _ in range(EACH)]
        answers = [timed(decide, asked, taken[name]) for name, decide in engines.items()]
        if any(answer != answers[0] for answer in answers):
            raise AssertionError(f"the engines disagree about some of {asked}")
    zen_p50 = median(taken[ZEN])
    return [summary(name, rows, times, zen_p50) for name, times in taken.items()]


def timed(decide: Decide, asked: list[Facts], taken: list[float]) -> list[int]:
    """Decide and note how many microseconds each decision took."""
    answers = []
    for facts in asked:
        started = time.perf_counter()
        answers.append(decide(facts))
        taken.append((time.perf_counter() - started) * 1e6)
    return answers


def summary(name: str, rows: int, times: list[float], zen_p50: float) -> dict[str, Any]:
    """Sum up one engine's run; `ratio_to_zen` above 1 is faster than precompiled zen-engine."""
    return {
        "name": name,
        "rows": rows,
        "p50_us": round(median(times), 1),
        "p99_us": round(quantiles(times, n=100)[98], 1),
        "per_second": round(len(times) / sum(times) * 1e6),
        "ratio_to_zen": round(zen_p50 / median(times), 2),
    }


def run() -> list[dict[str, Any]]:
    """Measure all sizes; takes a few seconds."""
    return [row for rows, rounds in SIZES.items() for row in measure(rows, rounds)]


def main() -> None:
    """Print the table."""
    print(f"{'rows':>5}  {'engine':<26}{'p50 µs':>9}{'p99 µs':>9}{'per second':>12}{'to zen':>8}")
    for row in run():
        print(
            f"{row['rows']:>5}  {row['name']:<26}{row['p50_us']:>9}{row['p99_us']:>9}"
            f"{row['per_second']:>12}{row['ratio_to_zen']:>8}"
        )


if __name__ == "__main__":
    main()
