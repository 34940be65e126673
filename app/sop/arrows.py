"""Arrows: where each row leads, as far as marks and words tell; what they do not tell is a doubt. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.errors import text
from app.sop.actors import Known
from app.sop.printed import Doubt, Row
from app.sop.who import Chosen, returned_to

GRANTED, REFUSED = "granted", "refused"

# How a column of targets writes the ends, besides the numbers of rows.
ENDINGS = {
    "granted": "Selesai", "refused": "Ditolak", "returned": "Dikembalikan", "not_effective": "Belum efektif",
    "withdrawn": "Ditarik", "expired": "Kedaluwarsa",
}  # fmt: skip
_ENDS = {title.casefold(): result for result, title in ENDINGS.items()}

_IF = re.compile(r"\b(jika|apabila|bila)\b", re.IGNORECASE)
_NO = re.compile(r"\b(tidak|belum|ditolak|kembali\w*|dikembalikan)\b", re.IGNORECASE)
_REFUSAL = re.compile(r"\bpenolakan\b", re.IGNORECASE)
_GRANT = re.compile(r"persetujuan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a row; it leads to a row by its number, or to an end."""

    title: str
    target: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where a row leads: one way without a title, or several that are chosen from; `told` where printed."""

    ways: tuple[Way, ...]
    told: bool = True


def draw(rows: Sequence[Row], who: Mapping[str, Chosen], actors: Sequence[Known]) -> dict[str, Arrow]:
    """Give every row its arrows."""
    return {row.no: _arrow(rows, place, who, actors) for place, row in enumerate(rows)}


def doubts(rows: Sequence[Row], arrows: Mapping[str, Arrow]) -> Iterator[Doubt]:
    """Question gaps in the numbers, decisions without a printed target, and a process that never refuses."""
    for row, after in pairwise(rows):
        missing = _between(row.no, after.no)
        if missing:
            yield Doubt(
                row.no, text("Numbers are missing after this row: %(numbers)s.", numbers=", ".join(missing))
            )
    for row in rows:
        if not arrows[row.no].told:
            question = text('Where does "no" lead? The print shows no target.')
            yield Doubt(row.no, question, arrows[row.no].ways[-1].target)
    if not any(way.target == REFUSED for arrow in arrows.values() for way in arrow.ways):
        yield Doubt("", text("No row refuses an application. Where does a refusal leave the process?"))


def is_decision(row: Row) -> bool:
    """Tell whether a row has two ways out: a diamond, a printed "no", or a condition in its words."""
    if any(mark.mark == "decision" for mark in row.marks):
        return True
    says_no = any(mark.mark == "label" and _NO.search(mark.text) for mark in row.marks)
    return says_no or bool(_IF.search(row.title) and _NO.search(row.title))


def _arrow(rows: Sequence[Row], place: int, who: Mapping[str, Chosen], actors: Sequence[Known]) -> Arrow:
    row = rows[place]
    if row.ways:
        return Arrow(tuple(Way(title, _ENDS.get(target.casefold(), target)) for title, target in row.ways))
    onward = rows[place + 1].no if place + 1 < len(rows) else GRANTED
    if _is_refusal(row) and (onward == GRANTED or not _is_refusal(rows[place + 1])):
        return _one(REFUSED)
    if not is_decision(row):
        return _one(onward)
    past = _after_refusal(rows, place + 1)
    if past != place + 1:
        return _yes_no(rows[past].no if past < len(rows) else GRANTED, onward, told=False)
    back = _printed_return(rows, place, who, actors)
    return _yes_no(onward, back or _usual_return(rows, place, who), told=back is not None)


def _one(target: str) -> Arrow:
    return Arrow((Way("", target),))


def _yes_no(yes: str, no: str, *, told: bool) -> Arrow:
    return Arrow((Way("Ya", yes), Way("Tidak", no)), told)


def _printed_return(
    rows: Sequence[Row], place: int, who: Mapping[str, Chosen], actors: Sequence[Known]
) -> str | None:
    """The latest earlier row of whom the words send it back to, or under whom "no" is printed."""
    row = rows[place]
    labelled = [actors[mark.column] for mark in row.marks if mark.mark == "label" and _NO.search(mark.text)]
    for actor in (returned_to(row.title, actors), *labelled):
        if actor is None or actor is who[row.no].actor:
            continue
        for earlier in reversed(rows[:place]):
            if who[earlier.no].actor is actor:
                return earlier.no
    return None


def _usual_return(rows: Sequence[Row], place: int, who: Mapping[str, Chosen]) -> str:
    """To the applicant where only the applicant came before or is marked, else to the row before."""
    marked = {actor.kind for actor in who[rows[place].no].also}
    if "applicant" in marked:
        for earlier in reversed(rows[:place]):
            if who[earlier.no].actor.kind == "applicant":
                return earlier.no
    return rows[max(place - 1, 0)].no


def _is_refusal(row: Row) -> bool:
    return bool(_REFUSAL.search(f"{row.title} {row.output}")) and not _GRANT.search(
        f"{row.title} {row.output}"
    )


def _after_refusal(rows: Sequence[Row], place: int) -> int:
    while place < len(rows) and _is_refusal(rows[place]):
        place += 1
    return place


def _between(one: str, other: str) -> list[str]:
    if not (one.isdigit() and other.isdigit()):
        return []
    return [str(number) for number in range(int(one) + 1, int(other))]
