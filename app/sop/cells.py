"""Cells: what scanners and spreadsheets leave in them, made into plain text, lists and marks. Pure."""

import html
import re

from app.sop.printed import Marked

_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"\s+")
_NUMBERED = re.compile(r"(?:^|\s)(\d{1,2})[.)]?\s+(?=\S)")
_BULLET = re.compile(r"(?:^|\s)-\s+(?=\S)")
_DIAMONDS = frozenset("◇◆⬦⬥◊♢")
_BOXES = frozenset("□■▢▣◻◼▭▯☐☑○●◯⬭")
_PART = "▫"
_LABELS = frozenset(["ya", "y", "tidak", "t", "tdk", "lengkap", "sesuai", "setuju", "disetujui", "ditolak"])


def plain(cell: str) -> str:
    """Take tags and doubled spaces away."""
    return _SPACES.sub(" ", html.unescape(_TAG.sub(" ", cell))).strip(" \t'")


def points(cell: str) -> list[str]:
    """Split a list flattened into one cell: numbers that count up from 1, or dashes; else one point."""
    words = plain(cell)
    cuts = _counted(words) or [match.span() for match in _BULLET.finditer(words)]
    if not cuts or (len(cuts) == 1 and cuts[0][0] > 0):
        return [words] if words else []
    ends = [start for start, _ in cuts[1:]] + [len(words)]
    parts = [words[: cuts[0][0]], *(words[stop:end] for (_, stop), end in zip(cuts, ends, strict=True))]
    return [part.strip(" ;,") for part in parts if part.strip(" ;,")]


def sentence(cell: str) -> str:
    """Join the points of a cell into one sentence, as a step's title is written."""
    return "; ".join(points(cell)) if _BULLET.match(plain(cell)) else plain(cell)


def marked(column: int, cell: str) -> Marked | None:
    """Tell the mark of an actor's cell; None where it is empty."""
    if not cell.strip():
        return None
    words = plain(cell)
    if words.lower().strip(".:;!") in _LABELS:
        return Marked(column, "label", words)
    if _DIAMONDS & set(words):
        return Marked(column, "decision", words)
    if words == _PART:
        return Marked(column, "part", words)
    return Marked(column, "box" if _BOXES & set(words) and len(words) == 1 else "trace", words)


def _counted(words: str) -> list[tuple[int, int]]:
    """Where 1, 2, 3, … stand in this order: other numbers belong to the sentences."""
    cuts: list[tuple[int, int]] = []
    for match in _NUMBERED.finditer(words):
        if int(match[1]) == len(cuts) + 1:
            cuts.append(match.span())
    return cuts
