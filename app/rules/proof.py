"""Proof: everything that can be said of a decision table without any facts, over all inputs together.

It is exact: every gap and every contradiction comes with facts that show it, and where nothing is found there
is nothing. Where a table is too large for that, the proof says so instead of guessing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from app.errors import Text, text
from app.rules.axes import NULL, Axis, bits_of
from app.rules.cells import Cell
from app.rules.influence import Influence
from app.rules.list_axis import TooLarge, make_axis
from app.rules.regions import Box, Point, Regions, meeting, numbers, usual
from app.rules.rows import ReadRow, ReadTable
from app.rules.values import shown

MAX_GAPS = 12
MAX_VALUES = 5
MAX_COVERING = 12  # rows among which the few are sought that together hide another

Kind = Literal[
    "gap",
    "overlap",
    "conflict",
    "unreachable",
    "duplicate",
    "impossible",
    "no_effect",
    "untested",
    "too_large",
]
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Finding:
    """What was found: an error stops publishing; `facts` show it, a row of the conditions `row` closes it."""

    kind: Kind
    severity: Severity
    path: str
    message: Text
    facts: dict[str, object] | None = None
    row: dict[str, object] | None = None
    rows: tuple[int, ...] = ()
    waived: str | None = None
    values: tuple[object, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether a table with this may not be published."""
        return self.severity == "error" and self.waived is None


def prove(read: ReadTable) -> list[Finding]:
    """Examine a table that was read without problems; the worst first."""
    try:
        axes = {path: make_axis(item, _cells(read, path)) for path, item in read.table.inputs.items()}
    except TooLarge:
        message = text("A list of this table is tested in too many ways to prove anything about it.")
        return [_too_large(message)]
    impossible = list(_impossible(read, axes))
    return impossible or _Proof(read, axes).findings()


def _cells(read: ReadTable, path: str) -> list[Cell]:
    named = [row.cells[path] for row in read.rows if path in row.cells]
    return named + [waiver[path] for waiver in read.waived_gaps if path in waiver]


def _impossible(read: ReadTable, axes: dict[str, Axis]) -> Iterator[Finding]:
    for row in read.rows:
        for path, cell in row.cells.items():
            if not axes[path].accepted(cell):
                message = text("No value that this input can have fits this cell.")
                place = f"rows.{row.number}.when.{path}"
                yield Finding("impossible", "error", place, message, rows=(row.number,))


def _too_large(message: Text) -> Finding:
    return Finding("too_large", "warning", "rows", message)


