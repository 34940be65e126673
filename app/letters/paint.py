"""Rendered HTML to PDF with xhtml2pdf, inside the limited worker process only."""

import base64
import io
import logging
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import segno
from reportlab import rl_config
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus.doctemplate import LayoutError
from xhtml2pdf import context, default, pisa
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessError, ResourceAccessPolicy

from app.errors import Invalid

ASSETS = Path(__file__).parent / "assets"
BASE_CSS = re.sub(r"(?s)/\*.*?\*/|\s+", " ", (ASSETS / "base.css").read_text(encoding="utf-8"))
FAMILY = "liberation sans"
MAX_HTML = 2_000_000
MAX_ROWS = 800
MAX_SPAN = 60
MAX_PAGES = 200
MAX_SHEETS = 64
_FACES = (("Regular", 0, 0), ("Bold", 1, 0), ("Italic", 0, 1), ("BoldItalic", 1, 1))
_SPAN = re.compile(r"(?i)\b(?:col|row)span\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)")
_REPEAT = re.compile(r"(?i)<\s*(?:tr|li|p|div|br)\b")
_PAINT_MISTAKES = (
    LayoutError,
    RenderLimitError,
    ResourceAccessError,
    TTFError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
    OSError,
)


class _Refusals(logging.Handler):
    """Collects what xhtml2pdf only logs: a file the letter asked for and did not get."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if "Blocked by the resource policy" in said or "Could not get image data" in said:
            self.found.append(said.partition("\n")[0])


_refused = _Refusals()


class _SheetReader(context.pisaCSSParser):  # type: ignore[misc]
    """Reads a style sheet once: letters have the same, and reading them takes a tenth of a letter's time.

    An @-rule sets up the document that is laid out: a sheet with one is read for each.
    """

    known: ClassVar[dict[str, Any]] = {}

    def parse(self, src: str) -> Any:
        if "@" in src:
            return super().parse(src)
        if src not in self.known:
            if len(self.known) == MAX_SHEETS:
                self.known.clear()
            self.known[src] = super().parse(src)
        return self.known[src]


def prepare() -> None:
    """Register the fonts once for the life of the process; no letter uses one that is not embedded."""
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("xhtml2pdf").addHandler(_refused)
    rl_config.useA85 = 0
    rl_config.invariant = 1  # the same letter gives the same bytes, if made in the same second
    for face, bold, italic in _FACES:
        name = f"LiberationSans-{face}"
        pdfmetrics.registerFont(TTFont(name, str(ASSETS / "fonts" / f"{name}.ttf")))
        addMapping(FAMILY, bold, italic, name)
    context.pisaCSSParser = _SheetReader
    for alias in (*default.DEFAULT_FONT, FAMILY, "arial", "sans-serif"):
        default.DEFAULT_FONT[alias] = FAMILY


def date(moment: int) -> None:
    """Date what is made from here on, in seconds of the office's clock: this process cannot ask for it."""
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)


def policy(seconds: float) -> ResourceAccessPolicy:
    """Allow the shipped assets and nothing else: no network, no other file."""
    return ResourceAccessPolicy.server(
        ASSETS,
        allow_remote=False,
        max_render_seconds=seconds,
        max_document_bytes=MAX_HTML,
        max_image_pixels=4_000_000,
    )


def refuse_excess(html: str) -> None:
    """Refuse what is known to take gigabytes or minutes before it is tried."""
    if len(html) > MAX_HTML:
        raise Invalid("The letter is longer than %(n)d characters.", n=MAX_HTML)
    if len(_REPEAT.findall(html)) > MAX_ROWS * 10 or html.lower().count("<tr") > MAX_ROWS:
        raise Invalid("A letter may have at most %(n)d table rows.", n=MAX_ROWS)
    for span in _SPAN.findall(html):
        value = span.strip("\"'").strip()
        if not value.isascii() or not value.isdigit() or int(value) > MAX_SPAN:
            raise Invalid("A table cell may span at most %(n)d columns or rows.", n=MAX_SPAN)


def paint(html: str, seconds: float) -> bytes:
    """Lay the letter out; what xhtml2pdf cannot lay out is an Invalid that says why."""
    refuse_excess(html)
    out = io.BytesIO()
    _refused.found.clear()
    try:
        status = pisa.CreatePDF(
            html,
            dest=out,
            path=str(ASSETS / "letter.html"),
            encoding="utf-8",
            default_css=BASE_CSS,
            resource_policy=policy(seconds),
        )
    except _PAINT_MISTAKES as error:
        raise Invalid("The letter cannot be laid out: %(detail)s", detail=str(error)[:300]) from error
    if status.err:
        raise Invalid("The letter cannot be laid out: %(detail)s", detail=str(status.log)[:300])
    if _refused.found:
        detail = _refused.found[0][:300]
        raise Invalid("The letter asks for a file that it may not read: %(detail)s", detail=detail)
    return out.getvalue()


@lru_cache(maxsize=64)
def qr_image(url: str) -> str:
    """Return a QR code as a data URI of a small black and white PNG."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False, mask=3).save(out, kind="png", scale=4, border=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
