"""Printed sheets inside the worker: a table in parts, and the parts bound with page numbers."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pikepdf
from pikepdf.models.metadata import encode_pdf_date
from reportlab.pdfgen.canvas import Canvas

from app.letters.paint import paint
from app.letters.places import Finish, finish
from app.letters.templating import Sources, write_frame

_SECONDS = 60.0
_MARGIN = 42.5  # points from the lower right corner, 15 mm
_SIZE = 8.0


def sheet(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Lay out one part; `rows` says on which page (from 0) each marked row begins."""
    sources: Sources = tuple(sorted(json.loads(blob).items()))
    html = write_frame(sources, f"shared/{head['name']}.html", head["context"])
    done = finish(paint(html, _SECONDS), Finish(fields=False))
    rows = {name: page for name, (page, _) in done.places.items()}
    return {"pages": done.pages, "rows": rows}, done.pdf


def bind(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Bind parts to one file; pages are counted anew in each section.

    `sections` holds for each section its parts as [bytes, pages to keep]; `word` is the footer's pattern.
    """
    start = 0
    with pikepdf.new() as document:
        for parts in head["sections"]:
            first = len(document.pages)
            for size, keep in parts:
                with pikepdf.open(io.BytesIO(blob[start : start + size])) as part:
                    document.pages.extend(list(part.pages)[:keep])
                start += size
            _number(document, first, head["word"])
        document.docinfo["/Title"] = head["title"]
        document.docinfo["/CreationDate"] = encode_pdf_date(datetime.fromtimestamp(head["at"], UTC))
        document.Root.Lang = pikepdf.String("id-ID")
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return {"pages": len(document.pages)}, out.getvalue()


def _number(document: pikepdf.Pdf, first: int, word: str) -> None:
    """Write “page x of y” on each page from `first` on."""
    pages = list(document.pages)[first:]
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, page in enumerate(pages, 1):
        width, height = (float(edge) for edge in list(page.mediabox)[2:])
        canvas.setPageSize((width, height))
        canvas.setFont("LiberationSans-Regular", _SIZE)
        canvas.drawRightString(width - _MARGIN, _MARGIN / 2, word.format(page=number, pages=len(pages)))
        canvas.showPage()
    canvas.save()
    with pikepdf.open(io.BytesIO(out.getvalue())) as marks:
        for page, mark in zip(pages, marks.pages, strict=True):
            page.add_overlay(mark, None)
