"""Periods of a report: a year, a half, a quarter or a month, each with the key that addresses use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

KEY = re.compile(r"(?P<year>20\d\d)(?:-(?:S(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to `last` (its last day)."""

    key: str
    first: date
    last: date


def year_of(on: date) -> Period:
    """The year of a day."""
    return _months(str(on.year), on.year, 1, 12)


def period(key: str) -> Period | None:
    """The period of a key (2026, 2026-S1, 2026-Q3, 2026-11); None for anything else."""
    found = KEY.fullmatch(key)
    if found is None:
        return None
    year = int(found["year"])
    if found["half"]:
        return _months(key, year, int(found["half"]) * 6 - 5, 6)
    if found["quarter"]:
        return _months(key, year, int(found["quarter"]) * 3 - 2, 3)
    return _months(key, year, int(found["month"] or 1), 1 if found["month"] else 12)


def periods(first: date, last: date) -> Iterator[Period]:
    """Every period that begins by `last` and ends after `first`, newest year first, the widest first."""
    for year in range(last.year, first.year - 1, -1):
        keys = [str(year), *(f"{year}-S{n}" for n in (1, 2)), *(f"{year}-Q{n}" for n in (1, 2, 3, 4))]
        for key in [*keys, *(f"{year}-{month:02d}" for month in range(1, 13))]:
            found = period(key)
            if found and found.first <= last and found.last >= first:
                yield found


def _months(key: str, year: int, month: int, count: int) -> Period:
    after = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return Period(key, date(year, month, 1), after - timedelta(days=1))
