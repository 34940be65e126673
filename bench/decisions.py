"""Decisions per second: our decision tables beside zen-engine and a plain Python loop, in one interleaved run.

Every engine decides the same facts by the same rows (hit policy first: a text list, a number range, a boolean
and a plain text), one after the other in each round, so that a busy machine slows all of them alike. An answer
that differs from the others stops the run. Usage: `python -m bench.decisions`.
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

SIZES = {10: 3000, 100: 3000, 1000: 1000}  # rows: rounds
OURS, ZEN, LOOP = "alur izin (durable-rules)", "zen-engine", "plain python loop"

Facts = dict[str, Any]
Decide = Callable[[Facts], int]  # facts -> the number of the row that decides, 0 for none


def conditions(rows: int) -> list[tuple[list[str], int, int, bool, str]]:
    """One condition per row: kinds, from, to, on public land, district."""
    return [
        ([f"kind{n % 7}", f"kind{n % 5}"], n * 10, n * 10 + 9, n % 2 == 0, f"district{n % 11}")
        for n in range(rows)
    ]


def ours(rows: int) -> Decide:
    """Compile the table the way a published one is."""
    table = DecisionTable.model_validate({
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
    compiled = compile_table(table)
    return lambda facts: next(iter(compiled.evaluate(facts).rows), 0)


def zens(rows: int) -> Decide:
    """Make the same table for zen-engine, parsed once."""
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
        "content": {"hitPolicy": "first", "inputs": inputs, "outputs": [{"id": "row", "name": "row", "field": "row"}],
                    "rules": table},
    }  # fmt: skip
    ends = [{"id": kind, "name": kind, "type": f"{kind}Node"} for kind in ("input", "output")]
    edges = [{"id": "1", "sourceId": "input", "targetId": "table", "type": "edge"},
             {"id": "2", "sourceId": "table", "targetId": "output", "type": "edge"}]  # fmt: skip
    decision = zen.ZenEngine().create_decision(
        json.dumps({"nodes": [ends[0], node, ends[1]], "edges": edges})
    )
    return lambda facts: int((decision.evaluate(facts)["result"] or {}).get("row", 0))


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


def measure(rows: int, rounds: int) -> list[dict[str, Any]]:
    """Let every engine decide the same facts in turn."""
    engines = {OURS: ours(rows), ZEN: zens(rows), LOOP: loop(rows)}
    taken: dict[str, list[float]] = {name: [] for name in engines}
    chance = random.Random(rows)
    for facts in [some_facts(rows, chance) for _ in range(rounds)]:
        answers = set()
        for name, decide in engines.items():
            started = time.perf_counter()
            answers.add(decide(facts))
            taken[name].append((time.perf_counter() - started) * 1e6)
        if len(answers) != 1:
            raise AssertionError(f"the engines disagree about {facts}: {answers}")
    zen_p50 = median(taken[ZEN])
    return [summary(name, rows, times, zen_p50) for name, times in taken.items()]


def summary(name: str, rows: int, times: list[float], zen_p50: float) -> dict[str, Any]:
    """Sum up one engine's run; `ratio_to_zen` tells how many times faster than zen-engine it is."""
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
    print(f"{'rows':>5}  {'engine':<26}{'p50 µs':>9}{'p99 µs':>9}{'per second':>12}{'× zen':>8}")
    for row in run():
        print(
            f"{row['rows']:>5}  {row['name']:<26}{row['p50_us']:>9}{row['p99_us']:>9}"
            f"{row['per_second']:>12}{row['ratio_to_zen']:>8}"
        )


if __name__ == "__main__":
    main()
