"""Coverage: rows that can never decide, or that contradict each other, found without any facts.

Every column falls into finitely many classes of values (its codes); a cell is the set of classes it accepts,
kept as bits. So what holds for the bits holds for all facts there can be, whatever their decimals.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.definitions.decision_table import Input
from app.definitions.problem import Problem
from app.errors import text
from app.rules.cells import Cell, Members, NoneOf, OneOf, Within
from app.rules.columns import EMPTY, Column, ListColumn, OrderedColumn, make_column, values_of
from app.rules.rows import ReadRow, ReadTable
from app.rules.values import Value

MAX_LIST_VALUES = 8  # all combinations of a list's values are counted: 2 to the power of this


@dataclass(frozen=True)
class _Axis:
    """The classes of one column as bits, and the sets of them that cells accept."""

    column: Column
    everything: int
    names: tuple[str, ...] = ()

    def accepted(self, cell: Cell | None) -> int:
        if cell is None:
            return self.everything
        if isinstance(self.column, ListColumn):
            return self._of_lists(cell) & self.everything
        return self._of_codes(cell) & self.everything

    def _of_codes(self, cell: Cell) -> int:
        codes = sum(1 << self.column.code(value) for value in values_of(cell))
        if isinstance(cell, OneOf):
            return codes | (cell.or_empty << EMPTY)
        given = self.everything & ~(1 << EMPTY)
        return given & ~codes if isinstance(cell, NoneOf) else given & self._between(cell)

    def _between(self, cell: Cell) -> int:
        bits = self.everything
        for order, limit in cell.bounds if isinstance(cell, Within) else ():
            code = self.column.code(limit)
            at, below = 1 << code, (1 << code) - 1
            bits &= {"<": below, "<=": below | at, ">": ~(below | at), ">=": ~below}[order]
        return bits

    def _of_lists(self, cell: Cell) -> int:
        """Bit s stands for lists with just the names in s (and any others); the last for the empty list."""
        empty = 1 << (1 << len(self.names))
        if not isinstance(cell, Members):
            return empty if isinstance(cell, OneOf) else ~empty
        lists = range(1 << len(self.names))
        held = sum(1 << chosen for chosen in lists if self._fits(self._chosen(chosen), cell))
        return held | (0 if cell.any_of else empty)

    def _chosen(self, chosen: int) -> frozenset[str]:
        return frozenset(name for place, name in enumerate(self.names) if chosen >> place & 1)

    @staticmethod
    def _fits(chosen: frozenset[str], cell: Members) -> bool:
        return not chosen & cell.none_of and (not cell.any_of or bool(chosen & cell.any_of))


def coverage_problems(read: ReadTable) -> Iterator[Problem]:
    """Find rows that fit nothing, rows that an earlier one always forestalls, and rows in contradiction."""
    axes = {path: _axis(item, _cells(read, path)) for path, item in read.table.inputs.items()}
    known = {path: axis for path, axis in axes.items() if axis is not None}
    impossible = list(_impossible(read, known))
    yield from impossible
    if impossible or len(known) < len(axes):
        return
    bits = [[axis.accepted(row.cells.get(path)) for path, axis in known.items()] for row in read.rows]
    if read.table.hit_policy in ("first", "priority"):
        yield from _forestalled(read.rows, bits)
    elif read.table.hit_policy in ("unique", "any"):
        yield from _contradicting(read, bits)


def _axis(item: Input, cells: list[Cell]) -> _Axis | None:
    column = make_column(item, cells)
    if isinstance(column, ListColumn):
        names = tuple(sorted(map(str, _mentioned(cells))))
        full = (1 << ((1 << len(names)) + 1)) - 1
        others_only = int(item.closed is not None and item.closed <= set(names))
        return _Axis(column, full & ~others_only, names) if len(names) <= MAX_LIST_VALUES else None
    if isinstance(column, OrderedColumn):
        return _Axis(column, _ordered_classes(column, whole=item.type == "date"))
    if item.type == "boolean":
        return _Axis(column, 0b111)
    codes = (
        {column.code(value) for value in item.closed} if item.closed else range(len(_mentioned(cells)) + 2)
    )
    return _Axis(column, sum(1 << code for code in {EMPTY, *codes}))


def _mentioned(cells: list[Cell]) -> set[Value]:
    return {value for cell in cells for value in values_of(cell)}


def _ordered_classes(column: OrderedColumn, *, whole: bool) -> int:
    """All places among the limits; between two neighbouring days there is none."""
    limits = column.limits
    bits = (1 << (2 * len(limits) + 2)) - 1
    for place in range(1, len(limits)):
        if whole and limits[place] - limits[place - 1] == 1:
            bits &= ~(1 << (2 * place + 1))
    return bits


def _cells(read: ReadTable, path: str) -> list[Cell]:
    return [row.cells[path] for row in read.rows if path in row.cells]


def _impossible(read: ReadTable, axes: dict[str, _Axis]) -> Iterator[Problem]:
    for row in read.rows:
        for path, cell in row.cells.items():
            if path in axes and not axes[path].accepted(cell):
                message = text("No value that this input can have fits this cell.")
                yield Problem(f"rows.{row.number}.when.{path}", message)


def _forestalled(rows: tuple[ReadRow, ...], bits: list[list[int]]) -> Iterator[Problem]:
    order = sorted(range(len(rows)), key=lambda place: (rows[place].priority, place))
    for position, later in enumerate(order):
        for earlier in order[:position]:
            if all(not mine & ~theirs for mine, theirs in zip(bits[later], bits[earlier], strict=True)):
                message = text(
                    "Row %(row)d can never decide: row %(other)d comes first and fits whenever it does.",
                    row=rows[later].number,
                    other=rows[earlier].number,
                )
                yield Problem(f"rows.{rows[later].number}", message)
                break


def _contradicting(read: ReadTable, bits: list[list[int]]) -> Iterator[Problem]:
    rows, unique = read.rows, read.table.hit_policy == "unique"
    for later in range(len(rows)):
        for earlier in range(later):
            same = rows[later].result.told == rows[earlier].result.told
            if (unique or not same) and all(a & b for a, b in zip(bits[later], bits[earlier], strict=True)):
                message = text(
                    "Rows %(other)d and %(row)d can apply at the same time.",
                    row=rows[later].number,
                    other=rows[earlier].number,
                )
                yield Problem(f"rows.{rows[later].number}", message)
                break
