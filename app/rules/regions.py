"""Regions: boxes of classes over all columns, and the search for a point that no box of a set contains.

A box holds a set of classes (bits) for each axis. The search splits one axis at a time into classes that meet
the same boxes, so it never looks at two equal situations; only the smallest sets of boxes need a look, since
a point outside of more boxes is outside of fewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from app.rules.axes import NULL, Axis, bits_of
from app.rules.list_axis import TooLarge

Box = tuple[int, ...]
Point = tuple[int, ...]  # one bit for each axis

MAX_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Free:
    """A box that was free, its cells by the number of the axis, and the axes that no cell could bound."""

    box: Box
    cells: dict[int, object] | None
    unsaid: frozenset[int]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some classes of an axis: the boxes that hold each, all, and any of them. Given values come first."""

    classes: dict[int, int]
    covering: int
    meeting: int


class Regions:
    """Some boxes, numbered in their order, and questions about what they contain together."""

    def __init__(self, axes: Sequence[Axis], boxes: Sequence[Box], steps: int = MAX_STEPS) -> None:
        self.axes = tuple(axes)
        self.boxes: list[Box] = []
        self._steps = steps
        self._slices: dict[tuple[int, int], Slice] = {}
        self.holding: list[dict[int, int]] = [dict.fromkeys(bits_of(a.everything), 0) for a in self.axes]
        for box in boxes:
            self.add(box)

    @property
    def whole(self) -> Box:
        """The box of all facts there can be."""
        return tuple(axis.everything for axis in self.axes)

    def add(self, box: Box) -> None:
        """One more box."""
        flag = 1 << len(self.boxes)
        self._slices.clear()
        self.boxes.append(box)
        for holding, bits in zip(self.holding, box, strict=True):
            for one in bits_of(bits):
                holding[one] |= flag

    def outside(self, within: Box, among: int | None = None) -> Point | None:
        """A point of one box that none of the others contains. Raises TooLarge."""
        slices = [self._slice(place, bits) for place, bits in enumerate(within)]
        live = (1 << len(self.boxes)) - 1 if among is None else among
        for one in slices:
            live &= one.meeting
        found = _Search(slices, self._steps).find(live, (1 << len(slices)) - 1)
        if found is None:
            return None
        return tuple(found.get(axis, usual(bits)) for axis, bits in enumerate(within))

    def covering(self, box: Box) -> int:
        """The boxes each of which contains all of this one."""
        live = (1 << len(self.boxes)) - 1
        for place, bits in enumerate(box):
            live &= self._slice(place, bits).covering
        return live

    def meeting(self, box: Sequence[int], besides: int | None = None) -> int:
        """The boxes that share a point with this one, whatever it holds on the axis left out."""
        live = (1 << len(self.boxes)) - 1
        for place, bits in enumerate(box):
            live &= self._slice(place, bits).meeting if place != besides else -1
        return live

    def _slice(self, place: int, bits: int) -> Slice:
        key = (place, bits)
        if key not in self._slices:
            classes = {one: self.holding[place][one] for one in bits_of(bits & ~NULL) + bits_of(bits & NULL)}
            self._slices[key] = Slice(classes, reduce(and_, classes.values()), reduce(or_, classes.values()))
        return self._slices[key]

    def free_box(self, point: Point, *, last: bool) -> Free:
        """The widest box around a point that meets no other, with the cells that bound it.

        A row that comes last may be wider than what is free. Without that, lists that must have two values at
        once are bounded by no cell: then there are none.
        """
        grown = [self._grown(point, order) for order in self._orders()]
        best = min(grown, key=lambda one: (len(one.unsaid), len(one.cells or ())))
        if not best.unsaid:
            return best
        if not last:
            return replace(best, cells=None)
        box = [self.axes[n].everything if n in best.unsaid else bits for n, bits in enumerate(best.box)]
        return replace(best, box=tuple(box))

    def _orders(self) -> list[list[int]]:
        places = list(range(len(self.axes)))
        return [[*places[turn:], *places[:turn]] for turn in places]

    def _grown(self, point: Point, order: list[int]) -> Free:
        box, cells, unsaid = list(point), dict[int, object](), set[int]()
        for place in [*order, *order]:  # a second time: what was bounded later may have made room
            axis, allowed = self.axes[place], self._free(box, place)
            cells.pop(place, None)
            unsaid.discard(place)
            if allowed == axis.everything:
                box[place] = allowed
            elif piece := axis.piece(allowed, point[place]):
                box[place], cells[place] = piece.bits, piece.raw
            else:
                unsaid.add(place)
                box[place] = point[place]
        return Free(tuple(box), cells, frozenset(unsaid))

    def _free(self, box: Sequence[int], place: int) -> int:
        """The classes of an axis with which the box would still meet no other."""
        near = self.meeting(box, besides=place)
        return sum(one for one, flags in self.holding[place].items() if not flags & near)


class _Search:
    def __init__(self, slices: list[Slice], steps: int) -> None:
        self._slices = slices
        self._wide = [one.covering for one in slices]
        self._left = steps
        self._dead: set[int] = set()

    def find(self, live: int, axes: int) -> dict[int, int] | None:
        """The classes of the axes that matter, or None when the live boxes leave nothing."""
        if not live:
            return {}
        covering, places = live, []
        for place in numbers(axes):
            covering &= self._wide[place]
            if live & ~self._wide[place]:
                places.append(place)
        key = (live << len(self._wide)) | sum(1 << place for place in places)
        if covering or key in self._dead:
            return None
        self._left -= 1
        if self._left < 0:
            raise TooLarge
        found = self._split(live, places)
        if found is None:
            self._dead.add(key)
        return found

    def _split(self, live: int, places: list[int]) -> dict[int, int] | None:
        place = max(places, key=lambda one: (live & ~self._wide[one]).bit_count())
        rest = sum(1 << one for one in places if one != place)
        groups: dict[int, int] = {}
        for one, flags in self._slices[place].classes.items():
            groups.setdefault(live & flags, one)
        tried: list[int] = []
        for left in sorted(groups, key=int.bit_count):
            if any(not smaller & ~left for smaller in tried):
                continue
            tried.append(left)
            found = self.find(left, rest)
            if found is not None:
                return {**found, place: groups[left]}
        return None


def numbers(bits: int) -> list[int]:
    """The places of the bits, the lowest first."""
    return [one.bit_length() - 1 for one in bits_of(bits)]


def meeting(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """What two boxes share on each axis."""
    return [mine & theirs for mine, theirs in zip(one, other, strict=True)]


def usual(bits: int) -> int:
    """One class of several: a given value where there is one."""
    given = bits & ~NULL or bits
    return given & -given
