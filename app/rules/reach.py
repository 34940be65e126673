"""Reach: between which codes of each column the rows of a ruleset can match, so that others are not asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rules.cells import Cell, Members, NoneOf, OneOf
from app.rules.columns import EMPTY, Column
from app.rules.rows import ReadRow

Span = tuple[int, int]  # the lowest and the highest code, both included

_TOP = 2**62  # above every code
_ANYTHING: Span = (EMPTY, _TOP)
_GIVEN: Span = (EMPTY + 1, _TOP)


@dataclass(frozen=True, slots=True)
class Reach:
    """The spans that every match lies within: place among the codes, lowest, highest."""

    spans: tuple[tuple[int, int, int], ...]

    def meets(self, codes: Sequence[int]) -> bool:
        """Tell whether some row may match; False is certain, True is not."""
        return all(low <= codes[place] <= high for place, low, high in self.spans)


def reach_of(rows: Sequence[ReadRow], columns: Sequence[tuple[str, Column]]) -> Reach:
    """Take the hull of all rows, column by column."""
    hulls = (
        (place, _hull([_span(row.cells.get(path), column) for row in rows]))
        for place, (path, column) in enumerate(columns)
    )
    return Reach(tuple((place, *hull) for place, hull in hulls if hull != _ANYTHING))


def _hull(spans: Sequence[Span]) -> Span:
    return min((low for low, _ in spans), default=EMPTY), max((high for _, high in spans), default=_TOP)


def _span(cell: Cell | None, column: Column) -> Span:
    if cell is None or isinstance(cell, Members):
        return _ANYTHING
    if isinstance(cell, NoneOf):
        return _GIVEN
    if isinstance(cell, OneOf):
        codes = [column.code(value) for value in cell.values] + [EMPTY] * cell.or_empty
        return min(codes), max(codes)
    lows = [column.code(limit) for order, limit in cell.bounds if order in (">", ">=")]
    highs = [column.code(limit) for order, limit in cell.bounds if order in ("<", "<=")]
    return max(lows, default=EMPTY + 1), min(highs, default=_TOP)
