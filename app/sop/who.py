"""Who: which actor does a row, weighed from its marks, its words and the row before it. Pure.

Scans lose marks and shift them by a column, so no single sign is believed. Each speaks for an actor with a
weight; the heaviest sum wins, and whatever is not plainly printed becomes a doubt for the administrator.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import text
from app.sop.actors import Known
from app.sop.printed import Doubt, Mark, Row

_MARKS: dict[Mark, int] = {"box": 5, "decision": 6, "trace": 3, "label": 2, "part": 0}
_SURE = 40  # a mark in a document of our own, which also says where its rows lead
_SUBJECT, _BY, _DUTY, _HANDED, _RUN, _HABIT, _FIRST = 12, 8, 7, 6, 6, 4, 2
_NEVER = -9

# What these duties are called in SOPs, and who has them, the most usual first.
_DUTIES: tuple[tuple[re.Pattern[str], int, tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), weight, roles)
    for pattern, weight, roles in (
        (r"^(menandatangani|tanda tangan)|\bpenandatangan", _DUTY, ("head_of_office",)),
        (r"^(memberi(kan)?|pemberian) nomor|^penomoran", _DUTY,
         ("general_affairs", "secretariat", "front_officer")),
        (r"^(mengajukan|menyampaikan) permohonan", _DUTY, ("applicant",)),
        (r"^memberikan (resi|tanda terima)|^membantu", _DUTY, ("front_officer",)),
        (r"^(pelaksanaan|melaksanakan|melakukan|meninjau|peninjauan|membuat|pembuatan|pemberian|memberikan)\s+"
         r"((?!unggah|upload)\S+\s+){0,2}(lapangan|lokasi|berita acara|bap\b|rekomendasi)|^(pe|me)ninjau",
         _DUTY, ("technical_team",)),
        (r"^(melakukan |meng|peng)?(unggah|upload)", _HABIT, ("operator", "secretariat", "general_affairs")),
        (r"^memerintahkan", _HABIT, ("head_of_office",)),
        (r"^penugasan", _HABIT, ("division_head", "section_head")),
        (r"^(mengarsip|arsip|mengirim|pengiriman)", _HABIT, ("courier", "general_affairs", "secretariat")),
        (r"^(menerima|penerimaan)\b.*\b(di ?unduh|di ?download)|^surat\b.*\bditerima", _DUTY, ("applicant",)),
        (r"^(menyampaikan|penyampaian) surat", _HABIT, ("front_officer", "general_affairs")),
        (r"^(menerima|penerimaan)\b", _FIRST,
         ("front_officer", "secretariat", "general_affairs", "operator")),
    )
)  # fmt: skip
_INITIAL = re.compile(r"^(pemberian |memberi(kan)? )?(paraf|memaraf)", re.IGNORECASE)
_INITIALLERS = ("section_head", "division_head", "secretary")
_HANDS = re.compile(r"(dikembalikan|kembali|mengembalikan)?\s*\b(?:kepada|ke)\s+", re.IGNORECASE)
_BY_WHOM = re.compile(r"\boleh\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The actor of a row, who else is marked there, and whether the print says so plainly."""

    actor: Known
    also: tuple[Known, ...]
    is_plain: bool
    marked: Known | None


def choose(rows: Sequence[Row], actors: Sequence[Known]) -> dict[str, Chosen]:
    """Give every row its actor."""
    found: dict[str, Chosen] = {}
    for place, row in enumerate(rows):
        before = rows[place - 1] if place else None
        found[row.no] = _chosen(
            row, _weigh(rows, place, actors, found.get(before.no) if before else None), actors
        )
    return found


def doubts(rows: Sequence[Row], found: dict[str, Chosen]) -> Iterator[Doubt]:
    """Question every actor that is not plainly printed."""
    for row in rows:
        chosen = found[row.no]
        if chosen.is_plain:
            continue
        if chosen.marked is None:
            question = text("No actor is marked. Who does this step?")
        else:
            question = text(
                'The mark stands under "%(title)s". Who does this step?', title=chosen.marked.title
            )
        yield Doubt(row.no, question, chosen.actor.title)


