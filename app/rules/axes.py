"""Axes: the classes of values of one column, as bits; what holds for a class holds for all its values.

A cell is the set of classes it accepts. The way back leads from a set of classes to a cell that a person can
read (a piece), and from a class to one value of it (an example).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Protocol

from app.definitions.decision_table import Input
from app.rules.cells import Cell, OneOf, Within, parse_cell
from app.rules.columns import EMPTY, BooleanColumn, OrderedColumn, TextColumn, make_column, values_of

NULL = 1 << EMPTY
EXACT = Context(prec=100)  # numbers have up to 80 digits: nothing may be rounded on the way to an example
FEW = 3  # a negation of more values than this is harder to read than the ranges between them
Raw = object


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell as it is written, and the classes it accepts."""

    raw: Raw
    bits: int


def bits_of(bits: int) -> list[int]:
    """Each bit by itself, the lowest first."""
    found = []
    while bits:
        found.append(bits & -bits)
        bits &= bits - 1
    return found


class Axis(Protocol):
    """What a proof asks of a column; the missing answer is always the class of bit 0."""

    everything: int

    def accepted(self, cell: Cell) -> int:
        """The classes that a cell accepts."""
        ...

    def example(self, bit: int) -> object:
        """One value of a class, as facts give it."""
        ...

    def piece(self, allowed: int, bit: int) -> Piece | None:
        """The largest cell that accepts this class and nothing outside the allowed ones, if there is one.

        `allowed` is never everything: an absent cell needs no piece.
        """
        ...


class _Coded:
    """Numbers, dates, texts and booleans: each class is a code of its column."""

    column: OrderedColumn | TextColumn | BooleanColumn
    everything: int

    def accepted(self, cell: Cell) -> int:
        codes = sum(1 << self.column.code(value) for value in values_of(cell))
        if isinstance(cell, OneOf):
            return (codes | (NULL if cell.or_empty else 0)) & self.everything
        given = self.everything & ~NULL
        return given & self._between(cell) if isinstance(cell, Within) else given & ~codes

    def _between(self, cell: Within) -> int:
        bits = self.everything
        for order, limit in cell.bounds:
            code = self.column.code(limit)
            at, below = 1 << code, (1 << code) - 1
            bits &= {"<": below, "<=": below | at, ">": ~(below | at), ">=": ~below}[order]
        return bits


