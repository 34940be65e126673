"""A letter as images of its pages, inside the limited worker process only: PDFium serves one thread."""

import base64
import io
from typing import Any

import pypdfium2
from PIL import Image

from app.letters import compose

SCALE = 1.6  # 115 dots to the inch
MOST = 8  # pages that a screen shows
_COLOURS = 48


def preview(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Render a letter and return its first pages as PNG beside the PDF."""
    said, pdf = compose.render(head, blob)
    return {**said, "images": images_of(pdf)}, pdf


def images_of(pdf: bytes) -> list[str]:
    """The first pages as PNG files in base64."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_image(document[number]) for number in range(min(len(document), MOST))]
    finally:
        document.close()


def _image(page: Any) -> str:
    """Few colours: a letter has black, white and the crest, and the file should be small."""
    picture = page.render(scale=SCALE).to_pil().convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return base64.b64encode(out.getvalue()).decode()
