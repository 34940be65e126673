"""Merge two changes of one text, line by line, where they do not touch the same lines."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple


class Hunk(NamedTuple):
    """Lines `start` to `end` of the base become `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both changes in one text, or None where they touch the same or neighbouring lines."""
    if mine == theirs:
        return mine
    lines = base.splitlines(keepends=True)
    hunks = sorted({*hunks_of(lines, mine), *hunks_of(lines, theirs)})
    if any(later.start <= earlier.end for earlier, later in pairwise(hunks)):
        return None
    out: list[str] = []
    at = 0
    for hunk in hunks:
        out += [*lines[at : hunk.start], *hunk.lines]
        at = hunk.end
    return "".join([*out, *lines[at:]])


def hunks_of(base: list[str], changed: str) -> Iterator[Hunk]:
    """What turns the base into the changed text."""
    lines = changed.splitlines(keepends=True)
    for tag, start, end, from_, to in SequenceMatcher(None, base, lines, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Hunk(start, end, tuple(lines[from_:to]))
