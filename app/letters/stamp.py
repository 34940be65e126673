"""The visible part of an electronic signature: QR code, title, name and time, drawn to the place's size."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from reportlab import rl_config
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FONTS = Path(__file__).parent / "assets" / "fonts"
_PLAIN, _BOLD = "LiberationSans-Regular", "LiberationSans-Bold"
_MASK = 3  # trying all eight takes longer than the rest of the stamp; readers take any
_INK, _GREY, _RED = (0.07, 0.17, 0.33), (0.35, 0.35, 0.35), (0.65, 0.1, 0.1)

TRIAL_NOTE = "SERTIFIKAT UJI COBA (bukan BSrE)"


@dataclass(frozen=True)
class StampText:
    """What the stamp says; `time` is already worded, `note` marks a trial certificate."""

    title: str
    name: str
    time: str
    verify_url: str
    note: str = ""


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))


def draw_stamp(text: StampText, width: float, height: float) -> bytes:
    """Draw a stamp as a one-page PDF of this size in points."""
    rl_config.useA85 = 0
    _load_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(0.8)
    canvas.roundRect(0.6, 0.6, width - 1.2, height - 1.2, 3.5)
    left = 6.0
    if text.verify_url:
        side = height - 9
        _draw_qr(canvas, text.verify_url, 4.5, 4.5, side)
        left = side + 9
    _draw_lines(canvas, text, left, (width, height))
    canvas.save()
    return out.getvalue()


def _draw_lines(canvas: Canvas, text: StampText, left: float, size: tuple[float, float]) -> None:
    """Write the lines around the middle of the height; a long title breaks, and shrinks the leading."""
    room = size[0] - left - 5
    lines = [("Ditandatangani secara elektronik oleh:", _PLAIN, 6.6, _GREY)]
    lines += [(line, _PLAIN, 7.6, _INK) for line in simpleSplit(text.title, _PLAIN, 7.6, room)[:2]]
    lines += [(line, _BOLD, 8.2, _INK) for line in simpleSplit(text.name, _BOLD, 8.2, room)[:3]]
    lines += [(line, _PLAIN, 6.6, _GREY) for line in simpleSplit(text.time, _PLAIN, 6.6, room)[:1]]
    lines += [(line, _BOLD, 5.8, _RED) for line in simpleSplit(text.note, _BOLD, 5.8, room)[:1]]
    leading = min(1.32, (size[1] - 8) / sum(line[2] for line in lines))
    y = size[1] / 2 + sum(line[2] for line in lines) * leading / 2
    for words, font, points, colour in lines:
        y -= points * leading
        canvas.setFillColorRGB(*colour)
        canvas.setFont(font, points)
        canvas.drawString(left, y + points * (leading - 0.92), words)


def _draw_qr(canvas: Canvas, url: str, x: float, y: float, side: float) -> None:
    matrix = segno.make(url, error="m", micro=False, mask=_MASK).matrix
    module = side / len(matrix)
    path = canvas.beginPath()
    for row, line in enumerate(matrix):
        for start, end in _runs(line):
            path.rect(x + start * module, y + side - (row + 1) * module, (end - start) * module, module)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(line: bytearray) -> list[tuple[int, int]]:
    """Return the dark runs of a row: one rectangle each leaves no hairlines between modules."""
    edges = [
        place
        for place, (dark, before) in enumerate(zip((*line, 0), (0, *line), strict=True))
        if bool(dark) != bool(before)
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
