"""Print tables of any length: laid out part by part, so that time and memory grow with the lines only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.letters import press
from app.letters.wire import json_bytes

PART = 90  # rows laid out at once: tables cost more than in proportion to their length
LONGEST_CELL = 700  # characters; a cell higher than a page would be shrunk until nobody can read it
LONGEST_WORD = 38
PAGE_WORD = "Halaman {page} dari {pages}"

Row = Mapping[str, Any]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Section:
    """A table with its own head and page count: the shared frame's name, its variables, and its rows."""

    frame: str
    context: Mapping[str, Any]
    rows: Sequence[Row]


def print_sections(title: str, sections: Sequence[Section], progress: Progress | None = None) -> bytes:
    """One PDF of all sections; `progress` hears how many rows are laid out.

    Raises Invalid for a mistake in the frame, Overrun or Broken for too much, Busy where all are at work.
    """
    bound: list[list[list[int]]] = []
    blob, done = bytearray(), 0
    for section in sections:
        parts: list[list[int]] = []
        start = 0
        while start < len(section.rows) or not parts:
            pdf, pages, taken = _part(section, start)
            parts.append([len(pdf), pages])
            blob += pdf
            start += taken
            done += taken
            if progress:
                progress(done)
        bound.append(parts)
    head = {"sections": bound, "title": title, "word": PAGE_WORD}
    _, pdf = press.renderer().ask("bind", head, bytes(blob))
    return pdf


def _part(section: Section, start: int) -> tuple[bytes, int, int]:
    """Lay out rows from `start` on: the file, its pages to keep, and how many rows stand on those.

    Rows on the last page of a part are laid out again with the next one, so that no page ends early.
    """
    rows = section.rows[start : start + PART]
    is_last = start + len(rows) >= len(section.rows)
    marked = [{"mark": index, **_fitting(row)} for index, row in enumerate(rows)]
    context = {**section.context, "rows": marked, "is_first": start == 0, "is_last": is_last}
    said, pdf = press.renderer().ask(
        "sheet", {"name": section.frame, "context": context}, json_bytes(dict(press.sources()))
    )
    pages: int = said["pages"]
    if is_last or pages == 1:
        return pdf, pages, len(rows)
    kept = sum(page < pages - 1 for page in said["rows"].values())
    return pdf, pages - 1, kept


def _fitting(row: Row) -> dict[str, Any]:
    """A row whose texts fit into cells: not longer than a page, no word wider than its column."""
    return {name: fitting(value) if isinstance(value, str) else value for name, value in row.items()}


def fitting(words: str) -> str:
    """A text with long words broken and a long end cut off."""
    short = words if len(words) <= LONGEST_CELL else words[:LONGEST_CELL] + "…"
    return " ".join(_broken(word) for word in short.split(" "))


def _broken(word: str) -> str:
    return " ".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)) or word
