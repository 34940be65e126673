"""Merge two changes of one definition: line by line, or where both touch the same lines value by value."""

import json
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, NamedTuple

from app.definitions.edit import rewritten
from app.definitions.parse import parse

_KEY = "merged/merged"  # a text means the same whatever its key


Meeting = Callable[["Hunk", "Hunk"], bool]


class Clash(Exception):
    """Both changed the same thing, each in another way."""


class Hunk(NamedTuple):
    """Items `start` to `end` of the base become `items`."""

    start: int
    end: int
    items: tuple[str, ...]


def merged(kind: str, base: str, mine: str, theirs: str) -> str | None:
    """Both changes in one text, or None where they touch the same things."""
    if mine == theirs:
        return mine
    base_lines, *sides = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    hunks = {hunk for side in sides for hunk in hunks_of(base_lines, side)}
    try:
        return "".join(_spliced(base_lines, hunks, _lines_meet))
    except Clash:
        return _values_merged(kind, base, mine, theirs)


def _values_merged(kind: str, base: str, mine: str, theirs: str) -> str | None:
    shapes = [parse(kind, _KEY, text).shape for text in (base, mine, theirs)]
    values = [shape.model_dump(mode="json", exclude_unset=True) for shape in shapes if shape]
    if len(values) < len(shapes):
        return None
    try:
        return rewritten(kind, theirs, together(*values))
    except Clash:
        return None


def together(base: Any, mine: Any, theirs: Any) -> Any:
    """Both changes of one value. Raises Clash."""
    before, one, other = map(_word, (base, mine, theirs))
    if one == other or other == before:
        return mine
    if one == before:
        return theirs
    if all(isinstance(each, dict) for each in (base, mine, theirs)):
        return _mappings_together(base, mine, theirs)
    if all(isinstance(each, list) for each in (base, mine, theirs)):
        return _lists_together(base, mine, theirs)
    raise Clash


def _mappings_together(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The order of keys counts (steps are printed in it), and so does what the other one took away."""
    hunks = {hunk for side in (mine, theirs) for hunk in hunks_of([*base], [*side])}
    keys = _spliced([*base], hunks, _keys_meet)
    for key in {*base, *mine, *theirs} - {*keys}:
        if any(key in side and _word(side[key]) != _word(base.get(key)) for side in (mine, theirs)):
            raise Clash
    return {key: _part_together(key, base, mine, theirs) for key in keys}


def _part_together(key: str, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> Any:
    if key in base and key in mine and key in theirs:
        return together(base[key], mine[key], theirs[key])
    added = [side[key] for side in (mine, theirs) if key in side]
    if len({_word(value) for value in added}) > 1:
        raise Clash
    return added[0]


def _lists_together(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """Items that came, went or changed; what both changed at one place is put together item by item."""
    words = [_word(item) for item in base]
    ours, others = (
        {hunk[:2]: hunk for hunk in hunks_of(words, [_word(item) for item in side])}
        for side in (mine, theirs)
    )
    for place in ours.keys() & others.keys():
        one, other, size = ours[place].items, others[place].items, place[1] - place[0]
        if one != other and len(one) == len(other) == size:
            triples = zip(words[slice(*place)], one, other, strict=True)
            items = tuple(_word(together(*map(json.loads, triple))) for triple in triples)
            ours[place] = others[place] = Hunk(*place, items)
    found = _spliced(words, {*ours.values(), *others.values()}, _items_meet)
    return [json.loads(word) for word in found]


def _word(value: Any) -> str:
    """A value as a text: yes is not 1 there, and the order of keys counts."""
    return json.dumps(value)


def _spliced(base: Sequence[str], hunks: set[Hunk], meet: Meeting) -> list[str]:
    """The base with all hunks in it. Raises Clash where two of them meet."""
    out: list[str] = []
    at = 0
    if any(meet(earlier, later) for earlier, later in pairwise(sorted(hunks))):
        raise Clash
    for hunk in sorted(hunks):
        out += [*base[at : hunk.start], *hunk.items]
        at = hunk.end
    return [*out, *base[at:]]


def _lines_meet(earlier: Hunk, later: Hunk) -> bool:
    """Neighbouring lines often belong together."""
    return later.start <= earlier.end


def _items_meet(earlier: Hunk, later: Hunk) -> bool:
    """Replaced items may stand side by side; of two that are inserted at one place none is the first."""
    inserted = earlier.start == earlier.end or later.start == later.end
    return later.start < earlier.end or (inserted and later.start == earlier.end)


def _keys_meet(earlier: Hunk, later: Hunk) -> bool:
    return later.start < earlier.end


def hunks_of(base: Sequence[str], changed: Sequence[str]) -> Iterator[Hunk]:
    """What turns the base into the changed items."""
    for tag, start, end, from_, to in SequenceMatcher(None, base, changed, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Hunk(start, end, tuple(changed[from_:to]))
