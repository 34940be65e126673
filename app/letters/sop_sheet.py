"""The official SOP document as PDF: the identity box, then the table of steps with its flow drawn in it.

Form and symbols: PermenPAN-RB 35/2012 (capsule for the first and last step, rectangle, diamond, a circle with
a number where the flow goes on elsewhere, a pentagon from page to page).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pikepdf.models.metadata import encode_pdf_date
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from app.letters.sop_symbols import Spot, connector, step_symbol, to_next, to_page
from app.sop.document import Document, Line

WIDTH: float
HEIGHT: float
WIDTH, HEIGHT = landscape(A4)
MARGIN, PAD, SIZE, LEADING = 28.0, 3.0, 6.6, 8.0
LOWEST_ROW, LOWEST_HEAD, GROUP_TALL, NAME_LEADING = 34.0, 30.0, 12.0, 7.5
_NO, _TITLE, _NEEDS, _TIME, _OUTPUT, _REMARK = 22.0, 150.0, 82.0, 44.0, 82.0, 72.0
_TAIL = (("Kelengkapan", _NEEDS), ("Waktu", _TIME), ("Output", _OUTPUT), ("Keterangan", _REMARK))


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of the table: where each begins, and the width of an actor's."""

    actors: tuple[str, ...]

    @property
    def actor_width(self) -> float:
        room = WIDTH - 2 * MARGIN - _NO - _TITLE - sum(width for _, width in _TAIL)
        return room / max(len(self.actors), 1)

    @property
    def widths(self) -> list[float]:
        return [_NO, _TITLE, *[self.actor_width] * len(self.actors), *(width for _, width in _TAIL)]

    def centre(self, actor: int) -> float:
        return MARGIN + _NO + _TITLE + (actor + 0.5) * self.actor_width


def write(made: Document, office: str, made_at: datetime) -> bytes:
    """Write the document as PDF; `office` stands over the identity box, `made_at` among the file's facts."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setTitle(f"SOP {made.title}")
    canvas.setDateFormatter(lambda *_: encode_pdf_date(made_at))
    _identity(canvas, made, office)
    table = _Table(made.actors)
    pages = _pages(made.lines, table)
    for number, lines in enumerate(pages):
        canvas.showPage()
        _page(canvas, table, lines, is_first=number == 0, is_last=number == len(pages) - 1)
        _foot(canvas, made.title, number + 2, len(pages) + 1)
    canvas.save()
    return out.getvalue()


def _identity(canvas: Canvas, made: Document, office: str) -> None:
    y = HEIGHT - MARGIN - 14
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawCentredString(WIDTH / 2, y, office.upper())
    canvas.drawCentredString(WIDTH / 2, y - 16, "STANDAR OPERASIONAL PROSEDUR")
    y -= 34
    labelled = [(label, points) for label, points in made.box if len(points) == 1 and label in _SHORT]
    for label, points in labelled:
        y = _pair(canvas, y, label, points)
    boxes = [(label, points) for label, points in made.box if label not in _SHORT]
    for place in range(0, len(boxes), 2):
        y = _side_by_side(canvas, y, boxes[place : place + 2])
    _foot(canvas, made.title, 1, 0)


_SHORT = ("Nomor SOP", "Tanggal Pembuatan", "Tanggal Revisi", "Tanggal Efektif", "Disahkan oleh", "Nama SOP")


def _pair(canvas: Canvas, y: float, label: str, points: Sequence[str]) -> float:
    lines = simpleSplit(points[0], "Helvetica", 9, WIDTH - 2 * MARGIN - 140 - 2 * PAD)
    high = 12 * max(len(lines), 1) + 2 * PAD
    canvas.rect(MARGIN, y - high, 140, high)
    canvas.rect(MARGIN + 140, y - high, WIDTH - 2 * MARGIN - 140, high)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(MARGIN + PAD, y - 11, label)
    _lines(canvas, (MARGIN + 140 + PAD, y), lines, size=9, leading=12)
    return y - high


def _side_by_side(canvas: Canvas, y: float, boxes: Sequence[tuple[str, Sequence[str]]]) -> float:
    wide = (WIDTH - 2 * MARGIN) / 2
    texts = [_points(points, wide - 2 * PAD) for _, points in boxes]
    high = 16 + 10 * max(map(len, texts)) + PAD
    for place, ((label, _), lines) in enumerate(zip(boxes, texts, strict=True)):
        x = MARGIN + place * wide
        canvas.rect(x, y - high, wide, high)
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(x + PAD, y - 12, label.upper())
        _lines(canvas, (x + PAD, y - 14), lines, size=8, leading=10)
    return y - high


def _points(points: Sequence[str], wide: float) -> list[str]:
    numbered = [f"{n}. {point}" for n, point in enumerate(points, 1)] if len(points) > 1 else list(points)
    return [line for point in numbered for line in simpleSplit(point, "Helvetica", 8, wide)]


def _pages(lines: Sequence[Line], table: _Table) -> list[list[tuple[Line, float]]]:
    """Lay the rows out on as few pages as they need, about equally full, each row with its height."""
    room = HEIGHT - 2 * MARGIN - GROUP_TALL - _head_tall(table)
    pages = _filled(lines, room)
    heights = [high for page in pages for _, high in page]
    even = _filled(lines, min(room, sum(heights) / len(pages) + max(heights, default=0)))
    return even if len(even) == len(pages) else pages


def _filled(lines: Sequence[Line], room: float) -> list[list[tuple[Line, float]]]:
    pages: list[list[tuple[Line, float]]] = [[]]
    left = room
    for line in lines:
        high = _height(line)
        if high > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append((line, high))
        left -= high
    return pages


def _height(line: Line) -> float:
    cells = ((line.title, _TITLE), (line.needs, _NEEDS), (line.output, _OUTPUT), (line.remark, _REMARK))
    most = max(len(simpleSplit(words, "Helvetica", SIZE, wide - 2 * PAD)) for words, wide in cells)
    return max(LOWEST_ROW, most * LEADING + 2 * PAD)


def _page(
    canvas: Canvas, table: _Table, rows: Sequence[tuple[Line, float]], *, is_first: bool, is_last: bool
) -> None:
    y = _head(canvas, table)
    spots: list[Spot] = []
    for place, (line, high) in enumerate(rows):
        _row(canvas, table, line, y, high)
        spot = _spot(table, line, y, high, spots[-1].x if spots else table.centre(0))
        ends = (is_first and place == 0) or (is_last and place == len(rows) - 1)
        step_symbol(
            canvas, spot, line.marks, [table.centre(actor) for actor in range(len(table.actors))], ends=ends
        )
        spots.append(spot)
        y -= high
    _flow(canvas, rows, spots, y, is_last=is_last)


def _spot(table: _Table, line: Line, y: float, high: float, above: float) -> Spot:
    """Where the row's symbol stands; a row in which nobody acts is passed below the one before."""
    marked = ((place, mark) for place, mark in enumerate(line.marks) if mark in ("□", "◇"))
    actor, mark = next(marked, (None, ""))
    x = above if actor is None else table.centre(actor)
    return Spot(x, y - high / 2, y, y - high, table.actor_width, mark)


