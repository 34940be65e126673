"""The SOP document as PDF: every row, actor and number of the live process stands on its pages."""

import io

import pikepdf
import pytest

from app.letters.sop_sheet import write
from app.sop.document import document
from tests.unit.letters.conftest import NOW
from tests.unit.sop.test_bpmn import SERVICES, process_of


def words_of(pdf: bytes) -> list[str]:
    """Every string that the pages show, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            bytes(operands[0]).decode("cp1252")
            for page in opened.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "Tj"
        ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_row_and_actor_is_printed(service: str) -> None:
    made = document(process_of(service))
    shown = words_of(write(made, "Dinas Contoh (Fiktif)", NOW))
    for line in made.lines:
        assert line.no in shown
        assert line.title.split()[0] in " ".join(shown)
    printed = " ".join(shown)
    for actor in made.actors:
        assert [word for word in actor.split() if word not in printed] == []
    assert "DINAS CONTOH (FIKTIF)" in shown


def test_pages_are_counted_and_the_flow_goes_on_from_page_to_page() -> None:
    pdf = write(document(process_of("dairi_ipui")), "Dinas Contoh (Fiktif)", NOW)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        count = len(opened.pages)
    assert count > 2
    assert f"Halaman {count} dari {count}" in words_of(pdf)


def test_the_same_process_gives_the_same_bytes() -> None:
    made = document(process_of("recommendation"))
    pdf = write(made, "Dinas Contoh", NOW)
    assert pdf == write(made, "Dinas Contoh", NOW)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.docinfo.CreationDate) == "D:20261230034500+00'00"
