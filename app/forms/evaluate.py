"""Evaluates the trees of conditions and formulas over answers; null and mixed kinds never raise.

What is not answered, empty or hidden is null, and null never raises: `==` holds between null and null only,
an order comparison and `in` with null do not hold, arithmetic with null (or a division by zero) is null,
while `sum` passes over nulls and the sum of nothing is 0. Values of different kinds are never equal and have
no order. A bare field is true when its answer is yes; anything else, null included, is not true.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from app.forms.expression import MAX_VALUE, Tree, parse

Lookup = Callable[[str], Any]


def holds(source: str, lookup: Lookup) -> bool:
    """Say whether a condition holds for the answers that `lookup` gives by path."""
    return evaluate(parse(source).tree, lookup) is True


def compute(source: str, lookup: Lookup, decimals: int) -> Decimal | None:
    """Compute a formula, rounded half up; null where an operand is null or the result exceeds 15 digits."""
    value = number(evaluate(parse(source).tree, lookup))
    return None if value is None else _rounded(value, decimals)


def _rounded(value: Decimal, decimals: int) -> Decimal | None:
    if abs(value) >= MAX_VALUE:
        return None
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=40))


def number(value: object) -> Decimal | None:
    """Return the value as a Decimal, or null where it is not a number (yes and no are none)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact if exact.is_finite() else None


def evaluate(tree: Tree, lookup: Lookup) -> Any:
    """Evaluate a tree; never raises for any answers."""
    return _EVALUATORS[tree[0]](tree, lookup)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def _equal(left: object, right: object) -> bool:
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return a == b
    return type(left) is type(right) and left == right


def _ordered(operator: str, left: object, right: object) -> bool:
    a, b = number(left), number(right)
    if a is not None and b is not None:
        return _order(operator, (a > b) - (a < b))
    if isinstance(left, str) and isinstance(right, str):
        return _order(operator, (left > right) - (left < right))
    return False


def _order(operator: str, sign: int) -> bool:
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]


def _compared(tree: Tree, lookup: Lookup) -> bool:
    operator, left, right = tree[0], evaluate(tree[1], lookup), evaluate(tree[2], lookup)
    if operator in ("==", "!="):
        return _equal(left, right) is (operator == "==")
    if operator in ("in", "not in"):
        return _within(left, right) is (operator == "in")
    return _ordered(operator, left, right)


def _within(left: object, right: object) -> bool:
    return left is not None and isinstance(right, list) and any(_equal(left, item) for item in right)


def _calculated(tree: Tree, lookup: Lookup) -> Decimal | None:
    operator = tree[0]
    left, right = number(evaluate(tree[1], lookup)), number(evaluate(tree[2], lookup))
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    sums = {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}
    return sums[operator](right)


def _summed(tree: Tree, lookup: Lookup) -> Decimal:
    group, _, column = tree[1].partition(".")
    rows = lookup(group)
    cells = [number(row.get(column)) for row in rows or [] if isinstance(row, dict)]
    return sum((cell for cell in cells if cell is not None), Decimal(0))


def _counted(tree: Tree, lookup: Lookup) -> int:
    items = lookup(tree[1])
    return len(items) if isinstance(items, list) else 0


def _round(tree: Tree, lookup: Lookup) -> Decimal | None:
    value, places = (number(evaluate(part, lookup)) for part in tree[1:])
    if value is None or places is None or not 0 <= places <= 6:
        return None
    return _rounded(value, int(places))


_EVALUATORS: dict[str, Callable[[Tree, Lookup], Any]] = {
    "value": lambda tree, _lookup: tree[1],
    "list": lambda tree, _lookup: list(tree[1:]),
    "field": lambda tree, lookup: lookup(tree[1]),
    "empty": lambda tree, lookup: _is_empty(evaluate(tree[1], lookup)),
    "not": lambda tree, lookup: evaluate(tree[1], lookup) is not True,
    "and": lambda tree, lookup: all(evaluate(part, lookup) is True for part in tree[1:]),
    "or": lambda tree, lookup: any(evaluate(part, lookup) is True for part in tree[1:]),
    "sum": _summed,
    "count": _counted,
    "round": _round,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not in"), _compared),
    **dict.fromkeys(("+", "-", "*", "/"), _calculated),
}