def handed_to(title: str, actors: Sequence[Known]) -> Known | None:
    """Whom a row hands the papers on to; not whom it sends them back to."""
    hands = [(match, _named_at(title, match.end(), actors)) for match in _HANDS.finditer(title)]
    onward = [actor for match, actor in hands if actor is not None and not match[1]]
    return onward[-1] if onward else None


def returned_to(title: str, actors: Sequence[Known]) -> Known | None:
    """Whom a row sends the papers back to."""
    hands = ((match, _named_at(title, match.end(), actors)) for match in _HANDS.finditer(title))
    return next((actor for match, actor in hands if actor is not None and match[1]), None)


def _chosen(row: Row, weights: Counter[str], actors: Sequence[Known]) -> Chosen:
    clear = [actors[mark.column] for mark in row.marks if mark.mark in ("box", "decision")]
    best = max(actors, key=lambda actor: (weights[actor.key], actor.kind == "staff", -actors.index(actor)))
    # who is marked besides takes part; but where the only mark is another's, the scan has shifted it
    parts = [actors[mark.column] for mark in row.marks if mark.mark == "part"]
    also = tuple(actor for actor in [*clear, *parts] if actor is not best) if best in clear else ()
    return Chosen(best, also, best in clear or weights[best.key] >= _SUBJECT, clear[-1] if clear else None)


def _weigh(rows: Sequence[Row], place: int, actors: Sequence[Known], before: Chosen | None) -> Counter[str]:
    row = rows[place]
    weights: Counter[str] = Counter()
    for key, weight in (
        *_from_marks(row, actors), *_from_words(row, actors), *_from_duties(rows, place, actors),
        *_from_before(rows, place, actors, before),
    ):  # fmt: skip
        weights[key] += weight
    return weights


def _from_marks(row: Row, actors: Sequence[Known]) -> Iterator[tuple[str, int]]:
    for mark in row.marks:
        is_sure = bool(row.ways) and mark.mark in ("box", "decision")
        yield actors[mark.column].key, _SURE if is_sure else _MARKS[mark.mark]


def _from_words(row: Row, actors: Sequence[Known]) -> Iterator[tuple[str, int]]:
    for actor in actors:
        if actor.named.match(row.title):
            yield actor.key, _SUBJECT
    for words, weight in ((row.output, _BY), (row.title, _NEVER)):
        for match in _BY_WHOM.finditer(words):
            if (named := _named_at(words, match.end(), actors)) is not None:
                yield named.key, weight
    for receiver in (handed_to(row.title, actors), returned_to(row.title, actors)):
        if receiver is not None:
            yield receiver.key, _NEVER


def _from_duties(rows: Sequence[Row], place: int, actors: Sequence[Known]) -> Iterator[tuple[str, int]]:
    title = rows[place].title
    here = {actor.role for actor in actors}
    for pattern, weight, roles in _DUTIES:
        role = next((role for role in roles if role in here), None)
        if role is not None and pattern.search(title):
            yield role, weight
    if _INITIAL.match(title):
        chain = [role for role in _INITIALLERS if role in here]
        earlier = 0
        while place > earlier and _INITIAL.match(rows[place - earlier - 1].title):
            earlier += 1
        if earlier < len(chain):
            yield chain[earlier], _DUTY


def _from_before(
    rows: Sequence[Row], place: int, actors: Sequence[Known], before: Chosen | None
) -> Iterator[tuple[str, int]]:
    """The row before hands on to somebody; or its mark, in the same column, was read as another's."""
    if before is None:
        return
    receiver = handed_to(rows[place - 1].title, actors)
    if receiver is not None:
        yield receiver.key, _HANDED
    if rows[place].marks and rows[place].marks == rows[place - 1].marks and not before.is_plain:
        yield before.actor.key, _RUN
    yield before.actor.key, 1


def _named_at(words: str, place: int, actors: Sequence[Known]) -> Known | None:
    return next((actor for actor in actors if actor.named.match(words, place)), None)
