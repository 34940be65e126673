"""The flow of an SOP as an SVG drawing: a column for each actor, the official symbols, arrows between them.

Symbols after PermenPAN-RB 35/2012: capsule for start and end, rectangle for activity, diamond for decision.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup, escape

from app.definitions.process import Process, as_list

TITLE_WIDTH, LANE_WIDTH, ROW_HEIGHT, HEAD_HEIGHT = 250, 124, 66, 64
HALF_WIDTH, HALF_HEIGHT = 30, 15  # of a symbol
CHANNEL, CHANNELS = 4, 5  # lines that run side by side along the edge of a column, and their distance
TITLE_LETTERS, HEAD_LETTERS = 40, 17


@dataclass(frozen=True)
class Spot:
    """Where a step stands: its column and row, and its centre."""

    key: str
    lane: int
    row: int

    @property
    def x(self) -> int:
        """The centre, from the left."""
        return TITLE_WIDTH + self.lane * LANE_WIDTH + LANE_WIDTH // 2

    @property
    def y(self) -> int:
        """The centre, from the top."""
        return HEAD_HEIGHT + self.row * ROW_HEIGHT + ROW_HEIGHT // 2


@dataclass(frozen=True)
class Arrow:
    """A way from one step to another."""

    start: Spot
    end: Spot
    title: str

    @property
    def is_back(self) -> bool:
        """True where it leads to an earlier row."""
        return self.end.row < self.start.row

    @property
    def is_next(self) -> bool:
        """True where it leads to the row below, so that it can leave and enter in the middle."""
        return self.end.row == self.start.row + 1


def draw(process: Process) -> Markup:
    """The whole drawing, its heads apart so that they can stay in sight; the table of rows is its text."""
    lanes = list(process.actors)
    spots = {spot.key: spot for spot in _spots(process, lanes)}
    width = TITLE_WIDTH + len(lanes) * LANE_WIDTH
    height = HEAD_HEIGHT + len(spots) * ROW_HEIGHT + 4
    below, looks = height - HEAD_HEIGHT, 'font-size="11" fill="currentColor"'
    parts = [
        f'<svg class="flowheads" width="{width}" height="{HEAD_HEIGHT}" aria-hidden="true" {looks}>',
        *_heads(process, lanes),
        f'</svg><svg class="flowchart" viewBox="0 {HEAD_HEIGHT} {width} {below}" width="{width}" '
        f'height="{below}" role="img" aria-label="{escape(process.title)}" {looks}>',
        '<defs><marker id="flow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L8 4 0 8z"/></marker></defs>',
        *_frame(process, lanes, height),
        *_arrows(process, spots),
        *(_symbol(process, spot) for spot in spots.values()),
        *(_label_of(arrow) for arrow in _all_arrows(process, spots) if arrow.title),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704  every text in it is escaped


def _spots(process: Process, lanes: list[str]) -> Iterator[Spot]:
    """A step without an actor stands where the case comes from."""
    lane = 0
    for row, (key, step) in enumerate(process.steps.items()):
        lane = lanes.index(step.actor) if step.actor in lanes else _lane_before(process, lanes, key, lane)
        yield Spot(key, lane, row)


def _lane_before(process: Process, lanes: list[str], key: str, otherwise: int) -> int:
    for step in process.steps.values():
        if key in step.targets() and step.actor in lanes:
            return lanes.index(step.actor)
    return otherwise


def _heads(process: Process, lanes: list[str]) -> Iterator[str]:
    for place, key in enumerate(lanes):
        x = TITLE_WIDTH + place * LANE_WIDTH
        yield f'<path d="M{x} 0V{HEAD_HEIGHT}" stroke="var(--line)" fill="none"/>'
        yield _words(
            process.actors[key].title, (x + LANE_WIDTH // 2, HEAD_HEIGHT // 2), HEAD_LETTERS, "middle"
        )


def _frame(process: Process, lanes: list[str], height: int) -> Iterator[str]:
    for place in range(len(lanes)):
        x = TITLE_WIDTH + place * LANE_WIDTH
        yield f'<path d="M{x} {HEAD_HEIGHT}V{height}" stroke="var(--line)" fill="none"/>'
    width = TITLE_WIDTH + len(lanes) * LANE_WIDTH
    for row, (key, step) in enumerate(process.steps.items()):
        y = HEAD_HEIGHT + row * ROW_HEIGHT
        size = f'width="{width}" height="{ROW_HEIGHT}"'
        yield f'<rect data-step="{escape(key)}" y="{y}" {size} stroke="var(--line)" fill="none"/>'
        yield _words(step.full_title, (8, y + ROW_HEIGHT // 2), TITLE_LETTERS, "start")


def _words(words: str, centre: tuple[int, int], letters: int, anchor: str) -> str:
    """Text in several lines around a height."""
    x, y = centre
    lines = wrap(words, letters)[:4]
    top = y - (len(lines) - 1) * 7 + 4
    spans = "".join(
        f'<tspan x="{x}" y="{top + place * 14}">{escape(line)}</tspan>' for place, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}">{spans}</text>'


def _symbol(process: Process, spot: Spot) -> str:
    """The official symbol, with the row's number in it."""
    step, x, y = process.steps[spot.key], spot.x, spot.y
    left, top = x - HALF_WIDTH, y - HALF_HEIGHT
    looks = 'fill="var(--paper)" stroke="currentColor" stroke-width="1.5"'
    dashes = ' stroke-dasharray="4 3"' if step.is_automatic or step.kind == "wait" else ""
    if len(step.outcomes) > 1:
        points = f"{x},{top - 4} {x + HALF_WIDTH + 4},{y} {x},{y + HALF_HEIGHT + 4} {left - 4},{y}"
        form = f'<polygon points="{points}" {looks}/>'
    else:
        is_end = step.kind == "end" or spot.key == process.start.first
        size = f'width="{2 * HALF_WIDTH}" height="{2 * HALF_HEIGHT}"'
        form = f'<rect x="{left}" y="{top}" {size} rx="{HALF_HEIGHT if is_end else 0}" {looks}{dashes}/>'
    return f'{form}<text x="{x}" y="{y + 4}" text-anchor="middle">{escape(step.no or "")}</text>'


