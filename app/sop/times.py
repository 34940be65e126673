"""Times: what is printed in the column "Waktu" becomes norms, also one that several rows share. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.definitions.process import Norm
from app.errors import text
from app.sop.printed import Doubt, Row

# bounded, and never begun within a number: a cell full of digits must not be tried at each of them
_AMOUNT = r"(?<!\d)(\d{1,6})\s*(?:\([^()]{0,60}\)\s*)?"
_TIME = re.compile(_AMOUNT + r"(menit|jam|hari)\s*(kerja)?", re.IGNORECASE)
_WITHIN = re.compile(r"dalam\s+" + _AMOUNT + "hari", re.IGNORECASE)
NONE = "-"  # a time that is printed as none: the row shares no other's
_MINUTES = {"menit": 1, "jam": 60}


def norm_of(time: str, remark: str = "") -> Norm | None:
    """Read a time: effort in minutes or working days, bounded where the remark says "dalam … hari"."""
    found = _TIME.search(time)
    if found is None:
        return None
    amount, unit = int(found[1]), found[2].lower()
    within = _WITHIN.search(remark)
    bound = int(within[1]) if within else None
    if unit == "hari":
        return Norm(working_days=amount, within_days=bound)
    return Norm(minutes=amount * _MINUTES[unit], within_days=bound)


def shared(rows: Sequence[Row], who: Mapping[str, str], outside: frozenset[str]) -> dict[str, str]:
    """Which rows share the norm of an earlier row: row → that row.

    A norm that is printed once across several rows stands in the first of them after a scan. The office
    shares it with the office, an outside system only with itself.
    """
    found: dict[str, str] = {}
    owner: str | None = None
    for row in rows:
        if norm_of(row.time) is not None:
            owner = row.no
        elif owner is not None and row.time != NONE and _same_side(who[owner], who[row.no], outside):
            found[row.no] = owner
        else:
            owner = None
    return found


def _same_side(one: str, other: str, outside: frozenset[str]) -> bool:
    return one == other if {one, other} & outside else True


def doubts(rows: Sequence[Row], sharing: Mapping[str, str], total: str) -> Iterator[Doubt]:
    """Question norms that are shared, missing or written twice, and a sum that does not come out."""
    for row in rows:
        times = _TIME.findall(row.time)
        if row.no in sharing:
            question = text(
                "No time is printed. Does the row share the time of row %(no)s?", no=sharing[row.no]
            )
            yield Doubt(row.no, question, f"= {sharing[row.no]}")
        elif row.time == NONE:
            continue
        elif not times:
            yield Doubt(row.no, text("No time is printed. How long may this step take?"))
        elif len(times) > 1:
            yield Doubt(
                row.no, text("Several times are printed: %(time)s.", time=row.time), " ".join(times[0])
            )
        elif times[0][1].lower() == "hari" and not times[0][2]:
            yield Doubt(row.no, text('Are "%(time)s" working days?', time=row.time), row.time)
    yield from _total(rows, total)


def _total(rows: Sequence[Row], total: str) -> Iterator[Doubt]:
    printed = sum(int(amount) * _MINUTES.get(unit.lower(), 0) for amount, unit, _ in _TIME.findall(total))
    added = sum((norm.minutes or 0) for row in rows if (norm := norm_of(row.time)) is not None)
    if printed and printed != added:
        question = text("The printed sum is %(printed)d minutes, the rows add up to %(added)d.",
                        printed=printed, added=added)  # fmt: skip
        yield Doubt("", question, str(added))
