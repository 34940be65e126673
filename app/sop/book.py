"""The SOP document as an XLSX file, for offices to print, annotate and import again. Pure."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.definitions.process import Process
from app.sop.document import Document, document

_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8ECF1")
_WIDTHS = {"no": 6, "title": 42, "actor": 13, "needs": 26, "time": 14, "output": 26, "remark": 24, "ways": 26}
_FORMULA = ("=", "+", "-", "@", "\t")


def write(process: Process) -> bytes:
    """Write the document of a process as a workbook of one sheet."""
    made = document(process)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "SOP"
    _box(sheet, made)
    head = sheet.max_row + 2
    _table(sheet, made, head)
    _page(sheet, made, head)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _box(sheet: Worksheet, made: Document) -> None:
    for label, points in made.box:
        several = len(points) > 1
        words = "\n".join(f"{n}. {point}" for n, point in enumerate(points, 1)) if several else points[0]
        sheet.append([label, _safe(words)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)


def _table(sheet: Worksheet, made: Document, head: int) -> None:
    columns = ["No", "Kegiatan", *made.actors, "Kelengkapan", "Waktu", "Output", "Keterangan", "Arah"]
    rows = [columns] + [
        [line.no, line.title, *line.marks, line.needs, line.time, line.output, line.remark, line.ways]
        for line in made.lines
    ]
    for place, row in enumerate(rows, start=head):
        for column, words in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            cell.value = _safe(words)
            cell.border = _GRID
            is_mark = 2 < column <= 2 + len(made.actors)
            cell.alignment = Alignment(
                wrap_text=True, vertical="top", horizontal="center" if is_mark else None
            )
            if place == head:
                cell.font, cell.fill = Font(bold=True), _HEAD


def _page(sheet: Worksheet, made: Document, head: int) -> None:
    names = ["no", "title", *["actor"] * len(made.actors), "needs", "time", "output", "remark", "ways"]
    for column, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[name]
    sheet.freeze_panes = f"C{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _safe(words: str) -> str:
    """Keep a spreadsheet from reading text as a formula; a lone dash means none."""
    return f"'{words}" if words.startswith(_FORMULA) and words != "-" else words
