"""The service standard of a service: all 14 components of PermenPAN-RB 15/2014 in their order."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Lines, Service
from app.errors import NotFound
from app.letters.sheet_printer import Section, print_sections
from app.people.models import Office
from app.reports.book_print import head_of, office_facts

MISSING = "Belum ditetapkan."
DELIVERY = "Komponen penyampaian pelayanan (service delivery)"
MANUFACTURING = "Komponen pengelolaan pelayanan (manufacturing)"
TITLES = (
    "Persyaratan",
    "Sistem, mekanisme, dan prosedur",
    "Jangka waktu pelayanan",
    "Biaya/tarif",
    "Produk pelayanan",
    "Penanganan pengaduan, saran, dan masukan",
    "Dasar hukum",
    "Sarana, prasarana, dan/atau fasilitas",
    "Kompetensi pelaksana",
    "Pengawasan internal",
    "Jumlah pelaksana",
    "Jaminan pelayanan",
    "Jaminan keamanan dan keselamatan pelayanan",
    "Evaluasi kinerja pelaksana",
)
OF_DELIVERY = 6


@dataclass(frozen=True)
class Component:
    """One of the fourteen; a line with points below it is written `heading: [point, …]`."""

    no: int
    title: str
    lines: Lines


@dataclass(frozen=True)
class Sheet:
    """A service's standard with the office that answers for it."""

    key: str
    service: Service
    office: Office
    components: tuple[Component, ...]
    since: date | None
    sha256: str


def standard_of(key: str) -> Sheet:
    """The standard of a service by its short key. Raises NotFound."""
    entry = current().get("service", f"{key}/service")
    service: Service = entry.shape
    office = Session.scalar(select(Office).where(Office.key == service.office))
    if office is None:
        raise NotFound("There is no such definition.")
    return Sheet(key, service, office, components(service), service.valid_from, entry.sha256)


def components(service: Service) -> tuple[Component, ...]:
    """The fourteen in order; what the definition does not say is said to be missing."""
    own = service.standard
    contents: list[Lines] = [
        [_requirement(item.model_dump()) for item in service.requirements.values()],
        own.procedure,
        _text(own.time_limit),
        _text(own.fee),
        _text(own.product),
        [f"{channel.title}: {channel.contact}" for channel in own.complaints.values()],
        own.legal_basis,
        own.facilities,
        own.competence,
        own.supervision,
        own.officers,
        own.guarantees,
        own.security,
        own.evaluation,
    ]
    pairs = zip(TITLES, contents, strict=True)
    return tuple(Component(no, title, lines or [MISSING]) for no, (title, lines) in enumerate(pairs, 1))


def standard_pdf(sheet: Sheet, today: date) -> bytes:
    """The standard as an official sheet; the same definition and office are laid out once."""
    facts = office_facts(sheet.office)
    head = head_of(sheet.office, today)
    known = (sheet.sha256, sheet.since, tuple(facts.items()), tuple(head.items()))
    return _laid_out(_Known(known, sheet, facts, head))


@dataclass(frozen=True)
class _Known:
    """Everything a sheet shows; equal where it would look the same."""

    known: tuple[Any, ...]
    sheet: Sheet
    facts: dict[str, str]
    head: dict[str, str]

    def __hash__(self) -> int:
        return hash(self.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.known == other.known


@lru_cache(maxsize=32)
def _laid_out(what: _Known) -> bytes:
    title = what.sheet.service.title
    context = {
        "title": title,
        "office": what.facts,
        "head": what.head,
        "since": what.sheet.since.isoformat() if what.sheet.since else "",
    }
    rows = [*_part("A", DELIVERY, what.sheet.components[:OF_DELIVERY])]
    rows += _part("B", MANUFACTURING, what.sheet.components[OF_DELIVERY:])
    return print_sections(f"Standar Pelayanan {title}", [Section("standard", context, rows)])


def _part(letter: str, title: str, parts: tuple[Component, ...]) -> list[dict[str, Any]]:
    rows = [{"part": letter, "text": title}]
    for part in parts:
        rows += _rows(part)
    return rows


def _rows(part: Component) -> list[dict[str, Any]]:
    """One table row for each line and point; the number and title stand in the first."""
    flat = list(_flat(part.lines))
    last = len(flat) - 1
    return [
        {
            "part": "",
            "no": part.no if index == 0 else "",
            "title": part.title if index == 0 else "",
            "edge": _edge(index, last),
            **line,
        }
        for index, line in enumerate(flat)
    ]


def _edge(index: int, last: int) -> str:
    if last == 0:
        return "satu"
    return "awal" if index == 0 else "akhir" if index == last else "tengahan"


def _flat(lines: Lines) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        label = f"{number}." if len(lines) > 1 else ""
        if isinstance(line, str):
            out.append({"label": label, "text": line, "deep": False})
            continue
        for heading, points in line.items():
            out.append({"label": label, "text": heading, "deep": False})
            out += [
                {"label": f"{_letter(index)})", "text": point, "deep": True}
                for index, point in enumerate(points)
            ]
    return out


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else str(index + 1)


def _requirement(item: dict[str, Any]) -> str:
    """A requirement with its copies and condition in one sentence."""
    words = str(item["title"])
    if item["copies"] > 1 and f"{item['copies']} lembar" not in words:
        words += f", {item['copies']} lembar"
    if not item["required"]:
        words += " (bila ada)"
    return f"{words}. {item['condition']}" if item["condition"] else words


def _text(words: str) -> Lines:
    return [words] if words else []
