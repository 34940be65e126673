"""Hints: how a condition is written that cannot be read as it stands."""

import re

from app.definitions.decision_table import Input
from app.errors import text
from app.rules.values import READERS, WrongType, WrongValue, shown

_LONGEST = 100  # letters of a range that somebody may have meant
_BETWEEN = re.compile(
    r"\s*(?:\.{2,3}|…|[-\u2013\u2014;:]|\b(?:sampai(?:\s+dengan)?|s\.?/?d\.?|hingga|to|dan|and)(?=\s))\s*",
    re.I,
)
_NUMBER = text(
    "%(value)s is not a number. Write a number (5), several (5; 8), a comparison (> 5 or <= 8) or a range "
    "([5 .. 8]; round brackets leave a limit itself out)."
)
_DATE = text(
    "%(value)s is not a date. Write a date (2026-01-31), several with semicolons, a comparison "
    "(>= 2026-01-31) or a range ([2026-01-01 .. 2026-12-31]; round brackets leave a limit itself out)."
)
_RANGE = text(
    "%(value)s cannot be read. A range is written %(range)s; round brackets leave a limit itself out."
)


def unread(written: str, column: Input) -> WrongValue:
    """What to say of a condition on numbers or dates in a grid."""
    how = _NUMBER if column.type == "number" else _DATE
    return range_meant(written, column) or WrongValue(how.msgid, value=shown(written))


def range_meant(written: str, column: Input) -> WrongValue | None:
    """How the range is written that this seems to mean; None where it means none."""
    inner = written.strip().strip("[]()") if len(written) <= _LONGEST else ""
    for gap in _BETWEEN.finditer(inner):
        low, high = inner[: gap.start()].strip(), inner[gap.end() :].strip()
        if _reads(low, column) and _reads(high, column):
            return WrongValue(_RANGE.msgid, value=shown(written), range=f"[{low} .. {high}]")
    return None


def _reads(part: str, column: Input) -> bool:
    try:
        READERS[column.type](part.replace(",", ".") if column.type == "number" else part)
    except WrongType:
        return False
    return True
