"""The symbols of a printed SOP flow, drawn on a PDF canvas (PermenPAN-RB 35/2012)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

HALF_HIGH = 9.0
_TINY, _LONGEST = 5.6, 24


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a step's symbol stands: its centre, the row's top and bottom, and the width of its column."""

    x: float
    y: float
    top: float
    bottom: float
    column: float
    mark: str = ""

    @property
    def tall(self) -> float:
        """Half the height of the symbol; where nobody acts the flow passes through."""
        return {"◇": HALF_HIGH + 2, "□": HALF_HIGH}.get(self.mark, 0.0)

    @property
    def half(self) -> float:
        """Half the width of the symbol."""
        return min(self.column / 2 - 4, 15.0)


def step_symbol(
    canvas: Canvas, spot: Spot, marks: Sequence[str], centres: Sequence[float], *, ends: bool
) -> None:
    """Draw a step in its actor's column; a dot marks who else takes part."""
    canvas.setLineWidth(0.9)
    for mark, x in zip(marks, centres, strict=True):
        if mark == "▫":
            canvas.circle(x, spot.y, 1.8, fill=1)
        elif mark == "◇":
            _diamond(canvas, x, spot.y, spot.half)
        elif mark == "□" and ends:
            canvas.roundRect(x - spot.half, spot.y - HALF_HIGH, 2 * spot.half, 2 * HALF_HIGH, HALF_HIGH)
        elif mark:
            canvas.rect(x - spot.half, spot.y - HALF_HIGH, 2 * spot.half, 2 * HALF_HIGH)
    canvas.setLineWidth(0.5)


def to_next(canvas: Canvas, start: Spot, end: Spot, title: str) -> None:
    """An arrow to the row below: down to the line between them, across, and down."""
    y = end.top - 4
    canvas.setLineWidth(0.9)
    _polyline(canvas, [(start.x, start.y - start.tall), (start.x, y), (end.x, y), (end.x, end.y + end.tall)])
    canvas.setLineWidth(0.5)
    _head(canvas, end.x, end.y + end.tall)
    if title:
        _small(canvas, start.x + 3, start.y - start.tall - 5, title)


def to_page(canvas: Canvas, start: Spot, bottom: float) -> None:
    """An arrow into the pentagon that leads to the next page."""
    _polyline(canvas, [(start.x, start.y - start.tall), (start.x, bottom - 2)])
    path = canvas.beginPath()
    path.moveTo(start.x - 6, bottom - 2)
    for x, y in ((6, 0), (6, -7), (0, -12), (-6, -7)):
        path.lineTo(start.x + x, bottom - 2 + y)
    path.close()
    canvas.drawPath(path)


def connector(canvas: Canvas, start: Spot, title: str, target: str, number: int) -> None:
    """A circle with the number of the row where the flow goes on; several stand on both sides."""
    side = 1 if number % 2 == 0 else -1
    x, y = start.x + side * (start.half + 8), start.y + (number // 2) * 11
    canvas.line(start.x + side * start.half, start.y, x - side * 5, y)
    if target[:1].isdigit():
        canvas.circle(x, y, 5)
        canvas.setFont("Helvetica", _TINY)
        canvas.drawCentredString(x, y - 2, target)
    else:
        _small(canvas, x - 4, y - 2, target)
    if title:
        _small(canvas, x - 8, y + 6.5, title)


def _diamond(canvas: Canvas, x: float, y: float, half: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x - half, y)
    for to_x, to_y in ((x, y + HALF_HIGH + 2), (x + half, y), (x, y - HALF_HIGH - 2)):
        path.lineTo(to_x, to_y)
    path.close()
    canvas.drawPath(path)


def _polyline(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path)


def _head(canvas: Canvas, x: float, y: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x, y)
    path.lineTo(x - 2.2, y + 4.5)
    path.lineTo(x + 2.2, y + 4.5)
    path.close()
    canvas.drawPath(path, fill=1)


def _small(canvas: Canvas, x: float, y: float, words: str) -> None:
    """Small words on white: they may stand on a line of the table."""
    shown = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    canvas.setFillGray(1)
    wide = canvas.stringWidth(shown, "Helvetica-Oblique", _TINY)
    canvas.rect(x - 0.5, y - 1, wide + 1, _TINY, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setFont("Helvetica-Oblique", _TINY)
    canvas.drawString(x, y, shown)
