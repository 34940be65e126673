"""A table through an Excel file is the same table; typed cells are read, wrong ones are located."""

from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from app.definitions.decision_table import DecisionTable
from app.definitions.parse import parse
from app.errors import Invalid
from app.rules.grid import Reading, grid_of
from app.rules.workbook import MAX_UNPACKED, as_plain, grid_from, located, workbook_of
from app.sop.sheet import grid_of as sop_grid
from tests.unit.rules.tables import tables
from tests.unit.rules.test_shipped_tables import RULES, TABLES
from tests.unit.rules.written import SIGNAGE, load, table

SOME = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def through_excel(shape: DecisionTable) -> DecisionTable:
    grid, _ = grid_from(workbook_of(grid_of(shape)))
    reading = Reading(grid)
    value = reading.value()
    assert reading.problems == []
    return DecisionTable.model_validate(value)


@SOME
@given(shape=tables())
def test_a_random_table_comes_back_from_excel(shape: DecisionTable) -> None:
    assert _without_anything(grid_of(through_excel(shape))) == _without_anything(grid_of(shape))


def _without_anything(grid: dict[str, object]) -> dict[str, object]:
    """A cell that accepts everything is no cell."""
    plain = as_plain(grid)
    for row in plain["rows"]:
        row["when"] = {path: cell for path, cell in row["when"].items() if cell != "-"}
    return plain


@pytest.mark.parametrize("key", TABLES)
def test_a_shipped_table_comes_back_from_excel(key: str) -> None:
    shape = parse("decision_table", key, (RULES / f"{key}.yaml").read_text(encoding="utf-8")).shape
    assert isinstance(shape, DecisionTable)
    assert grid_of(through_excel(shape)) == grid_of(shape)


def test_words_that_excel_would_take_for_formulas_and_spaces_stay() -> None:
    data = load(SIGNAGE)
    data["rows"][0]["then"]["reason"] = '=HYPERLINK("x")'
    data["rows"][1]["note"] = '  dua spasi,\nbaris kedua; "kutip"  '
    shape = table(data)
    assert grid_of(through_excel(shape)) == grid_of(shape)


def typed(**cells: object) -> bytes:
    """The workbook of the signage table with cells as Excel stores what a person types."""
    book = load_workbook(BytesIO(workbook_of(grid_of(table(load(SIGNAGE))))))
    for address, value in cells.items():
        book["Tabel"][address] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_and_booleans_that_a_person_typed_in_excel_are_read() -> None:
    grid, _ = grid_from(typed(A4=8.5, B5=True, A6=3))
    rows = Reading(grid).value()["rows"]
    assert rows[0]["when"]["application.area_m2"] == 8.5
    assert rows[1]["when"]["on_road_land"] is True
    assert rows[2]["when"]["application.area_m2"] == 3


def test_an_error_names_the_cell_of_the_sheet() -> None:
    grid, cells = grid_from(typed(A4="delapan", C6="Pusat kota"))
    reading = Reading(grid)
    reading.value()
    problems = located(reading.problems, cells)
    assert [problem.path for problem in problems] == ["Tabel!A4", "Tabel!C6"]
    assert "Tabel!A4" in str(problems[0].message)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"kind: decision_table"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        grid_from(data)


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("part", [b"junk", b"<a/>", b"<worksheet><sheetData><row"])
def test_a_broken_workbook_is_refused_or_read_but_never_an_error_of_ours(name: str, part: bytes) -> None:
    out = BytesIO()
    with ZipFile(BytesIO(typed())) as whole, ZipFile(out, "w") as broken:
        for each in whole.namelist():
            broken.writestr(each, part if each == name else whole.read(each))
    for reading in (grid_from, sop_grid):
        with suppress(Invalid):
            reading(out.getvalue())


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (MAX_UNPACKED + 1))
    with pytest.raises(Invalid, match="unpacked"):
        grid_from(out.getvalue())


def test_a_workbook_without_its_sheets_is_refused() -> None:
    book = load_workbook(BytesIO(typed()))
    del book["Kolom"]
    out = BytesIO()
    book.save(out)
    with pytest.raises(Invalid, match="Kolom"):
        grid_from(out.getvalue())