@dataclass
class _Proof:
    read: ReadTable
    axes: dict[str, Axis]
    rows: list[ReadRow] = field(init=False)
    regions: Regions = field(init=False)

    def __post_init__(self) -> None:
        self.policy = self.read.table.hit_policy
        self.ordered = self.policy in ("first", "priority")
        self.rows = sorted(self.read.rows, key=lambda row: (row.priority, row.number))
        self.regions = Regions([*self.axes.values()], [self._box(row.cells) for row in self.rows])

    def _box(self, cells: dict[str, Cell]) -> Box:
        return tuple(
            axis.accepted(cells[path]) if path in cells else axis.everything
            for path, axis in self.axes.items()
        )

    def findings(self) -> list[Finding]:
        """All of them; a part that is too large says so and leaves the others alone."""
        duplicates = list(self._duplicates())
        known = {finding.rows[0] for finding in duplicates}
        parts = [self._contradicting(known), self._hidden(known), self._gaps(), self._without_effect()]
        found = [*duplicates, *(finding for part in parts for finding in _caught(part)), *self._untested()]
        order = ("error", "warning", "hint")
        return sorted(found, key=lambda finding: order.index(finding.severity))

    def facts(self, point: Point) -> dict[str, object]:
        """One set of facts that lies in the classes of a point."""
        pairs = zip(self.axes.items(), point, strict=True)
        return {path: axis.example(one) for (path, axis), one in pairs}

    def _duplicates(self) -> Iterator[Finding]:
        """Rows that say what an earlier one says, on the same conditions."""
        severity: Severity = "error" if self.ordered or self.policy == "unique" else "warning"
        seen: dict[str, ReadRow] = {}
        for row, box in zip(self.rows, self.regions.boxes, strict=True):
            first = seen.setdefault(repr((box, row.result)), row)
            if first is not row:
                message = text(
                    "Row %(row)d says the same as row %(other)d.", row=row.number, other=first.number
                )
                place, both = f"rows.{row.number}", (row.number, first.number)
                yield Finding("duplicate", severity, place, message, rows=both)

    def _contradicting(self, known: set[int]) -> Iterator[Finding]:
        """Rows of a table without an order that can both apply, and may not."""
        if self.policy not in ("unique", "any"):
            return
        for later, row in enumerate(self.rows):
            for earlier in range(later if row.number not in known else 0):
                point = self._common(earlier, later)
                same = self.rows[earlier].result.told == row.result.told
                if point and (self.policy == "unique" or not same):
                    yield self._contradiction(self.rows[earlier], row, self.facts(point))
                    break

    def _common(self, one: int, other: int) -> Point | None:
        common = meeting(self.regions.boxes[one], self.regions.boxes[other])
        return tuple(usual(bits) for bits in common) if all(common) else None

    def _contradiction(self, one: ReadRow, other: ReadRow, facts: dict[str, object]) -> Finding:
        message = text(
            "Rows %(other)d and %(row)d can apply at the same time, for example: %(example)s.",
            row=other.number,
            other=one.number,
            example=written(facts),
        )
        kind: Kind = "overlap" if self.policy == "unique" else "conflict"
        rows = (other.number, one.number)
        return Finding(kind, "error", f"rows.{other.number}", message, facts, rows=rows)

    def _hidden(self, known: set[int]) -> Iterator[Finding]:
        """Rows that the ones before them always forestall."""
        for place, row in enumerate(self.rows if self.ordered else []):
            if row.number in known:
                continue
            box, earlier = self.regions.boxes[place], (1 << place) - 1
            if self.regions.outside(box, earlier) is None:
                yield _unreachable(row, [self.rows[n].number for n in numbers(self._few(box, earlier))])

    def _few(self, box: Box, among: int) -> int:
        """Rows none of which can be left out for the box to stay covered."""
        alone = self.regions.covering(box) & among
        if alone:
            return alone & -alone
        touching = numbers(self.regions.meeting(box) & among)
        kept = sum(1 << n for n in touching)
        for one in touching if len(touching) <= MAX_COVERING else []:
            if self.regions.outside(box, kept & ~(1 << one)) is None:
                kept &= ~(1 << one)
        return kept

    def _gaps(self) -> Iterator[Finding]:
        """Answers that no row, no default and no waiver provides for."""
        if self.policy == "collect" or self.read.default is not None:
            return
        waived = [self._box(cells) for cells in self.read.waived_gaps]
        left = Regions(self.regions.axes, self.regions.boxes)
        for box, waiver in zip(waived, self.read.table.gap_waivers, strict=True):
            if (point := left.outside(box)) is not None:
                yield self._gap(point, dict(waiver.when), waiver.reason)
            left.add(box)
        for _ in range(MAX_GAPS):
            point = left.outside(left.whole)
            if point is None:
                return
            free = left.free_box(point, last=self.ordered)
            left.add(free.box)
            yield self._gap(point, self._named(free.cells), None)
        if left.outside(left.whole) is not None:
            message = text("There are more gaps than these; close them first.")
            yield Finding("gap", "error", "rows", message)

    def _named(self, cells: dict[int, object] | None) -> dict[str, object] | None:
        paths = [*self.axes]
        return None if cells is None else {paths[place]: cells[place] for place in sorted(cells)}

    def _gap(self, point: Point, row: dict[str, object] | None, reason: str | None) -> Finding:
        facts = self.facts(point)
        message = text("No row fits these answers, for example: %(example)s.", example=written(facts))
        return Finding("gap", "error", "rows", message, facts, row, waived=reason)

    def _without_effect(self) -> Iterator[Finding]:
        """Inputs that never change the decision."""
        influence = Influence(self.regions, self.rows, self.policy)
        for place, path in enumerate(self.axes):
            if not influence.matters(place):
                message = text("This input never changes the decision.")
                reason = self.read.table.waived("no_effect", path)
                yield Finding("no_effect", "warning", f"inputs.{path}", message, waived=reason)

    def _untested(self) -> Iterator[Finding]:
        """Values that no row asks for, in the columns that rows do test."""
        for place, (path, axis) in enumerate(self.axes.items()):
            tested = [box[place] for box in self.regions.boxes if box[place] != axis.everything]
            left = axis.everything
            for bits in tested:
                left &= ~bits
            if tested and left:
                yield from self._unasked(path, axis, left)

    def _unasked(self, path: str, axis: Axis, left: int) -> Iterator[Finding]:
        """Where every row is a deficiency, silence about a missing answer lets a case through."""
        collects, reason = self.policy == "collect", self.read.table.waived("untested", path)
        if collects and left & NULL:
            message = text("No row notices when this answer is missing.")
            yield Finding("untested", "warning", f"inputs.{path}", message, waived=reason)
        elif not collects or (self.read.table.inputs[path].closed and left.bit_count() > 1):
            values = tuple(axis.example(one) for one in bits_of(left)[:MAX_VALUES])
            message = text("No row asks for %(values)s.", values=", ".join(map(shown, values)))
            yield Finding("untested", "hint", f"inputs.{path}", message, waived=reason, values=values)


def _unreachable(row: ReadRow, others: list[int]) -> Finding:
    message = (
        text(
            "Row %(row)d can never decide: row %(other)d comes first and fits whenever it does.",
            row=row.number,
            other=others[0],
        )
        if len(others) == 1
        else text(
            "Row %(row)d can never decide: rows %(others)s come first and together fit whenever it does.",
            row=row.number,
            others=", ".join(map(str, others)),
        )
    )
    return Finding("unreachable", "error", f"rows.{row.number}", message, rows=(row.number, *others))


def _caught(part: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from part
    except TooLarge:
        yield _too_large(text("A part of this table is too large to prove; split it into several tables."))


def written(facts: dict[str, object]) -> str:
    """Facts as a file writes them."""
    return "{" + ", ".join(f"{path}: {shown(value)}" for path, value in facts.items()) + "}"
