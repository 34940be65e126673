"""Cells of a decision table: the few forms a condition may have, parsed without a trace of code.

A missing fact satisfies only `null`, a list that names null, and an absent cell; never a comparison or a
negation. A list fact that is missing is the empty list, so `has_not` holds for it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.definitions.decision_table import Input
from app.errors import text
from app.rules.hints import range_meant
from app.rules.values import READERS, Value, WrongType, WrongValue, shown

_OPERATOR = re.compile(r"(<=|>=|!=|<|>|=)\s*(.*)", re.DOTALL)
_RANGE = re.compile(r"([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])")
_LONGEST_RANGE = 250  # two numbers or dates; the pattern must not be tried along more
_SURE_DIGITS = 15  # a float gives back what was typed up to here; beyond, only a quoted number does

Order = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact is one of these, or missing where the cell says null."""

    values: tuple[Value, ...]
    or_empty: bool = False


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The fact is given, and none of these."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The fact is given and lies within these bounds, each an order and a limit."""

    bounds: tuple[tuple[Order, Value], ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The list fact has one of `any_of` (where named) and nothing of `none_of`."""

    any_of: frozenset[str]
    none_of: frozenset[str]


Cell = OneOf | NoneOf | Within | Members


def parse_cell(raw: object, column: Input) -> Cell | None:
    """Read one cell, or None where anything will do ("-")."""
    if raw is None:
        return OneOf((), or_empty=True)
    if raw == "-":
        return None
    if isinstance(raw, dict):
        return _braces(raw, column)
    if column.type == "list":
        raise WrongValue("A list is tested with {has: …}, {has_not: …} or null.")
    if isinstance(raw, list):
        values, has_null = _several(raw, column)
        return OneOf(values, has_null)
    return _written(raw, column) if isinstance(raw, str) else OneOf((literal(raw, column),))


def literal(raw: object, column: Input) -> Value:
    """Read a value that stands in a row; it must be of the column's type and in its closed list."""
    value = READERS[column.type](raw)
    if isinstance(value, str) and not value.strip():
        raise WrongValue("An empty text fits nothing; write null for a missing answer.")
    if column.type == "number":
        _check_number(raw, value, column)
    if column.closed is not None and isinstance(value, str) and value not in column.closed:
        raise unknown_value(value, column.closed)
    return value


class UnknownValue(WrongValue):
    """A value that a closed list does not have."""

    def __init__(self, value: str, allowed: str) -> None:
        said = text("%(value)s is not one of the values allowed: %(allowed)s.")
        super().__init__(said.msgid, value=shown(value), allowed=shown(allowed))
        self.value = value


def unknown_value(value: str, closed: frozenset[str]) -> UnknownValue:
    """Say that a closed list does not have a value."""
    return UnknownValue(value, ", ".join(sorted(closed)))


def _check_number(raw: object, value: Value, column: Input) -> None:
    digits, exponent = Decimal(str(value)).as_tuple()[1:]
    if isinstance(raw, float) and len(digits) > _SURE_DIGITS:
        raise WrongValue("%(value)s has too many digits to be exact; write it in quotes.", value=shown(raw))
    if isinstance(exponent, int) and -exponent > column.places:
        raise WrongValue(
            "%(value)s has more than the %(places)d decimals of this input.",
            value=shown(raw),
            places=column.places,
        )


def _several(raw: object, column: Input) -> tuple[tuple[Value, ...], bool]:
    items = raw if isinstance(raw, list) else [raw]
    if not items:
        raise WrongValue("An empty list fits nothing; leave the cell out if anything will do.")
    values = tuple(dict.fromkeys(literal(item, column) for item in items if item is not None))
    return values, None in items


def _braces(raw: dict[object, object], column: Input) -> Cell:
    if raw and set(raw) <= {"has", "has_not"} and column.type == "list":
        return Members(_names(raw, "has", column), _names(raw, "has_not", column))
    if set(raw) != {"not"}:
        raise WrongValue(
            "%(value)s is not a condition; use {not: …}, or {has: …} for lists.", value=shown(raw)
        )
    if column.type == "list" and raw["not"] is not None:
        raise WrongValue("A list is tested with {has: …}, {has_not: …} or null.")
    return NoneOf(_several(raw["not"], column)[0])


def _names(raw: dict[object, object], key: str, column: Input) -> frozenset[str]:
    if key not in raw:
        return frozenset()
    items = raw[key] if isinstance(raw[key], list) else [raw[key]]
    names = READERS["list"](items)
    if not isinstance(names, frozenset) or not names:
        raise WrongValue("An empty list fits nothing; leave the cell out if anything will do.")
    for name in sorted(names - (column.closed or names)):
        raise unknown_value(name, column.closed or names)
    return names


def _written(raw: str, column: Input) -> Cell:
    may_be_range = column.type in ("number", "date") and len(raw) <= _LONGEST_RANGE
    bounds = _RANGE.fullmatch(raw.strip()) if may_be_range else None
    if bounds:
        return _range(bounds, column)
    compared = _OPERATOR.fullmatch(raw.strip())
    if not compared:
        return OneOf((_single(raw, column),))
    operator, limit = compared.groups()
    value = literal(
        limit == "true" if column.type == "boolean" and limit in ("true", "false") else limit, column
    )
    return _COMPARED[operator](value, column)


def _single(raw: str, column: Input) -> Value:
    try:
        return literal(raw, column)
    except WrongType as wrong:
        raise range_meant(raw, column) or wrong from wrong


def _range(found: re.Match[str], column: Input) -> Cell:
    opening, low_text, high_text, closing = found.groups()
    low, high = literal(low_text, column), literal(high_text, column)
    included = opening == "[" and closing == "]"
    if low > high or (low == high and not included):  # type: ignore[operator]
        raise WrongValue("Nothing lies within %(value)s.", value=found.group())
    return Within(((">=" if opening == "[" else ">", low), ("<=" if closing == "]" else "<", high)))


def _ordered(order: Order) -> Callable[[Value, Input], Cell]:
    def compare(value: Value, column: Input) -> Cell:
        if column.type not in ("number", "date"):
            raise WrongValue("%(operator)s compares numbers and dates only.", operator=order)
        return Within(((order, value),))

    return compare


_COMPARED: dict[str, Callable[[Value, Input], Cell]] = {
    "=": lambda value, _: OneOf((value,)),
    "!=": lambda value, _: NoneOf((value,)),
    "<": _ordered("<"),
    "<=": _ordered("<="),
    ">": _ordered(">"),
    ">=": _ordered(">="),
}
