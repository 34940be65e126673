"""The official SOP document of a process: identity box, a row for each step, a column for each actor. Pure.

Form: PermenPAN-RB 35/2012. Steps that the printed SOP leaves out get the number before them and a letter.
Besides the official columns a last one says where each row leads, so that the document can be read back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from app.definitions.process import Norm, Process, Step, as_list
from app.sop.arrows import ENDINGS
from app.sop.times import NONE

ACTIVITY, DECISION, PART = "□", "◇", "▫"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the document; `marks` has one entry for each actor, empty where the actor takes no part."""

    key: str
    no: str
    title: str
    marks: tuple[str, ...]
    needs: str
    time: str
    output: str
    remark: str
    ways: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed: the box as label and points, the actors' titles, the rows and the sum of times."""

    title: str
    box: tuple[tuple[str, tuple[str, ...]], ...]
    actors: tuple[str, ...]
    lines: tuple[Line, ...]


def document(process: Process) -> Document:
    """Write the document of a process."""
    numbers = dict(_numbered(process))
    actors = [key for key in process.actors if any(key in _hands(step) for step in process.steps.values())]
    lines = tuple(_line(process, key, numbers, actors) for key in numbers)
    titles = tuple(process.actors[key].title for key in actors)
    return Document(process.title, tuple(_box(process)), titles, lines)


def time_of(norm: Norm | None) -> str:
    """Write a norm as SOPs do: minutes, hours or days; the bound follows it."""
    if norm is None:
        return NONE
    if norm.working_days:
        return f"{norm.working_days} Hari kerja"
    minutes = norm.minutes or 0
    return f"{minutes} Menit" if minutes % 60 or not minutes else f"{minutes // 60} Jam"


def _numbered(process: Process) -> Iterator[tuple[str, str]]:
    """Each step that is no end, with its number: the printed one, then letters; else 1, 2, 3."""
    keys = [key for key, step in process.steps.items() if step.kind != "end"]
    if not any(process.steps[key].no for key in keys):
        yield from zip(keys, map(str, range(1, len(keys) + 1)), strict=True)
        return
    used: set[str] = set()
    last = "0"
    for key in keys:
        last = process.steps[key].no or last
        choices = (last, *(f"{last}{letter}" for letter in ascii_lowercase))
        free = (
            number for number in choices if number not in used and (number != last or process.steps[key].no)
        )
        number = next(free, f"{last}.{len(used)}")
        used.add(number)
        yield key, number


def _hands(step: Step) -> list[str]:
    return [key for key in (step.actor or (step.manual.actor if step.manual else None), *step.also) if key]


def _line(process: Process, key: str, numbers: dict[str, str], actors: list[str]) -> Line:
    step = process.steps[key]
    hands = _hands(step)
    mark = DECISION if step.outcomes else ACTIVITY
    marks = {actor: mark if actor == hands[0] else PART for actor in reversed(hands)}
    norm = process.norm_of(key)
    return Line(
        key=key,
        no=numbers[key],
        title=step.title,
        marks=tuple(marks.get(actor, "") for actor in actors),
        needs="; ".join(step.needs),
        time=time_of(norm),
        output="; ".join(step.yields),
        remark=_remark(step, norm),
        ways="; ".join(_ways(process, step, numbers)),
    )


def _remark(step: Step, norm: Norm | None) -> str:
    printed = step.remark or ""
    if norm is None or norm.within_days is None or f"{norm.within_days} hari" in printed.lower():
        return printed
    return f"{printed} Pelaksanaan dalam {norm.within_days} hari".strip()


def _ways(process: Process, step: Step, numbers: dict[str, str]) -> Iterator[str]:
    ways = [(outcome.title, as_list(outcome.next)) for outcome in step.outcomes.values()]
    for title, targets in ways or [("", as_list(step.next))]:
        for target in targets:
            place = numbers.get(target) or ENDINGS[str(process.steps[target].result)]
            yield f"{title}: {place}" if title else place


def _box(process: Process) -> Iterator[tuple[str, tuple[str, ...]]]:
    box = process.identity
    if box is None:
        return
    for label, value in (
        ("Nomor SOP", box.number), ("Tanggal Pembuatan", box.made_on), ("Tanggal Revisi", box.revised_on),
        ("Tanggal Efektif", box.effective_on), ("Disahkan oleh", box.approved_by), ("Nama SOP", box.name),
    ):  # fmt: skip
        if value:
            yield label, (value,)
    for label, points in (
        ("Dasar Hukum", box.legal_basis), ("Kualifikasi Pelaksana", box.qualifications),
        ("Keterkaitan", box.linked), ("Peralatan/Perlengkapan", box.equipment), ("Peringatan", box.warnings),
        ("Pencatatan dan Pendataan", [box.records] if box.records else []),
    ):  # fmt: skip
        if points:
            yield label, tuple(points)