def _flow(
    canvas: Canvas, rows: Sequence[tuple[Line, float]], spots: Sequence[Spot], bottom: float, *, is_last: bool
) -> None:
    """To the row below by an arrow, elsewhere by a circle with the row's number."""
    for place, (line, _) in enumerate(rows):
        after = rows[place + 1][0].no if place + 1 < len(rows) else None
        elsewhere = 0
        for way in filter(None, line.ways.split("; ")):
            title, _, target = way.rpartition(": ")
            if target == after:
                to_next(canvas, spots[place], spots[place + 1], title)
            elif after is None and not is_last and not title:
                to_page(canvas, spots[place], bottom)
            else:
                connector(canvas, spots[place], title, target, elsewhere)
                elsewhere += 1


def _head(canvas: Canvas, table: _Table) -> float:
    top = HEIGHT - MARGIN
    names = ["No", "Kegiatan", *table.actors, *(name for name, _ in _TAIL)]
    _group(canvas, MARGIN + _NO + _TITLE, table.actor_width * len(table.actors), top, "Pelaksana")
    _group(
        canvas, WIDTH - MARGIN - sum(width for _, width in _TAIL), _NEEDS + _TIME + _OUTPUT, top, "Mutu Baku"
    )
    x, tall = MARGIN, _head_tall(table)
    for name, wide in zip(names, table.widths, strict=True):
        canvas.rect(x, top - GROUP_TALL - tall, wide, tall)
        lines = _name_lines(name, wide)
        canvas.setFont("Helvetica-Bold", SIZE)
        for number, words in enumerate(lines):
            canvas.drawCentredString(x + wide / 2, top - 24 - number * NAME_LEADING, words)
        x += wide
    return top - GROUP_TALL - tall


def _head_tall(table: _Table) -> float:
    """High enough for the longest name."""
    longest = max((len(_name_lines(name, table.actor_width)) for name in table.actors), default=1)
    return max(LOWEST_HEAD, longest * NAME_LEADING + 2 * PAD + 4)


def _name_lines(name: str, wide: float) -> list[str]:
    lines: list[str] = simpleSplit(name, "Helvetica-Bold", SIZE, wide - 2 * PAD)
    return lines


def _group(canvas: Canvas, x: float, wide: float, top: float, name: str) -> None:
    canvas.setLineWidth(0.5)
    canvas.rect(x, top - GROUP_TALL, wide, GROUP_TALL)
    canvas.setFont("Helvetica-Bold", SIZE)
    canvas.drawCentredString(x + wide / 2, top - 9, name)


def _row(canvas: Canvas, table: _Table, line: Line, y: float, high: float) -> None:
    words = [line.no, line.title, *[""] * len(table.actors), line.needs, line.time, line.output, line.remark]
    x = MARGIN
    for cell, wide in zip(words, table.widths, strict=True):
        canvas.rect(x, y - high, wide, high)
        _lines(canvas, (x + PAD, y - 1), simpleSplit(cell, "Helvetica", SIZE, wide - 2 * PAD), SIZE, LEADING)
        x += wide


def _lines(
    canvas: Canvas, at: tuple[float, float], lines: Sequence[str], size: float, leading: float
) -> None:
    x, y = at
    canvas.setFont("Helvetica", size)
    for number, words in enumerate(lines, start=1):
        canvas.drawString(x, y - number * leading, words)


def _foot(canvas: Canvas, title: str, number: int, of: int) -> None:
    canvas.setFont("Helvetica", 7)
    canvas.drawString(MARGIN, 14, f"SOP {title}")
    if of:
        canvas.drawRightString(WIDTH - MARGIN, 14, f"Halaman {number} dari {of}")
