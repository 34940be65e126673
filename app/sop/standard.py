"""A service standard (PermenPAN-RB 15/2014): 14 components become a service, the procedure a process."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.definitions.process import Identity
from app.errors import Invalid, text
from app.sop import draft as drafts
from app.sop.actors import slug
from app.sop.cells import plain, points
from app.sop.printed import Doubt, Draft, Printed, Row
from app.sop.reading import Grid

Line = str | dict[str, list[str]]

COMPONENTS: tuple[tuple[str, str], ...] = (
    ("requirements", r"persyaratan"),
    ("procedure", r"prosedur|mekanisme"),
    ("time_limit", r"jangka waktu"),
    ("fee", r"biaya|tarif"),
    ("product", r"produk"),
    ("complaints", r"pengaduan"),
    ("legal_basis", r"dasar hukum"),
    ("facilities", r"sarana"),
    ("competence", r"kompetensi"),
    ("supervision", r"pengawasan"),
    ("officers", r"jumlah pelaksana"),
    ("guarantees", r"jaminan pelayanan"),
    ("security", r"jaminan keamanan"),
    ("evaluation", r"evaluasi"),
)
_SINGLE = frozenset({"time_limit", "fee", "product"})
_CHANNELS = (
    ("counter", r"datang|langsung|loket"), ("whatsapp", r"\bwa\b|whatsapp"), ("phone", r"telepon|telp"),
    ("email", r"e-?mail|surel"), ("website", r"website|laman|situs"), ("letter", r"surat"),
)  # fmt: skip
_DOCUMENTS = (
    ("nib", r"\bnib\b"), ("deed", r"akta"), ("id_card", r"\bktp\b"), ("environment", r"lingkungan"),
    ("npwp", r"\bnpwp\b"), ("building", r"\bimb\b|\bpbg\b"), ("photo", r"pas ?foto"),
)  # fmt: skip
_LETTERED = re.compile(r"(?:^|\s)([a-z])\.\s+(?=\S)")
_COPIES = re.compile(r"(?<!\d)(\d{1,4})\s*(?:lb|lembar|rangkap)", re.IGNORECASE)
_CONDITION = re.compile(r"kalau ada|jika ada|apabila", re.IGNORECASE)
_TITLE = re.compile(r"stand?art?\s+pelayanan\s+(.+)", re.IGNORECASE)


def is_standard(grid: Grid) -> bool:
    """Tell whether this is a service standard: most of the 14 components are named in it."""
    return len(_components(grid)) >= len(COMPONENTS) // 2


def draft(grid: Grid, service: str, office: str) -> Draft:
    """Make the definitions of a service from its standard; raises Invalid where it has no procedure."""
    found = _components(grid)
    if "procedure" not in found:
        raise Invalid("The standard does not say how the service goes: its procedure is missing.")
    title = next(
        (match[1] for line in grid for cell in line if (match := _TITLE.match(plain(cell)))), "Layanan"
    )
    made = drafts.draft(_procedure(found, title.title()), service, office)
    written = _service(found, title.title(), service, office)
    texts = {**made.texts, ("service", f"{service}/service"): drafts.written(written)}
    return Draft(texts, (*_missing(found), *made.doubts))


def _components(grid: Grid) -> dict[str, str]:
    """The printed text of each component; a line without a name continues the one before."""
    found: dict[str, str] = {}
    current = ""
    for line in grid:
        cells = [cell.strip() for cell in line] + ["", "", ""]
        if name := _component(plain(cells[1])):
            current = name
            found[current] = cells[2]
        elif current and not cells[0] and not cells[1] and cells[2]:
            found[current] += f" {cells[2]}"
    return found


def _component(title: str) -> str | None:
    names = (name for name, pattern in COMPONENTS if re.search(pattern, title, re.IGNORECASE))
    return next(names, None) if title else None


def _missing(found: dict[str, str]) -> Iterator[Doubt]:
    for name, _ in COMPONENTS:
        if not found.get(name):
            yield Doubt("", text("The component %(name)s is not in the standard.", name=name))


def _service(found: dict[str, str], title: str, service: str, office: str) -> dict[str, Any]:
    standard: dict[str, Any] = {}
    for name, _ in COMPONENTS[1:]:
        if name == "complaints":
            standard[name] = _channels(found.get(name, ""))
        elif name in found:
            standard[name] = plain(found[name]).rstrip(" .") if name in _SINGLE else lines(found[name])
    return {
        **drafts.service_of(title, service, office),
        "requirements": dict(_requirements(found.get("requirements", ""))),
        "standard": standard,
    }


def lines(cell: str) -> list[Line]:
    """Split a component into its lines; a line with points of its own is `heading: [points]`."""
    found = points(cell)
    lead = plain(cell).split("1.", 1)[0].strip()
    if len(found) > 1 and lead and found[0] == lead:
        return [{lead: [point.rstrip(" .") for point in found[1:]]}]
    return [_line(point) for point in found]


def _line(point: str) -> Line:
    cuts = [match.span() for match in _in_order(point)]
    if len(cuts) < 2:
        return point.rstrip(" .")
    ends = [start for start, _ in cuts[1:]] + [len(point)]
    return {
        point[: cuts[0][0]].rstrip(" :."): [
            point[stop:end].strip(" ;.") for (_, stop), end in zip(cuts, ends, strict=True)
        ]
    }


def _in_order(point: str) -> list[re.Match[str]]:
    """The letters a, b, c, … in this order."""
    found: list[re.Match[str]] = []
    for match in _LETTERED.finditer(point):
        if ord(match[1]) - ord("a") == len(found):
            found.append(match)
    return found


def _requirements(cell: str) -> Iterator[tuple[str, dict[str, Any]]]:
    taken: set[str] = set()
    for point in points(cell):
        title = point.rstrip(" .")
        key = _keyed(title, _DOCUMENTS) or slug(title) or "requirement"
        key = key if key not in taken else f"{key}_{len(taken) + 1}"
        taken.add(key)
        copies = _COPIES.search(title)
        yield (
            key,
            {
                "title": title,
                **({"copies": int(copies[1])} if copies else {}),
                **({"condition": title} if _CONDITION.search(title) else {}),
            },
        )


def _channels(cell: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for point in points(cell):
        key = _keyed(point, _CHANNELS)
        if key and key not in found:
            title, _, contact = point.partition(":")
            found[key] = {"title": title.strip(" ."), "contact": contact.strip(" .;") or title.strip(" .")}
    return found


def _keyed(words: str, known: Sequence[tuple[str, str]]) -> str | None:
    return next((key for key, pattern in known if re.search(pattern, words, re.IGNORECASE)), None)


def _procedure(found: dict[str, str], title: str) -> Printed:
    """Read the procedure as rows: whoever a sentence begins with does it."""
    rows = tuple(
        Row(str(number), point.rstrip(" .;"), (), "", "", "", "", 0)
        for number, point in enumerate(points(found["procedure"]), start=1)
    )
    subjects = [subject for row in rows if (subject := _subject(row.title))]
    return Printed(Identity(name=title), tuple(dict.fromkeys(subjects)) or ("Pemohon",), rows)


def _subject(sentence: str) -> str | None:
    named = re.match(r"((?i:pemohon|sistem oss|oss|siinas|petugas)|[Dd]inas(?: [A-Z]\w+)*)\b", sentence)
    return named[1] if named else None
