"""The satisfaction report for spreadsheets: CSV and XLSX, without anything that a program would run."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.models import FollowUp
from app.people.models import Office
from app.reports.satisfaction import Satisfaction
from app.web.i18n import translate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = (34, 44, 22, 18, 18, 30)

Row = Sequence[Any]


def rows(office: Office, found: Satisfaction, period: str, follow_ups: list[FollowUp]) -> list[Row]:
    """The report line by line; an empty row stands between its parts."""
    return [
        [gettext("Satisfaction survey"), found.service.title],
        [gettext("Office"), office.name],
        [gettext("Period"), period],
        [gettext("Weight of each element"), found.weight],
        [gettext("Respondents"), found.respondents],
        [gettext("Cases ended"), found.served],
        [gettext("Smallest sample (Krejcie and Morgan)"), found.needed],
        [gettext("Index"), found.index.value if found.index else ""],
        [gettext("Grade"), found.index.grade if found.index else ""],
        [],
        *_elements(found),
        [],
        *_about(found),
        [],
        [gettext("Suggestions")],
        *([words] for words in found.suggestions),
        [],
        *_follow_ups(follow_ups),
    ]


def csv_of(table: list[Row]) -> bytes:
    """CSV with a mark that spreadsheets know as UTF-8."""
    out = StringIO()
    csv.writer(out).writerows([[plain(cell) for cell in row] for row in table])
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(table: list[Row]) -> bytes:
    """A workbook with one sheet; texts are texts, whatever they begin with."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "SKM"
    heads = {1, *(n for n, row in enumerate(table[:-1], 2) if not row)}
    for number, row in enumerate(table, 1):
        for column, value in enumerate(row, 1):
            words = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell = sheet.cell(number, column, words)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number in heads)
    for name, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[name].width = width
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def plain(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return str(cell) if isinstance(cell, Decimal) else cell


def _elements(found: Satisfaction) -> list[Row]:
    head = [gettext("No."), gettext("Element"), gettext("Mean answer (NRR)"), gettext("Weighted")]
    if found.index is None:
        return [head]
    means = found.index.elements
    return [
        head,
        *(
            [own.no, translate(own.title), means[key].mean, means[key].weighted]
            for key, own in ELEMENTS.items()
        ),
    ]


def _about(found: Satisfaction) -> list[Row]:
    head: Row = [gettext("Respondents")]
    if found.about is None:
        return [head, [gettext("Too few to be shown without telling who they are.")]]
    lines: list[Row] = [head]
    for column, counted in found.about.items():
        words, choices = ABOUT[column]
        for choice, count in counted.items():
            said = translate(choices[choice]) if choice else gettext("Not said")
            lines.append([translate(words), said, count])
    return lines


def _follow_ups(lines: list[FollowUp]) -> list[Row]:
    head: Row = [
        gettext("Element"),
        gettext("Action"),
        gettext("Who"),
        gettext("Until"),
        gettext("Done on"),
        gettext("Outcome"),
    ]
    return [
        head,
        *(
            [
                translate(ELEMENTS[row.element].title) if row.element in ELEMENTS else row.element,
                row.action,
                row.responsible,
                row.due_on.isoformat(),
                row.done_on.isoformat() if row.done_on else "",
                row.outcome,
            ]
            for row in lines
        ),
    ]
