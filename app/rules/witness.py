"""Witnesses: facts, with a table's own values, for which it decides in a certain way. Pure."""

from collections.abc import Callable, Iterator
from random import Random

from app.rules.axes import NULL, Axis, bits_of
from app.rules.evaluate import Verdict
from app.rules.list_axis import TooLarge, make_axis
from app.rules.rows import ReadTable

TRIED = 400  # facts drawn by chance where examples and rows give none

Facts = dict[str, object]


def facts_where(read: ReadTable, decide: Callable[[Facts], Verdict | None], outcome: str) -> Facts | None:
    """Find facts for which `decide` gives the outcome: an example's, a row's, or drawn ones; else None."""
    return next((facts for facts in _candidates(read) if _outcome(decide(facts)) == outcome), None)


def _outcome(verdict: Verdict | None) -> str | None:
    return verdict.outcome if verdict else None


def _candidates(read: ReadTable) -> Iterator[Facts]:
    for example in read.table.examples:
        yield dict(example.given)
    try:
        cells = {
            path: [row.cells[path] for row in read.rows if path in row.cells] for path in read.table.inputs
        }
        axes = {path: make_axis(item, cells[path]) for path, item in read.table.inputs.items()}
    except TooLarge:
        return
    for row in read.rows:
        yield {
            path: _first(axis, axis.accepted(row.cells[path]) if path in row.cells else axis.everything)
            for path, axis in axes.items()
        }
    chance = Random(len(read.rows))  # noqa: S311  the same facts each time
    for _ in range(TRIED):
        yield {path: axis.example(chance.choice(bits_of(axis.everything))) for path, axis in axes.items()}


def _first(axis: Axis, accepted: int) -> object:
    """A value of the first class that is accepted, a given one before the missing answer."""
    bits = bits_of(accepted)
    return axis.example(next((bit for bit in bits if bit != NULL), bits[0])) if bits else None