class OrderedAxis(_Coded):
    """Numbers and dates: the limits that rows name, and what lies between them."""

    def __init__(self, column: OrderedColumn, *, whole: bool) -> None:
        self.column = column
        self._limits = column.limits
        self._whole = whole
        self.everything = (1 << (2 * len(self._limits) + 2)) - 1
        for place in range(1, len(self._limits)):
            if whole and self._limits[place] - self._limits[place - 1] == 1:
                self.everything &= ~(1 << (2 * place + 1))
        if whole and self._limits and self._limits[0] == date.min.toordinal():
            self.everything &= ~(1 << 1)  # no day comes before the first, and none after the last
        if whole and self._limits and self._limits[-1] == date.max.toordinal():
            self.everything &= ~(1 << (2 * len(self._limits) + 1))

    def example(self, bit: int) -> object:
        """A limit, a value half-way between two, or one beyond all."""
        code = bit.bit_length() - 1
        if code == EMPTY:
            return None
        if code % 2 == 0:
            return self._fact(self._limits[code // 2 - 1])
        below, above = code // 2 - 1, code // 2
        if not self._limits:
            return self._fact(date(2025, 1, 1).toordinal() if self._whole else 1)
        if below < 0:
            return self._fact(EXACT.subtract(self._limits[0], 1))
        next_above = EXACT.add(self._limits[below], 1)
        if above == len(self._limits) or self._whole or next_above < self._limits[above]:
            return self._fact(next_above)
        return self._fact(EXACT.divide(EXACT.add(self._limits[below], self._limits[above]), 2))

    def piece(self, allowed: int, bit: int) -> Piece | None:
        """Missing; or given, given but for a few; or the run of neighbours around the class."""
        given = self.everything & ~NULL
        if bit == NULL:
            return Piece(None, NULL)
        holes = bits_of(given & ~allowed)
        if not holes:
            return Piece({"not": None}, given)
        if len(holes) <= FEW and all(hole.bit_length() % 2 for hole in holes):
            return Piece({"not": [self._written(hole) for hole in holes]}, given & allowed)
        run = self._run(allowed & given, bit)
        return Piece(self._range(run), run)

    def _run(self, allowed: int, bit: int) -> int:
        run = 0
        for one in bits_of(self.everything & ~NULL):
            run = run | one if one & allowed else 0
            if run & bit and not _next(self.everything, one) & allowed:
                break
        return run

    def _range(self, run: int) -> Raw:
        low, high = (run & -run).bit_length() - 1, run.bit_length() - 1
        if low == high and low % 2 == 0:
            return self._written(1 << low)
        first = self._written(1 << (low - low % 2)) if low > 1 else None
        last = self._written(1 << (high + high % 2)) if high < 2 * len(self._limits) + 1 else None
        if first is None:
            return f"{'<' if high % 2 else '<='} {last}"
        if last is None:
            return f"{'>' if low % 2 else '>='} {first}"
        return f"{'(' if low % 2 else '['}{first} .. {last}{')' if high % 2 else ']'}"

    def _written(self, bit: int) -> Raw:
        limit = self._limits[(bit.bit_length() - 1) // 2 - 1]
        fact = self._fact(limit)
        return format(limit, "f") if isinstance(fact, float) and isinstance(limit, Decimal) else fact

    def _fact(self, value: int | Decimal) -> int | float | str:
        """A plain value that is read back without loss."""
        if self._whole:
            return date.fromordinal(int(value)).isoformat()
        exact = Decimal(value)
        if exact == exact.to_integral_value():
            return int(exact)
        return float(exact) if Decimal(repr(float(exact))) == exact else format(exact, "f")


class NamedAxis(_Coded):
    """Texts and booleans: each value that rows name, and for texts any other (code 1)."""

    def __init__(
        self, column: TextColumn | BooleanColumn, names: Mapping[int, tuple[object, ...]], item: Input
    ) -> None:
        self.column = column
        self._names = names
        self._item = item
        self._endless = item.type == "text" and item.closed is None
        self.everything = NULL | sum(1 << code for code in names)

    def example(self, bit: int) -> object:
        """The value itself, or one that no row names."""
        return None if bit == NULL else self._names[bit.bit_length() - 1][0]

    def piece(self, allowed: int, bit: int) -> Piece | None:
        """Named values with or without the missing answer; all others only by negation."""
        given = self.everything & ~NULL
        if not given & ~allowed and bit != NULL:
            return Piece({"not": None}, given)
        if self._endless and allowed & 2 and bit != NULL:
            return Piece({"not": _one(self._values(given & ~allowed))}, given & allowed)
        if self._endless:
            allowed &= ~2
        values = self._values(allowed & given)
        if not allowed & NULL:
            return Piece(self._list(values), allowed)
        return Piece([*values, None] if values else None, allowed)

    def _values(self, bits: int) -> list[object]:
        return [value for one in bits_of(bits) for value in self._names[one.bit_length() - 1]]

    def _list(self, values: list[object]) -> Raw:
        """One value stands alone, unless it would read as a condition."""
        alone = len(values) == 1 and values[0] != "-"
        return values[0] if alone and parse_cell(values[0], self._item) == OneOf((values[0],)) else values  # type: ignore[arg-type]


def _one(values: list[object]) -> Raw:
    return values[0] if len(values) == 1 else values


def _next(everything: int, bit: int) -> int:
    above = everything & ~((bit << 1) - 1)
    return above & -above


def coded_axis(item: Input, cells: list[Cell]) -> Axis:
    """The axis of any column but a list."""
    column = make_column(item, cells)
    if isinstance(column, OrderedColumn):
        return OrderedAxis(column, whole=item.type == "date")
    if isinstance(column, BooleanColumn):
        return NamedAxis(column, {1: (False,), 2: (True,)}, item)
    mentioned = sorted({str(value) for cell in cells for value in values_of(cell)})
    names: dict[int, tuple[object, ...]] = {code: (name,) for code, name in enumerate(mentioned, start=2)}
    others = _others(item, mentioned)
    if others:
        names[1] = others
    return NamedAxis(column, names, item)  # type: ignore[arg-type]


def _others(item: Input, mentioned: list[str]) -> tuple[object, ...]:
    if item.closed is None:
        return (unnamed(mentioned),)
    return tuple(name for name in item.values or () if name not in mentioned)


def unnamed(names: list[str]) -> str:
    """A text that is none of these."""
    other = "lainnya"
    while other in names:
        other += "+"
    return other
