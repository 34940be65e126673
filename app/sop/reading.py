"""Reading: a grid of cells, pasted or from a sheet, becomes the printed SOP. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.definitions.process import Identity
from app.errors import Invalid
from app.sop.cells import marked, plain, points, sentence
from app.sop.printed import Printed, Row

Grid = Sequence[Sequence[str]]
LONGEST_CELL = 10_000  # far beyond what is printed; patterns are tried along all of a cell

_NUMBER = re.compile(r"(\d{1,3}[a-z]?)[.)]?")
_NO = re.compile(r"no\.?|nomor", re.IGNORECASE)
_TITLE = re.compile(r"(uraian )?(kegiatan|prosedur|aktivitas|langkah)|uraian", re.IGNORECASE)
_NEEDS = re.compile(r"(persyaratan ?/? ?)?kelengkapan|persyaratan", re.IGNORECASE)
_TIME = re.compile(r"waktu", re.IGNORECASE)
_REMARK = re.compile(r"ket(\.|erangan)?", re.IGNORECASE)
_NAME = re.compile(r"^\W*s\s?o\s?p\b\s*:?\s*(.+)$|^standar operasional prosedur\s*:?\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand in a row: the actors with their names, then needs, time, output and remark."""

    actors: dict[int, str]
    needs: int
    time: int

    @property
    def output(self) -> int:
        return self.time + 1

    @property
    def remark(self) -> int:
        return self.time + 2

    @property
    def ways(self) -> int:
        return self.time + 3


def pasted(words: str) -> Grid:
    """Split pasted text into lines and cells. Raises Invalid for a cell beyond all measure."""
    grid = [line.split("\t") for line in words.splitlines()]
    if any(len(cell) > LONGEST_CELL for line in grid for cell in line):
        raise Invalid("A cell holds more than %(n)d characters.", n=LONGEST_CELL)
    return grid


def read(grid: Grid) -> Printed:
    """Read an SOP; raises Invalid where the grid has no table of steps."""
    head = next((place for place, line in enumerate(grid) if _is_head(line)), None)
    if head is None:
        raise Invalid(
            'There is no table of steps. Its head needs "No", "Kegiatan", actors, "Kelengkapan" and "Waktu".'
        )
    columns, first = _columns(grid, head)
    rows, total = _rows(grid, first, columns)
    if not rows:
        raise Invalid("The table has a head but no numbered rows.")
    return Printed(_identity(grid[:head]), tuple(columns.actors.values()), tuple(rows), total)


def _is_head(line: Sequence[str]) -> bool:
    words = [plain(cell) for cell in line]
    return any(_NO.fullmatch(word) for word in words) and any(_TITLE.fullmatch(word) for word in words)


def _columns(grid: Grid, head: int) -> tuple[_Columns, int]:
    """Find the columns in the head or, where actors stand below a common title, in the line after it."""
    top = [plain(cell) for cell in grid[head]]
    title = next(place for place, word in enumerate(top) if _TITLE.fullmatch(word))
    for line in (head, head + 1):
        names = [plain(cell) for cell in grid[line]] if line < len(grid) else []
        needs = next((place for place, word in enumerate(names) if _NEEDS.fullmatch(word)), None)
        time = next((place for place, word in enumerate(names) if _TIME.fullmatch(word)), None)
        if needs is not None and time is not None and time > needs > title:
            actors = {place: names[place] for place in range(title + 1, needs) if names[place]}
            if actors:
                return _Columns(actors, needs, time), line + 1
    raise Invalid('The head of the table does not name the actors, "Kelengkapan" and "Waktu".')


def _rows(grid: Grid, first: int, columns: _Columns) -> tuple[list[Row], str]:
    rows: list[Row] = []
    total = ""
    for line, cells in enumerate(grid[first:], start=first + 1):
        number = _NUMBER.fullmatch(plain(cells[0])) if cells else None
        if number is not None:
            rows.append(_row(number[1], cells, columns, line))
        elif any("total" in cell.lower() for cell in cells):
            total = _cell(cells, columns.time)
        elif rows and any(cell.strip() for cell in cells):
            rows[-1] = _continued(rows[-1], _row(rows[-1].no, cells, columns, line))
    return rows, total


def _row(number: str, cells: Sequence[str], columns: _Columns, line: int) -> Row:
    found = (
        marked(place, cells[column]) for place, column in enumerate(columns.actors) if column < len(cells)
    )
    return Row(
        no=number,
        title=sentence(cells[1] if len(cells) > 1 else ""),
        marks=tuple(mark for mark in found if mark is not None),
        needs=_cell(cells, columns.needs),
        time=plain(cells[columns.time]) if columns.time < len(cells) else "",
        output=_cell(cells, columns.output),
        remark=_cell(cells, columns.remark),
        line=line,
        ways=tuple(_ways(_cell(cells, columns.ways))),
    )


def _continued(row: Row, more: Row) -> Row:
    """Add what a line without a number says to the row above it."""

    def both(name: str) -> str:
        return f"{getattr(row, name)} {getattr(more, name)}".strip()

    return replace(
        row, title=both("title"), marks=row.marks + more.marks, needs=both("needs"), time=both("time"),
        output=both("output"), remark=both("remark"),
    )  # fmt: skip


def _ways(words: str) -> Iterator[tuple[str, str]]:
    """Read where a row leads, written as "3" or "Ya: 3; Tidak: 1"."""
    for part in words.split(";"):
        title, _, target = part.rpartition(":")
        if target.strip():
            yield title.strip(), target.strip()


def _cell(cells: Sequence[str], place: int) -> str:
    words = plain(cells[place]) if place < len(cells) else ""
    return "" if words == "-" else words


def _identity(lines: Grid) -> Identity:
    """Read the identity box (PermenPAN-RB 35/2012) as far as it is printed."""
    found: dict[str, object] = {}
    previous: Sequence[str] = ()
    for line in lines:
        cells = [cell for cell in line if cell.strip()]
        found.update(_labelled(cells))
        found.update(_below(previous, line))
        found.update(_heading([plain(cell) for cell in cells], found))
        previous = line if cells else previous
    return Identity.model_validate({"name": "", **found})


_LABELS = {
    "nomor sop": "number", "disahkan oleh": "approved_by", "nama sop": "name", "tanggal pembuatan": "made_on",
    "tanggal revisi": "revised_on", "tanggal efektif": "effective_on",
}  # fmt: skip
_BOXES = {
    "dasar hukum": "legal_basis", "kualifikasi pelaksana": "qualifications", "keterkaitan": "linked",
    "peralatan/perlengkapan": "equipment", "peringatan": "warnings", "pencatatan dan pendataan": "records",
}  # fmt: skip


def _labelled(cells: list[str]) -> Iterator[tuple[str, object]]:
    """What stands to the right of a label."""
    for label, value in pairwise(cells):
        if name := _LABELS.get(plain(label).lower()):
            yield name, plain(value)


def _below(labels: Sequence[str], line: Sequence[str]) -> Iterator[tuple[str, object]]:
    """What stands below a label."""
    for label, value in zip(labels, line, strict=False):
        if name := _BOXES.get(plain(label).lower().rstrip(" :")):
            yield name, plain(value) if name == "records" else points(value)


def _heading(words: list[str], found: dict[str, object]) -> Iterator[tuple[str, object]]:
    if len(words) != 1:
        return
    title = _NAME.match(words[0])
    if title and "name" not in found:
        yield "name", (title[1] or title[2]).strip()
    elif words[0].upper().startswith("PEMERINTAH "):
        yield "government", words[0]
    elif "government" in found and "unit" not in found and words[0].isupper():
        yield "unit", words[0]
