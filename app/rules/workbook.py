"""Workbook: a decision table as an Excel file for people who work there, and back without loss.

Sheets: Tabel (rows, one column for each input, output and remark), Kolom (inputs, outputs, outcomes, values),
Contoh (examples), Pengaturan (title, policy, default, waivers). All cells are texts; what Excel makes of what
a person types there (numbers, dates, yes and no) is read back as the same text.
"""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, cast
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from app.definitions.problem import Problem
from app.errors import Invalid, text
from app.rules.grid import Grid
from app.rules.notation import ANY, NO, YES

ROWS, COLUMNS, EXAMPLES, SETTINGS = "Tabel", "Kolom", "Contoh", "Pengaturan"
WHEN, THEN, WORD = "jika", "maka", "keterangan"
INPUT, OUTPUT, OUTCOME, VALUE = "masukan", "keluaran", "hasil", "nilai"
GIVEN, EXPECT = "diketahui", "harapan"
WORDS = {"law": "Dasar hukum", "note": "Catatan", "priority": "Prioritas"}
OWN = ("title", "legal_basis", "hit_policy", "applies")
HEAD = PatternFill("solid", fgColor="DDEBEE")
MAX_BYTES = 5_000_000
MAX_CELLS = 200_000
MAX_UNPACKED = 30_000_000  # of XML, which takes many times as much once it is read
# what openpyxl raises for files that are zip but no workbook, or a broken one
BROKEN = (
    InvalidFileException, BadZipFile, SyntaxError, zlib.error, LookupError, ValueError, TypeError,
    AttributeError, OSError, EOFError, NotImplementedError,
)  # fmt: skip


def workbook_of(grid: Grid) -> bytes:
    """The Excel file of a grid."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _write(book.create_sheet(ROWS), [*_heads(grid), *_rows(grid)], heads=3)
    _write(book.create_sheet(COLUMNS), [*_columns(grid)], heads=1)
    _write(book.create_sheet(EXAMPLES), [*_examples(grid)], heads=2)
    _write(book.create_sheet(SETTINGS), [*_settings(grid)], heads=1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _heads(grid: Grid) -> Iterable[list[str]]:
    """Three lines over the rows: the part, the key, and the title that people read."""
    outputs = [("outcome", "Hasil"), *((item["key"], item["title"]) for item in grid["outputs"])]
    heads = [(WHEN, item["path"], item["title"]) for item in grid["inputs"]]
    heads += [(THEN, key, title) for key, title in outputs]
    heads += [(WORD, key, title) for key, title in WORDS.items()]
    return ([head[line] for head in heads] for line in range(3))


def _rows(grid: Grid) -> Iterable[list[str]]:
    for row in grid["rows"]:
        when = [row["when"].get(item["path"], "") for item in grid["inputs"]]
        then = [row["then"].get(key, "") for key in ("outcome", *(item["key"] for item in grid["outputs"]))]
        line = [*when, *then, *(row.get(word, "") for word in WORDS)]
        yield line if any(line) else [ANY, *line[1:]]  # a line of nothing would be no row


def _columns(grid: Grid) -> Iterable[list[str]]:
    yield ["bagian", "kunci", "judul", "jenis", "desimal", "berjudul"]
    for item in grid["inputs"]:
        yield [
            INPUT,
            item["path"],
            item["title"],
            item["type"],
            item["decimals"],
            YES if item["titled"] else NO,
        ]
        yield from ([VALUE, key, title, "", "", ""] for key, title in item["values"])
    yield from ([OUTPUT, item["key"], item["title"], item["type"], "", ""] for item in grid["outputs"])
    yield from ([OUTCOME, item["key"], item["title"], "", "", ""] for item in grid["outcomes"])


def _examples(grid: Grid) -> Iterable[list[str]]:
    given = [item["path"] for item in grid["inputs"]]
    given += sorted({path for one in grid["examples"] for path in one["given"]} - {*given})
    expect = ["outcome", "rows", *(item["key"] for item in grid["outputs"])]
    yield [*(GIVEN for _ in given), *(EXPECT for _ in expect), WORD]
    yield [*given, *expect, "note"]
    for one in grid["examples"]:
        facts = [one["given"].get(path, "") for path in given]
        yield [*facts, *(one["expect"].get(key, "") for key in expect), one["note"]]


def _settings(grid: Grid) -> Iterable[list[str]]:
    yield ["pengaturan", "kunci", "isi", "alasan"]
    yield from (["tabel", key, grid[key], ""] for key in OWN)
    if grid["default"] is not None:
        yield ["bawaan", "", "", ""]
        yield from (["bawaan", key, value, ""] for key, value in grid["default"].items())
    for number, waiver in enumerate(grid["waivers"], start=1):
        yield ["diterima", str(number), waiver["finding"], waiver["reason"]]
        yield ["diterima_masukan", str(number), waiver["input"], ""]
        yield from ([f"diterima_jika_{number}", path, cell, ""] for path, cell in waiver["when"].items())


def _write(sheet: Worksheet, lines: Sequence[Sequence[str]], heads: int) -> None:
    for row, line in enumerate(lines, start=1):
        for column, written in enumerate(line, start=1):
            if written == "":
                continue
            cell = cast(Cell, sheet.cell(row, column))
            cell.value = written
            cell.data_type = "s"  # a text that begins with "=" is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row <= heads:
                cell.font, cell.fill = Font(bold=True), HEAD
    for column in range(1, len(lines[0]) + 1):
        longest = max((len(line[column - 1]) for line in lines), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 10), 48)
    sheet.freeze_panes = sheet.cell(heads + 1, 1).coordinate


def grid_from(data: bytes) -> tuple[Grid, dict[str, str]]:
    """The grid of an Excel file, and the sheet and cell of every place in it. Raises Invalid."""
    sheets = _opened(data)
    grid = _read_columns(sheets[COLUMNS]) | _read_settings(sheets[SETTINGS])
    cells: dict[str, str] = {}
    grid["rows"] = list(_read_rows(sheets[ROWS], cells))
    grid["examples"] = list(_read_examples(sheets[EXAMPLES], cells))
    if not grid["rows"] or not grid["inputs"]:
        raise Invalid("The workbook has no rows or no inputs.")
    return grid, cells


Lines = list[list[str]]


def _opened(data: bytes) -> dict[str, Lines]:
    if len(data) > MAX_BYTES:
        raise Invalid("The file is larger than %(n)d kilobytes.", n=MAX_BYTES // 1000)
    try:
        with ZipFile(BytesIO(data)) as packed:
            is_huge = sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED
        if is_huge:
            raise Invalid("The file is too large once unpacked.")
        book = load_workbook(BytesIO(data), data_only=False)
    except BROKEN as wrong:
        raise Invalid("This is no Excel workbook (.xlsx).") from wrong
    missing = {ROWS, COLUMNS, EXAMPLES, SETTINGS} - {*book.sheetnames}
    if missing:
        raise Invalid("The workbook lacks the sheet %(name)s.", name=", ".join(sorted(missing)))
    if sum(sheet.max_row * sheet.max_column for sheet in book.worksheets) > MAX_CELLS:
        raise Invalid("The workbook has more than %(n)d cells.", n=MAX_CELLS)
    return {
        sheet.title: [[_text(value) for value in line] for line in sheet.values] for sheet in book.worksheets
    }


def _text(value: object) -> str:
    """A cell as text: what Excel took for a number, a date or a yes is written out again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_columns(lines: Lines) -> Grid:
    grid: Grid = {"inputs": [], "outputs": [], "outcomes": []}
    for line in lines[1:]:
        part, key, title, kind, decimals, titled = _padded(line, 6)
        if part == INPUT:
            item = {"path": key, "title": title, "type": kind, "decimals": decimals}
            grid["inputs"].append({**item, "values": [], "titled": titled != NO})
        elif part == VALUE and grid["inputs"]:
            grid["inputs"][-1]["values"].append([key, title or key])
        elif part == OUTPUT:
            grid["outputs"].append({"key": key, "type": kind, "title": title})
        elif part == OUTCOME:
            grid["outcomes"].append({"key": key, "title": title})
    return grid


