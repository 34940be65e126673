"""After the layout: where the signatures go, their empty fields, and the watermark of what is not final."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pikepdf
from reportlab.pdfgen.canvas import Canvas

Rect = tuple[float, float, float, float]
Places = dict[str, tuple[int, Rect]]
_SCHEME = "ttd://"


@dataclass(frozen=True)
class Finish:
    """What to do with a laid-out letter: `fields` leaves empty signature fields, `watermark` a pale word."""

    fields: bool = True
    watermark: str = ""
    title: str = ""


@dataclass(frozen=True)
class Finished:
    """The PDF with its number of pages and the place of each signature, in points from the lower left."""

    pdf: bytes
    pages: int
    places: Places = field(default_factory=dict)


def page_count(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def finish(pdf: bytes, how: Finish) -> Finished:
    """Turn the marks of the layout into places and fields, and put the watermark under the text."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        places = dict(_take_places(document))
        if how.fields and places:
            _add_fields(document, places)
        if how.watermark:
            _add_watermark(document, how.watermark)
        document.Root.Lang = pikepdf.String("id-ID")
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        # The layout has compressed everything already; doing it again costs more than all the rest here.
        document.save(
            out,
            deterministic_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        return Finished(out.getvalue(), len(document.pages), places)


def _take_places(document: pikepdf.Pdf) -> Iterator[tuple[str, tuple[int, Rect]]]:
    """Yield each place once and delete every link of the layout: a letter links nowhere by itself."""
    for number, page in enumerate(document.pages):
        for annotation in page.get("/Annots", []):
            target = _target(annotation)
            if target.startswith(_SCHEME):
                x1, y1, x2, y2 = (float(edge) for edge in annotation.Rect)
                yield target[len(_SCHEME) :].rstrip("/"), (number, (x1, y1, x2, y2))
        if "/Annots" in page:
            del page["/Annots"]


def _target(annotation: pikepdf.Object) -> str:
    action = annotation.get("/A")
    return str(action.get("/URI", "")) if action is not None else ""


def _add_fields(document: pikepdf.Pdf, places: Places) -> None:
    """Add all signature fields at once: a field added later would count as a change after signing."""
    fields = pikepdf.Array()
    for name, (number, rect) in places.items():
        page = document.pages[number]
        widget = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                F=132,
                T=pikepdf.String(name),
                Rect=[round(edge, 2) for edge in rect],
                P=page.obj,
            )
        )
        fields.append(widget)
        if "/Annots" not in page:
            page.Annots = document.make_indirect(pikepdf.Array())
        page.Annots.append(widget)
    document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(Fields=fields, SigFlags=1))


def _add_watermark(document: pikepdf.Pdf, word: str) -> None:
    sizes = {tuple(float(edge) for edge in page.mediabox)[2:] for page in document.pages}
    for width, height in sizes:
        with pikepdf.open(io.BytesIO(_watermark(word, width, height))) as mark:
            for page in document.pages:
                page.add_underlay(mark.pages[0], None)


@lru_cache(maxsize=16)
def _watermark(word: str, width: float, height: float) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    canvas.translate(width / 2, height / 2)
    canvas.rotate(math.degrees(math.atan2(height, width)))
    canvas.setFillGray(0.9)
    canvas.setFont("LiberationSans-Bold", min(110.0, 760.0 / max(len(word), 1)))
    canvas.drawCentredString(0, -34, word)
    canvas.save()
    return out.getvalue()
