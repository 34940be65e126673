"""The public service standard: fourteen components in order for every service, as a page and as a sheet."""

import re
import subprocess
from pathlib import Path

import pytest

from app.reports.service_standard import TITLES
from tests.web.conftest import OpenBrowser

SERVICES = ("dairi_ipui", "iuki_verification", "recommendation", "ipki", "ipui_magetan")


def text_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "standard.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("service", SERVICES)
def test_everybody_reads_all_fourteen_components_in_order(
    browser: OpenBrowser, service: str, tmp_path: Path
) -> None:
    visitor = browser()
    page = visitor.text(f"/standards/{service}/components")
    assert re.findall(r"<h3>(\d+)\. ([^<]+)</h3>", page) == [
        (str(no), title) for no, title in enumerate(TITLES, 1)
    ]
    assert f"/standards/{service}/components" in visitor.text(f"/services/{service}")
    answer = visitor.get(f"/standards/{service}/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    words = text_of(answer.data, tmp_path)
    assert "STANDAR PELAYANAN" in words
    numbers = [int(found) for found in re.findall(r"^\s{0,14}(\d{1,2})\s{2,}[A-Z]", words, re.MULTILINE)]
    assert numbers == list(range(1, 15))


def test_the_sheet_prints_every_line_of_the_magetan_standard(browser: OpenBrowser, tmp_path: Path) -> None:
    words = " ".join(text_of(browser().get("/standards/ipui_magetan/sheet.pdf").data, tmp_path).split())
    for piece in ("Persyaratan", "Maklumat", "ISO 9001", "2 lembar"):
        assert piece in words, piece
    assert "&nbsp" not in words


def test_a_service_that_is_not_there_has_no_standard(browser: OpenBrowser) -> None:
    assert browser().get("/standards/tiada/components").status_code == 404
    assert browser().get("/standards/tiada/sheet.pdf").status_code == 404
