"""Influence: whether an input can ever change what a table decides."""

from collections.abc import Hashable

from app.rules.list_axis import TooLarge
from app.rules.regions import MAX_STEPS, Regions, numbers
from app.rules.rows import ReadRow, Result

Answer = Hashable
NOTHING: Answer = "nothing"
CONTRADICTION: Answer = "contradiction"


class Influence:
    """Asks of one input at a time whether there are answers to the others with which it matters."""

    def __init__(self, regions: Regions, rows: list[ReadRow], policy: str) -> None:
        """The boxes of the regions are those of the rows, in the same order; for first, the winner first."""
        self._regions = regions
        self._policy = policy
        self._full = [
            sum(1 << n for n, box in enumerate(regions.boxes) if box[place] == axis.everything)
            for place, axis in enumerate(regions.axes)
        ]
        self._told = [_told(row.result) for row in rows]
        self._said = [(*_told(row.result), row.result.reason, row.result.law) for row in rows]

    def matters(self, place: int) -> bool:
        """Whether the input at this place ever changes the decision. Raises TooLarge."""
        everything = (1 << len(self._regions.boxes)) - 1
        if not everything & ~self._full[place]:
            return False
        if self._policy == "collect":
            return True
        search = _Search(self, place)
        return search.differs(everything, [n for n in range(len(self._full)) if n != place])

    def answer(self, live: int) -> Answer:
        """What the table says where just these rows fit."""
        rows = numbers(live)
        if not rows:
            return NOTHING
        if self._policy in ("first", "priority"):
            return self._said[rows[0]]
        if len(rows) > 1 and (self._policy == "unique" or len({self._told[row] for row in rows}) > 1):
            return CONTRADICTION
        return frozenset(self._said[row] for row in rows)

    def decisive(self, live: int, places: list[int]) -> int:
        """Without the rows that an earlier one, which fits whatever the rest is, keeps from deciding."""
        if self._policy not in ("first", "priority"):
            return live
        covering = live
        for place in places:
            covering &= self._full[place]
        first = covering & -covering
        return live & ((first << 1) - 1) if first else live

    @property
    def width(self) -> int:
        """How many inputs there are."""
        return len(self._full)

    def full(self, place: int) -> int:
        """The rows that do not test an input."""
        return self._full[place]

    def holding(self, place: int) -> dict[int, int]:
        """The rows that accept each class of an input."""
        return self._regions.holding[place]


class _Search:
    def __init__(self, influence: Influence, place: int) -> None:
        self._ask = influence
        self._place = place
        self._seen: set[int] = set()
        self._left = MAX_STEPS

    def differs(self, live: int, places: list[int]) -> bool:
        """Whether the answer depends on the class, for some classes of the places that are left."""
        live = self._ask.decisive(live, [*places, self._place])
        if not live & ~self._ask.full(self._place):
            return False
        places = [place for place in places if live & ~self._ask.full(place)]
        key = live << self._ask.width | sum(1 << place for place in places)
        if key in self._seen:
            return False
        self._seen.add(key)
        self._left -= 1
        if self._left < 0:
            raise TooLarge
        if not places:
            held = {live & flags for flags in self._ask.holding(self._place).values()}
            return len({self._ask.answer(rows) for rows in held}) > 1
        widest = max(places, key=lambda one: (live & ~self._ask.full(one)).bit_count())
        rest = [place for place in places if place != widest]
        groups = {live & flags for flags in self._ask.holding(widest).values()}
        return any(self.differs(group, rest) for group in sorted(groups, key=int.bit_count))


def _told(result: Result) -> tuple[str | None, str]:
    return result.outcome, repr(sorted(result.outputs.items()))
