"""Columns: every fact becomes a small exact integer, its place among the values that the rows mention.

0 is a missing fact. In an ordered column (numbers, dates) with the sorted limits p1 < p2 < …, limit i has the
code 2i and what lies between two limits the odd code between them. So a fact with more decimals than any
limit, or a larger number than any machine word, still compares exactly: only its place is ever sent.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from decimal import Decimal

from app.definitions.decision_table import Input
from app.rules.cells import Cell, Members, NoneOf, OneOf, Within, unknown_value
from app.rules.values import Value, boolean, day, is_empty, number, text_value, texts

EMPTY = 0


class OrderedColumn:
    """Numbers and dates, by their place among the limits."""

    def __init__(self, read: Callable[[object], Value], limits: Iterable[Value]) -> None:
        self._read = read
        self.limits: list[int | Decimal] = sorted(
            {limit for limit in limits if isinstance(limit, int | Decimal)}
        )

    def read(self, raw: object) -> Value | None:
        """Read a fact, or None where it is missing."""
        return None if is_empty(raw) else self._read(raw)

    def code(self, value: Value | None) -> int:
        """Place a value among the limits."""
        if value is None:
            return EMPTY
        place = bisect_left(self.limits, value)
        is_limit = place < len(self.limits) and self.limits[place] == value
        return 2 * place + 2 if is_limit else 2 * place + 1


class TextColumn:
    """Texts, by a number for each one mentioned; 1 is any other text. A closed list refuses the others."""

    def __init__(self, mentioned: Iterable[Value], closed: frozenset[str] | None) -> None:
        self._closed = closed
        self._codes = {value: number for number, value in enumerate(sorted(map(str, mentioned)), start=2)}

    def read(self, raw: object) -> Value | None:
        """Read a fact, or None where it is missing."""
        if is_empty(raw):
            return None
        value = text_value(raw)
        if self._closed is not None and value not in self._closed:
            raise unknown_value(value, self._closed)
        return value

    def code(self, value: Value | None) -> int:
        """Number a text."""
        return EMPTY if value is None else self._codes.get(str(value), 1)


class BooleanColumn:
    """Yes (2), no (1) or not answered."""

    def read(self, raw: object) -> Value | None:
        """Read a fact, or None where it is missing."""
        return None if is_empty(raw) else boolean(raw)

    def code(self, value: Value | None) -> int:
        """Number an answer."""
        return EMPTY if value is None else int(bool(value)) + 1


class ListColumn:
    """Lists: only whether there is anything in them; what is in them is told by marks."""

    def __init__(self, closed: frozenset[str] | None) -> None:
        self._closed = closed

    def read(self, raw: object) -> Value | None:
        """Read a fact, or None where the list is missing or empty."""
        if is_empty(raw):
            return None
        values = texts(raw)
        for value in sorted(values - (self._closed or values)):
            raise unknown_value(value, self._closed or values)
        return values

    def code(self, value: Value | None) -> int:
        """Tell an empty list from a filled one."""
        return EMPTY if value is None else 1


Column = OrderedColumn | TextColumn | BooleanColumn | ListColumn


def make_column(column: Input, cells: Iterable[Cell]) -> Column:
    """Make the column of an input from the cells that test it."""
    mentioned = {value for cell in cells for value in values_of(cell)}
    if column.type == "number":
        return OrderedColumn(number, mentioned)
    if column.type == "date":
        return OrderedColumn(day, mentioned)
    if column.type == "text":
        return TextColumn(mentioned, column.closed)
    return BooleanColumn() if column.type == "boolean" else ListColumn(column.closed)


def values_of(cell: Cell) -> tuple[Value, ...]:
    """List the values that a cell mentions."""
    if isinstance(cell, OneOf | NoneOf):
        return cell.values
    return (
        tuple(limit for _, limit in cell.bounds)
        if isinstance(cell, Within)
        else tuple(sorted(_all_names(cell)))
    )


def _all_names(cell: Members) -> frozenset[str]:
    return cell.any_of | cell.none_of