def _read_settings(lines: Lines) -> Grid:
    grid: Grid = {**dict.fromkeys(OWN, ""), "default": None, "waivers": []}
    for line in lines[1:]:
        part, key, value, reason = _padded(line, 4)
        if part == "tabel" and key in OWN:
            grid[key] = value
        elif part == "bawaan":
            grid["default"] = {**(grid["default"] or {}), **({key: value} if key else {})}
        elif part == "diterima":
            grid["waivers"].append({"finding": value, "reason": reason, "input": "", "when": {}})
        elif part == "diterima_masukan" and grid["waivers"]:
            grid["waivers"][-1]["input"] = value
        elif part.startswith("diterima_jika_") and grid["waivers"]:
            grid["waivers"][-1]["when"][key] = value
    return grid


def _read_rows(lines: Lines, cells: dict[str, str]) -> Iterable[Grid]:
    parts, keys = (_padded(line, 0) for line in [*lines, [], []][:2])
    number = 0
    for at, line in enumerate(lines[3:], start=4):
        if not any(written.strip() for written in line):
            continue
        number += 1
        row: Grid = {"when": {}, "then": {}, **dict.fromkeys(WORDS, "")}
        for column, (part, key, written) in enumerate(zip(parts, keys, line, strict=False), start=1):
            place = {WHEN: f"when.{key}", THEN: f"then.{key}"}.get(part, key)
            cells[f"rows.{number}.{place}"] = f"{ROWS}!{get_column_letter(column)}{at}"
            target = {WHEN: row["when"], THEN: row["then"]}.get(part, row)
            if written or part == WORD:
                target[key] = written
        yield row


def _read_examples(lines: Lines, cells: dict[str, str]) -> Iterable[Grid]:
    parts, keys = (_padded(line, 0) for line in [*lines, [], []][:2])
    number = 0
    for at, line in enumerate(lines[2:], start=3):
        if not any(written.strip() for written in line):
            continue
        number += 1
        one: Grid = {"given": {}, "expect": {}, "note": ""}
        for column, (part, key, written) in enumerate(zip(parts, keys, line, strict=False), start=1):
            name = {GIVEN: "given", EXPECT: "expect"}.get(part)
            cells[f"examples.{number}.{name or 'note'}.{key}"] = f"{EXAMPLES}!{get_column_letter(column)}{at}"
            if written and name:
                one[name][key] = written
            elif written:
                one["note"] = written
        yield one


def _padded(line: list[str], length: int) -> list[str]:
    return [*line, *[""] * (length - len(line))][: length or None]


def located(problems: Iterable[Problem], cells: dict[str, str]) -> list[Problem]:
    """Problems that name the sheet's cell; those of no cell keep their place."""
    return [
        Problem(cells[p.path], text("%(cell)s: %(problem)s", cell=cells[p.path], problem=p.message))
        if p.path in cells
        else p
        for p in problems
    ]


def as_plain(grid: Grid) -> dict[str, Any]:
    """A grid without empty cells, to compare two of them."""
    rows = [{**row, "when": _filled(row["when"]), "then": _filled(row["then"])} for row in grid["rows"]]
    return {**grid, "rows": rows}


def _filled(cells: dict[str, str]) -> dict[str, str]:
    return {key: written for key, written in cells.items() if written != ""}
