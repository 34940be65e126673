"""Sheets: an SOP table or service standard in an XLSX file, as the grid that reading starts from. Pure."""

import zlib
from contextlib import closing
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from app.errors import Invalid
from app.sop.reading import Grid

LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 2000, 60
# what openpyxl raises for files that are zip but no workbook, or a broken one: rows are parsed while read
BROKEN = (
    BadZipFile, SyntaxError, zlib.error, LookupError, ValueError, TypeError, AttributeError, OSError,
    EOFError, NotImplementedError,
)  # fmt: skip


def grid_of(content: bytes) -> Grid:
    """Read the first sheet; raises Invalid for what is no XLSX file, or one that is made to exhaust us."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            is_huge = sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED
        if is_huge:
            raise Invalid("The file is too large once unpacked.")
        with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
            lines = book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            return [["" if cell is None else str(cell) for cell in line] for line in lines]
    except BROKEN as fault:
        raise Invalid("This is not a readable XLSX file.") from fault
