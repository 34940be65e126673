"""A table as texts in a grid or a workbook is the same table again; what is wrong is said at its cell."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.definitions.decision_table import DecisionTable, Input
from app.definitions.edit import rewritten
from app.definitions.parse import parse
from app.definitions.yaml_text import read
from app.rules.cells import parse_cell
from app.rules.grid import Reading, grid_of, kept
from app.rules.notation import read_condition, write_condition
from app.rules.values import WrongValue
from tests.unit.rules.tables import CELLS, TEXTS, tables
from tests.unit.rules.test_shipped_tables import RULES, TABLES
from tests.unit.rules.written import SIGNAGE, load, table

AWKWARD = [
    "kosong",
    "tanpa nama",
    "a; b",
    '"kutip"',
    " tepi ",
    "-",
    "> 8",
    "=1+1",
    "memuat",
    "ya",
    "bukan x",
    "null",
]
SOME = settings(
    max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def columns(kind: str) -> list[Input]:
    plain = Input(type=kind, title="Kolom")  # type: ignore[arg-type]
    if kind not in ("text", "list"):
        return [plain]
    titled = {value: f"Judul {value}" for value in TEXTS} | {"kosong": "Tanpa isi; kosong", "ok": "wrong"}
    return [plain, plain.model_copy(update={"values": titled})]


@SOME
@given(data=st.data(), kind=st.sampled_from(sorted(CELLS)))
def test_a_cell_written_and_read_means_the_same(data: st.DataObject, kind: str) -> None:
    raw = data.draw(CELLS[kind])
    for column in columns(kind):
        written = write_condition(raw, column)
        again = read_condition(written, column)
        assert parse_cell(again, column) == parse_cell(raw, column)
        assert write_condition(again, column) == written


@pytest.mark.parametrize("value", AWKWARD)
def test_a_value_that_reads_like_a_condition_is_quoted(value: str) -> None:
    text, lists = Input(type="text", title="T"), Input(type="list", title="D")
    for raw in ([value], [value, "b"], {"not": [value]}):
        again = read_condition(write_condition(raw, text), text)
        assert parse_cell(again, text) == parse_cell(raw, text)
    for members in ({"has": [value, "b"]}, {"has_not": value}, {"has": "b", "has_not": [value]}):
        assert parse_cell(read_condition(write_condition(members, lists), lists), lists) == parse_cell(
            members, lists
        )


@pytest.mark.parametrize(
    ("kind", "written", "raw"),
    [("number", "8,5", 8.5), ("number", "> 8,5", "> 8.5"), ("number", "8", 8),
     ("number", "1; 2; kosong", [1, 2, None]),
     ("boolean", "YA", True), ("boolean", "tidak; kosong", [False, None]), ("boolean", "TRUE", True),
     ("text", "bukan a; b", {"not": ["a", "b"]}), ("text", "terisi", {"not": None}),
     ("text", '"a; b"', "a; b"),
     ("list", "memuat a; b tanpa c", {"has": ["a", "b"], "has_not": "c"}), ("list", "kosong", None),
     ("date", "[2025-01-01 .. 2025-12-31]", "[2025-01-01 .. 2025-12-31]")],
)  # fmt: skip
def test_cells_as_people_type_them(kind: str, written: str, raw: Any) -> None:
    assert read_condition(written, Input(type=kind, title="Kolom")) == raw  # type: ignore[arg-type]


def meaning(shape: DecisionTable) -> dict[str, Any]:
    return Reading(grid_of(shape)).value()


@SOME
@given(shape=tables())
def test_a_random_table_comes_back_from_its_grid(shape: DecisionTable) -> None:
    reading = Reading(grid_of(shape))
    again = DecisionTable.model_validate(reading.value())
    assert reading.problems == []
    assert meaning(again) == reading.value()
    for before, after in zip(shape.rows, again.rows, strict=True):
        cells = {path: parse_cell(raw, shape.inputs[path]) for path, raw in before.when.items()}
        assert {path: parse_cell(raw, shape.inputs[path]) for path, raw in after.when.items()} == cells
        assert after.then == before.then
        assert after.priority == before.priority


@pytest.mark.parametrize("key", TABLES)
def test_a_shipped_table_through_its_grid_leaves_its_file_as_it_was(key: str) -> None:
    text = (RULES / f"{key}.yaml").read_text(encoding="utf-8")
    shape = parse("decision_table", key, text).shape
    assert isinstance(shape, DecisionTable)
    reading = Reading(grid_of(shape))
    assert reading.problems == []
    assert rewritten("decision_table", text, kept(reading.value(), read(text).value)) == text


def test_one_cell_changed_changes_one_line_of_the_file_and_no_comment() -> None:
    text = (RULES / "dairi_ipui/recommendation.yaml").read_text(encoding="utf-8")
    shape = parse("decision_table", "dairi_ipui/recommendation", text).shape
    assert isinstance(shape, DecisionTable)
    grid = grid_of(shape)
    grid["rows"][2]["when"]["visit.machines_missing"] = ">= 2"
    after = rewritten("decision_table", text, kept(Reading(grid).value(), read(text).value))
    changed = [pair for pair in zip(text.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new.strip() for _, new in changed] == ['- when: {visit.machines_missing: ">= 2"}']


def test_what_cannot_be_read_stays_in_its_cell_and_is_named() -> None:
    grid = grid_of(table(load(SIGNAGE)))
    grid["rows"][0]["when"]["application.area_m2"] = "delapan"
    grid["rows"][1]["then"]["fee"] = "banyak"
    grid["examples"][0]["expect"]["rows"] = "satu"
    reading = Reading(grid)
    value = reading.value()
    assert value["rows"][0]["when"] == {"application.area_m2": "delapan"}
    assert [problem.path for problem in reading.problems] == [
        "rows.1.when.application.area_m2", "rows.2.then.fee", "examples.1.expect.rows",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("number", "5.5 - 6", "[5.5 .. 6]"),
        ("number", "5,5 - 6", "[5,5 .. 6]"),
        ("number", "-8 - -2", "[-8 .. -2]"),
        ("number", "(5 sampai dengan 6]", "[5 .. 6]"),
        ("number", "5 s.d. 6", "[5 .. 6]"),
        ("number", "5..6", "[5 .. 6]"),
        ("date", "2026-01-01 - 2026-12-31", "[2026-01-01 .. 2026-12-31]"),
        ("date", "2026-01-01 hingga 2026-12-31", "[2026-01-01 .. 2026-12-31]"),
    ],
)
def test_a_range_written_otherwise_is_told_as_it_is_written(kind: str, written: str, meant: str) -> None:
    column = Input(type=kind, title="Kolom", decimals=1 if kind == "number" else None)  # type: ignore[arg-type]
    with pytest.raises(WrongValue) as wrong:
        read_condition(written, column)
    assert wrong.value.text.params == {"value": written, "range": meant}
    read_condition(meant, column)
    with pytest.raises(WrongValue) as in_file:
        parse_cell(written, column)
    assert in_file.value.text.params["range"] == meant


@pytest.mark.parametrize(
    ("kind", "written", "way"),
    [
        ("number", "lima", "[5 .. 8]"),
        ("number", "> 5 dan < 8", "[5 .. 8]"),
        ("date", "1 Januari 2026", "[2026-01-01 .. 2026-12-31]"),
        ("list", "neon", "memuat"),
    ],
)
def test_what_cannot_be_read_is_told_how_cells_are_written(kind: str, written: str, way: str) -> None:
    with pytest.raises(WrongValue) as wrong:
        read_condition(written, Input(type=kind, title="Kolom"))  # type: ignore[arg-type]
    assert way in str(wrong.value)


@pytest.mark.parametrize("written", ["Mungkin", "bukan Mungkin", "Sesuai; Mungkin"])
def test_a_value_that_is_not_in_the_list_is_told_the_titles(written: str) -> None:
    column = Input(type="text", title="Hasil", values={"fits": "Sesuai", "unfit": "Tidak sesuai"})
    with pytest.raises(WrongValue) as wrong:
        read_condition(written, column)
    assert wrong.value.text.params == {"value": "Mungkin", "allowed": "Sesuai; Tidak sesuai"}
