"""The SOP document of a live process: what is printed, and that reading it back gives the same rows."""

import io

import pytest
from openpyxl import load_workbook

from app.definitions.process import Process
from app.sop import book
from app.sop.document import document
from app.sop.draft import draft
from app.sop.reading import read
from app.sop.sheet import grid_of
from tests.unit.sop.test_bpmn import SERVICES, process_of
from tests.unit.sop.test_import import loaded


def read_back(process: Process) -> dict[str, object]:
    made = draft(read(grid_of(book.write(process))), "baru", "kota")
    return loaded(made.texts["process", "baru/process"])


@pytest.mark.parametrize("service", SERVICES)
def test_reading_the_document_back_gives_the_same_rows(service: str) -> None:
    process = process_of(service)
    again = Process.model_validate(read_back(process))
    lines = document(process).lines
    steps = [step for step in again.steps.values() if step.kind != "end"]
    assert [(step.no, step.title) for step in steps] == [(line.no, line.title) for line in lines]
    for line, step, key in zip(lines, steps, again.steps, strict=False):
        shipped = process.steps[line.key]
        hand = shipped.actor or (shipped.manual.actor if shipped.manual else "")
        assert step.actor
        # nobody is marked where nobody stops: what is sent, and where the way follows an earlier decision
        assert shipped.is_automatic or again.actors[step.actor].title == process.actors[hand].title, line.no
        assert again.norm_of(key) == process.norm_of(line.key), line.no
        assert (step.needs, step.yields) == (joined(shipped.needs), joined(shipped.yields)), line.no


@pytest.mark.parametrize("service", SERVICES)
def test_reading_the_document_back_gives_the_same_arrows(service: str) -> None:
    process = process_of(service)
    assert [line.ways for line in document(Process.model_validate(read_back(process))).lines] == [
        line.ways for line in document(process).lines
    ]


def test_the_sheet_has_the_box_the_head_and_a_row_for_each_step() -> None:
    process = process_of("dairi_ipui")
    sheet = load_workbook(filename=bytes_of(process)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][:2] == ["Nomor SOP", "SOP/IX.2 - 30/DPMPSTPK/2020"]
    head = next(row for row in cells if row[0] == "No")
    assert head[1:3] == ["Kegiatan", "Pemohon"]
    row = next(row for row in cells if row[0] == "2")
    assert (row[1], row[3]) == ("Menerima dan memeriksa kelengkapan berkas", "◇")
    assert row[-1] == "Berkas lengkap: 3; Kembalikan kepada pemohon: 1"
    assert sheet.page_setup.orientation == "landscape"


def test_no_text_becomes_a_formula() -> None:
    written = process_of("dairi_ipui").model_dump()
    first = next(iter(written["steps"].values()))
    first["title"] = '=HYPERLINK("http://jahat.example")'
    sheet = load_workbook(filename=bytes_of(Process.model_validate(written))).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def bytes_of(process: Process) -> io.BytesIO:
    return io.BytesIO(book.write(process))


def joined(parts: list[str]) -> list[str]:
    return ["; ".join(parts)] if parts else []
