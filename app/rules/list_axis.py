"""List axis: the classes of lists, told apart by what the cells of the column can see of them."""

from collections.abc import Iterator
from itertools import combinations

from app.definitions.decision_table import Input
from app.rules.axes import NULL, Axis, Piece, coded_axis, unnamed
from app.rules.cells import Cell, Members, NoneOf, OneOf

MAX_CLASSES = 4096
FEW_NAMES = 6  # up to here every combination is a class of its own, and a suggestion may combine them

Seen = tuple[tuple[bool, bool], ...]  # for each cell: has a wanted, has an unwanted value


class TooLarge(Exception):
    """There are more classes than can be looked at."""


class ListAxis:
    """Lists that the cells cannot tell apart form a class; the empty list is the first."""

    def __init__(self, item: Input, cells: list[Cell]) -> None:
        self._tests = list(dict.fromkeys(cell for cell in cells if isinstance(cell, Members)))
        self._names = sorted({name for cell in self._tests for name in cell.any_of | cell.none_of})
        self._few = len(self._names) <= FEW_NAMES
        others = [name for name in item.values or [unnamed(self._names)] if name not in self._names]
        self._examples = self._classes([*self._names, *others[:1]])
        self.everything = (1 << len(self._examples)) - 1

    def _classes(self, names: list[str]) -> list[frozenset[str]]:
        """One list for each class: names are added one by one, and what looks equal is kept once."""
        none = tuple((False, False) for _ in self._tests)
        seen: dict[object, tuple[Seen, frozenset[str]]] = {None: (none, frozenset())}
        for name in names:
            for flags, chosen in list(seen.values()):
                marks = zip(self._tests, flags, strict=True)
                after = tuple((a or name in t.any_of, b or name in t.none_of) for t, (a, b) in marks)
                more = chosen | {name}
                seen.setdefault(more if self._few else after, (after, more))
            if len(seen) > MAX_CLASSES:
                raise TooLarge
        return [chosen for _, chosen in seen.values()]

    def accepted(self, cell: Cell) -> int:
        """The classes that a cell accepts."""
        if isinstance(cell, Members):
            return sum(1 << place for place, chosen in enumerate(self._examples) if _fits(chosen, cell))
        return NULL if isinstance(cell, OneOf) else self.everything & ~NULL

    def example(self, bit: int) -> object:
        """The shortest list of a class that was found."""
        return sorted(self._examples[bit.bit_length() - 1])

    def piece(self, allowed: int, bit: int) -> Piece | None:
        """The widest cell of few names; there is none for lists that must have two values at once."""
        best: Piece | None = None
        for raw, cell in self._candidates():
            bits = self.accepted(cell)
            wider = best is None or bits.bit_count() > best.bits.bit_count()
            if wider and bits & bit and not bits & ~allowed:
                best = Piece(raw, bits)
        return best

    def _candidates(self) -> Iterator[tuple[object, Cell]]:
        """Cells that no class lies across: of few names any, of many the table's own and their opposites."""
        yield None, OneOf((), or_empty=True)
        yield {"not": None}, NoneOf(())
        pairs = {(test.any_of, test.none_of) for test in self._tests}
        pairs |= {(none_of, any_of) for any_of, none_of in pairs if not any_of or not none_of}
        if self._few:
            groups = [frozenset(some) for n in range(4) for some in combinations(self._names, n)]
            pairs |= {(wanted, unwanted) for wanted in groups for unwanted in groups if not wanted & unwanted}
        for wanted, unwanted in sorted(pairs, key=lambda pair: (len(pair[0] | pair[1]), *map(sorted, pair))):
            named = {"has": sorted(wanted), "has_not": sorted(unwanted)}
            if wanted or unwanted:
                yield {key: names for key, names in named.items() if names}, Members(wanted, unwanted)


def _fits(chosen: frozenset[str], cell: Members) -> bool:
    return not chosen & cell.none_of and (not cell.any_of or bool(chosen & cell.any_of))


def make_axis(item: Input, cells: list[Cell]) -> Axis:
    """The axis of a column from the cells that test it. Raises TooLarge."""
    return ListAxis(item, cells) if item.type == "list" else coded_axis(item, cells)
