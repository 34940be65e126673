"""Who signs a decree is named without titles, who signs an order with them (Permendagri 1/2023 Pasal 44)."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.definitions.letter import Letter
from app.definitions.parse import parse
from app.letters.render import Options, Renderer, RenderRequest, shared_sources

TEMPLATES = Path(__file__).resolve().parents[3] / "pdf_templates"


@pytest.mark.parametrize(("name", "titled"), [("permit", False), ("task_order", True)])
def test_only_a_decree_drops_the_titles(renderer: Renderer, name: str, titled: bool) -> None:
    source = (TEMPLATES / "dairi_ipui" / f"{name}.html").read_text(encoding="utf-8")
    letter = parse("letter", f"dairi_ipui/{name}", source).shape
    assert isinstance(letter, Letter)
    signer = {**letter.sample["signer"], "name": "Ir. Ratna Contoh, M.Si.", "nip": "197004121996032909"}
    request = RenderRequest(
        letter, shared_sources(TEMPLATES), {**letter.sample, "signer": signer}, Options(fields=False), name
    )
    pages = PdfReader(io.BytesIO(renderer.render(request).pdf)).pages
    words = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Ratna Contoh" in words
    assert ("Ir. Ratna Contoh, M.Si." in words, "19700412 199603 2 909" in words) == (titled, titled)