def _arrows(process: Process, spots: dict[str, Spot]) -> Iterator[str]:
    taken: Counter[tuple[int, bool]] = Counter()
    for arrow in _all_arrows(process, spots):
        yield _next_row(arrow) if arrow.is_next else _along_edge(arrow, taken)


def _all_arrows(process: Process, spots: dict[str, Spot]) -> Iterator[Arrow]:
    for spot in spots.values():
        yield from _from(process, spots, spot)


def _from(process: Process, spots: dict[str, Spot], spot: Spot) -> Iterator[Arrow]:
    step = process.steps[spot.key]
    ways = [("", target) for target in as_list(step.next)]
    ways += [(way.title, target) for way in step.outcomes.values() for target in as_list(way.next)]
    for title, target in ways:
        yield Arrow(spot, spots[target], title)


def _next_row(arrow: Arrow) -> str:
    """Down, across on the line between the rows, down."""
    start, end = arrow.start, arrow.end
    turn = (start.y + end.y) // 2
    line = f"M{start.x} {start.y + HALF_HEIGHT}V{turn}H{end.x}V{end.y - HALF_HEIGHT - 5}"
    return _line(line, arrow)


def _along_edge(arrow: Arrow, taken: Counter[tuple[int, bool]]) -> str:
    """Out at the side, along the edge of the target's column where no symbol stands, in at the side."""
    start, end = arrow.start, arrow.end
    from_left = start.lane < end.lane
    edge = end.lane if from_left else end.lane + 1
    taken[edge, from_left] += 1
    offset = 3 + CHANNEL * ((taken[edge, from_left] - 1) % CHANNELS)
    channel = TITLE_WIDTH + edge * LANE_WIDTH + (offset if from_left else -offset)
    side = 1 if start.lane <= end.lane else -1
    leave = start.x + side * (HALF_WIDTH + 4)
    arrive = end.x - (HALF_WIDTH + 5) if from_left else end.x + HALF_WIDTH + 5
    return _line(f"M{leave} {start.y}H{channel}V{end.y}H{arrive}", arrow)


def _line(path: str, arrow: Arrow) -> str:
    looks = ' stroke-dasharray="5 3" stroke="var(--near)"' if arrow.is_back else ' stroke="currentColor"'
    return f'<path d="{path}" fill="none" stroke-width="1.25"{looks} marker-end="url(#flow-head)"/>'


def _label_of(arrow: Arrow) -> str:
    """What a way out is called, where its line begins; drawn last, clear of the lines behind it."""
    start, right = arrow.start, arrow.start.lane <= arrow.end.lane
    at = (start.x + 6, start.y + HALF_HEIGHT + 13)
    if not arrow.is_next:
        at = (start.x + (HALF_WIDTH + 7 if right else -HALF_WIDTH - 7), start.y - 5)
    anchor = "start" if arrow.is_next or right else "end"
    looks = (
        f'font-size="9" text-anchor="{anchor}" paint-order="stroke" stroke="var(--paper)" stroke-width="3"'
    )
    return f'<text x="{at[0]}" y="{at[1]}" {looks}>{escape(arrow.title)}</text>'
