"""Which letter took the place of a letter: the next signed one of the same kind in its case."""

from collections.abc import Iterable

from sqlalchemy import select

from app.db import Session
from app.letters.models import Letter

IN_FORCE = ("signed", "delivered")


def successors_of(letters: Iterable[Letter]) -> dict[int, Letter]:
    """The signed letter that followed each of these in its slot, by the id of the one before."""
    ended = list(letters)
    if not ended:
        return {}
    query = select(Letter).where(
        Letter.case_id.in_({letter.case_id for letter in ended}), Letter.pdf_sha256.is_not(None)
    )
    signed = sorted(Session.scalars(query), key=lambda letter: letter.id)
    found = {}
    for letter in ended:
        later = [each for each in signed if _same_place(each, letter) and each.id > letter.id]
        if later:
            found[letter.id] = later[0]
    return found


def successor_of(letter: Letter) -> Letter | None:
    """The letter that took this one's place, if one has been signed."""
    return successors_of([letter]).get(letter.id)


def _same_place(one: Letter, other: Letter) -> bool:
    return (one.case_id, one.slot) == (other.case_id, other.slot)
