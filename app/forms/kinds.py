"""Works out the kind of an expression (number, boolean, text, date, list, null) and refuses mixed ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.errors import text
from app.forms.expression import BadExpression, Tree


@dataclass(frozen=True)
class Names:
    """What an expression may name: kinds by path, the closed values some have, the columns of groups.

    Under an `open` checklist (whose requirements are not known here) any requirement may be named.
    """

    kinds: Mapping[str, str]
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    open: frozenset[str] = frozenset()

    def kind(self, path: str) -> str:
        """Return the kind of a named answer; raises BadExpression where there is none of that name."""
        head, _, rest = path.partition(".")
        if path in self.kinds:
            return self.kinds[path]
        if rest and head in self.open:
            return "number" if rest.endswith(".count") else "text"
        raise BadExpression(text("There is no field “%(name)s”.", name=path))


def check_condition(tree: Tree, names: Names) -> None:
    """Refuse a condition that is not one: raises BadExpression."""
    _expect("boolean", tree, names)


def check_formula(tree: Tree, names: Names) -> None:
    """Refuse a formula that does not give a number: raises BadExpression."""
    _expect("number", tree, names)


def _expect(kind: str, tree: Tree, names: Names) -> None:
    if _kind(tree, names) == kind:
        return
    if kind == "boolean":
        raise BadExpression(
            text("“%(part)s” is not a condition: compare it with a value.", part=_words(tree))
        )
    raise BadExpression(text("“%(part)s” is not a number.", part=_words(tree)))


def _words(tree: Tree) -> str:
    return str(tree[1]) if tree[0] in ("field", "value", "sum", "count") else str(tree[0])


def _kind(tree: Tree, names: Names) -> str:
    return _KINDS[tree[0]](tree, names)


def _value(tree: Tree, _names: Names) -> str:
    value = tree[1]
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def _field(tree: Tree, names: Names) -> str:
    return names.kind(tree[1])


def _empty(tree: Tree, names: Names) -> str:
    _kind(tree[1], names)
    return "boolean"


def _logic(tree: Tree, names: Names) -> str:
    for part in tree[1:]:
        _expect("boolean", part, names)
    return "boolean"


def _arithmetic(tree: Tree, names: Names) -> str:
    for part in tree[1:]:
        _expect("number", part, names)
    return "number"


def _sum(tree: Tree, names: Names) -> str:
    if names.columns.get(tree[1]) != "number":
        raise BadExpression(text("“%(name)s” is not a column of numbers in a group.", name=tree[1]))
    return "number"


def _count(tree: Tree, names: Names) -> str:
    if names.kind(tree[1]) != "list":
        raise BadExpression(text("“%(name)s” is not a list that can be counted.", name=tree[1]))
    return "number"


def _equality(tree: Tree, names: Names) -> str:
    _comparable(tree[1], tree[2], names)
    return "boolean"


def _order(tree: Tree, names: Names) -> str:
    kind = _comparable(tree[1], tree[2], names)
    if kind not in ("number", "date"):
        raise BadExpression(text("Only numbers and dates can be compared with “%(sign)s”.", sign=tree[0]))
    return "boolean"


def _comparable(left: Tree, right: Tree, names: Names) -> str:
    """Return the common kind of both sides; a text that is compared with a date has to be one."""
    kinds = _kind(left, names), _kind(right, names)
    for side, other in ((left, right), (right, left)):
        _known_value(side, other, names)
    if "date" in kinds and "text" in kinds:
        return _date_text(left if kinds[0] == "text" else right)
    if kinds[0] != kinds[1] and "null" not in kinds:
        raise BadExpression(
            text("“%(left)s” and “%(right)s” cannot be compared.", left=_words(left), right=_words(right))
        )
    return kinds[0]


def _date_text(tree: Tree) -> str:
    try:
        date.fromisoformat(tree[1] if tree[0] == "value" else "")
    except ValueError:
        raise BadExpression(text("Write the date “%(value)s” as 2026-11-23.", value=_words(tree))) from None
    return "date"


def _known_value(side: Tree, other: Tree, names: Names) -> None:
    if side[0] == "field" and other[0] == "value":
        _allowed(side[1], [other[1]], names)


def _allowed(path: str, values: list[Any], names: Names) -> None:
    closed = names.closed.get(path)
    wrong = next((value for value in values if value is not None and closed and value not in closed), None)
    if wrong is not None:
        raise BadExpression(text("“%(value)s” is no value of “%(name)s”.", value=str(wrong), name=path))


def _within(tree: Tree, names: Names) -> str:
    left, right = tree[1], tree[2]
    kind = _kind(left, names)
    if right[0] == "list":
        for value in right[1:]:
            _comparable(left, ("value", value), names)
    elif kind != "text" or _kind(right, names) != "list" or right[0] != "field":
        raise BadExpression(text("After “in” a list of values or a field with several values follows."))
    elif left[0] == "value":
        _allowed(right[1], [left[1]], names)
    return "boolean"


def _list(_tree: Tree, _names: Names) -> str:
    return "list"


_KINDS = {
    "value": _value,
    "field": _field,
    "list": _list,
    "empty": _empty,
    "sum": _sum,
    "count": _count,
    "round": _arithmetic,
    **dict.fromkeys(("not", "and", "or"), _logic),
    **dict.fromkeys(("+", "-", "*", "/"), _arithmetic),
    **dict.fromkeys(("==", "!="), _equality),
    **dict.fromkeys(("<", "<=", ">", ">="), _order),
    **dict.fromkeys(("in", "not in"), _within),
}
