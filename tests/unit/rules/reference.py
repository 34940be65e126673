"""A second, plain evaluator of decision tables, written apart from the first to contradict it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.definitions.decision_table import DecisionTable

Answer = tuple[str, Any, Any, list[int]]  # "verdict" or "conflict", outcome, outputs, rows


def answer(table: DecisionTable, facts: dict[str, Any]) -> Answer:
    rows = [number for number, row in enumerate(table.rows, 1) if matches(table, row.when, facts)]
    policy = table.hit_policy
    if policy == "collect":
        gathered = {key: [table.rows[n - 1].then.get(key) for n in rows] for key in table.outputs}
        return "verdict", None, gathered, rows
    if policy == "first":
        rows = rows[:1]
    if policy == "priority":
        rows = sorted(rows, key=lambda n: (table.rows[n - 1].priority, n))[:1]
    told = [told_by(table, table.rows[n - 1].then) for n in rows]
    if (policy == "unique" and len(rows) > 1) or (policy == "any" and any(one != told[0] for one in told)):
        return "conflict", None, None, rows
    outcome, outputs = told[0] if told else told_by(table, table.default or {})
    return "verdict", outcome, outputs, rows


def told_by(table: DecisionTable, then: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    return then.get("outcome"), {key: then.get(key) for key in table.outputs}


def matches(table: DecisionTable, when: dict[str, Any], facts: dict[str, Any]) -> bool:
    return all(holds(cell, facts.get(path), table.inputs[path].type) for path, cell in when.items())


def holds(cell: Any, fact: Any, kind: str) -> bool:
    if cell == "-":
        return True
    if fact in ("", []):
        fact = None
    if kind == "list":
        return list_holds(cell, fact or [])
    if cell is None:
        return fact is None
    if isinstance(cell, list):
        return any(holds(one, fact, kind) if one is None else same(one, fact, kind) for one in cell)
    if fact is None:
        return False
    if isinstance(cell, dict):
        banned = cell["not"] if isinstance(cell["not"], list) else [cell["not"]]
        return not any(one is not None and same(one, fact, kind) for one in banned)
    return written_holds(cell, fact, kind) if isinstance(cell, str) else same(cell, fact, kind)


def list_holds(cell: Any, fact: list[str]) -> bool:
    if cell is None:
        return not fact
    if "not" in cell:
        return bool(fact)
    wanted = cell.get("has", [])
    unwanted = cell.get("has_not", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    unwanted = [unwanted] if isinstance(unwanted, str) else unwanted
    return (not wanted or any(one in fact for one in wanted)) and not any(one in fact for one in unwanted)


def same(one: Any, fact: Any, kind: str) -> bool:
    return fact is not None and plain(one, kind) == plain(fact, kind)


def plain(raw: Any, kind: str) -> Any:
    if kind == "number":
        return Fraction(Decimal(repr(raw) if isinstance(raw, float) else str(raw)))
    if kind == "date":
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    return raw


def written_holds(cell: str, fact: Any, kind: str) -> bool:
    if ".." in cell and kind != "text":
        low, high = (plain(part.strip(), kind) for part in cell[1:-1].split(".."))
        value = plain(fact, kind)
        above = low <= value if cell[0] == "[" else low < value
        below = value <= high if cell[-1] == "]" else value < high
        return bool(above and below)
    for sign in ("<=", ">=", "!=", "<", ">", "="):
        if cell.startswith(sign):
            return compared(sign, cell[len(sign) :].strip(), fact, kind)
    return same(cell, fact, kind)


def compared(sign: str, limit: str, fact: Any, kind: str) -> bool:
    left, right = plain(fact, kind), (limit == "true") if kind == "boolean" else plain(limit, kind)
    if sign in ("=", "!="):
        return bool((left == right) == (sign == "="))
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])
