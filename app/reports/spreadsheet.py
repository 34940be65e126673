"""A table as a spreadsheet: real numbers and days, a frozen head, never a formula from somebody's text."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4 = 9  # as spreadsheets number paper sizes
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
DAY = "DD-MM-YYYY"
MOMENT = "DD-MM-YYYY HH:MM"
LONGEST = 32_000  # a cell holds 32,767 characters
_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")

Column = tuple[str, int]  # title and width in characters


def workbook(tables: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Any]]]]) -> bytes:
    """Write tables (name, columns, rows) as the sheets of one file; moments must carry no zone."""
    book = Workbook(write_only=True)
    for name, columns, rows in tables:
        sheet = book.create_sheet(_SHEET_NAME.sub(" ", name)[:31])
        _lay_out(sheet, name)
        for index, (_, width) in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.append([_head(sheet, title) for title, _ in columns])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _lay_out(sheet: Any, name: str) -> None:
    """The head stays in sight, and on paper the sheet lies across with all its columns and a page number."""
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.oddHeader.center.text = name
    sheet.oddFooter.right.text = "&P / &N"


def _head(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, value=title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E9EEF4")
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return _words(sheet, value)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, datetime):
        cell.number_format = MOMENT
    elif isinstance(value, date):
        cell.number_format = DAY
    return cell


def _words(sheet: Any, words: str) -> Any:
    """Text stays text: typed as such, and marked so that editing the cell makes no formula of it either."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", words)[:LONGEST]
    cell = WriteOnlyCell(sheet, value=clean)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if clean.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell
