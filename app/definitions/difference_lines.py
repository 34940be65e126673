"""Two texts beside each other, line by line, with what is equal left out but for a few lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT = 3


@dataclass(frozen=True)
class LinePair:
    """A line of each text; None where the other one has no counterpart. A gap stands for equal lines."""

    before_no: int | None = None
    before: str | None = None
    after_no: int | None = None
    after: str | None = None
    is_gap: bool = False

    @property
    def is_same(self) -> bool:
        """True for a line that both texts have."""
        return not self.is_gap and self.before == self.after


def beside(before: str, after: str) -> list[LinePair]:
    """Every changed line with `CONTEXT` lines around it; nothing for equal texts."""
    old, new = before.splitlines(), after.splitlines()
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT))
    found: list[LinePair] = []
    for number, group in enumerate(groups):
        if number:
            found.append(LinePair(is_gap=True))
        for _, from_, to, start, end in group:
            found += _pairs((from_, old[from_:to]), (start, new[start:end]))
    return found


def _pairs(one: tuple[int, list[str]], two: tuple[int, list[str]]) -> Iterator[LinePair]:
    (first, olds), (second, news) = one, two
    rows = zip_longest(enumerate(olds, first + 1), enumerate(news, second + 1), fillvalue=(None, None))
    yield from (LinePair(before_no, old, after_no, new) for (before_no, old), (after_no, new) in rows)
