"""Two wordings beside each other: which of their words changed."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# below this much in common, the whole is another wording, and marking words would be noise
ALIKE = 0.4
_WORDS = re.compile(r"\s+|[^\s]+")


class Stretch(NamedTuple):
    """Words in a row that all changed, or all did not."""

    text: str
    is_changed: bool


def marked(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """Both wordings in stretches; none is marked where the two have little in common."""
    if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < ALIKE:
        return [Stretch(before, False)], [Stretch(after, False)]
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    one: list[Stretch] = []
    two: list[Stretch] = []
    for tag, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        one.append(Stretch("".join(old[start:end]), tag != "equal"))
        two.append(Stretch("".join(new[from_:to]), tag != "equal"))
    return [part for part in one if part.text], [part for part in two if part.text]
