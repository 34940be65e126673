"""One render request inside the worker: head, body and frame become a finished PDF."""

import hashlib
import json
import re
from collections import OrderedDict
from typing import Any

from markupsafe import Markup

from app.errors import Invalid
from app.letters.paint import MAX_PAGES, paint, qr_image
from app.letters.places import Finish, finish, page_count
from app.letters.templating import Sources, plain_text, write, write_frame

PAPERS = {"A4": "210mm 297mm", "F4": "215mm 330mm"}
LEGAL_NOTE = (
    "UU ITE Nomor 11 Tahun 2008 Pasal 5 ayat (1): Informasi Elektronik dan/atau Dokumen Elektronik "
    "dan/atau hasil cetaknya merupakan alat bukti hukum yang sah."
)
SIGNED_NOTE = "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik."
TRIAL_NOTE = "Dokumen ini ditandatangani secara elektronik menggunakan sertifikat UJI COBA (bukan BSrE)."
_LAST = re.compile(
    r"(?is)(?:<p\b(?:(?!<p\b).)*?</p>"
    r"|<table\b(?:(?!<table\b|</tr>).)*?</tr>(?:(?!<t).)*?</table>)\s*$"
)
_FRAME_SECONDS = 60.0
_totals: OrderedDict[str, int] = OrderedDict()


def render(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Render one letter; `blob` holds the shared sources, unchanged from letter to letter."""
    letter, options, context = head["letter"], head["options"], head["context"]
    sources, written, body = _worded(head, blob)
    page = _page(letter, options, context)
    whole = {**context, "head": written, "page": page, **_split(body)}
    pdf = _painted(sources, f"shared/{letter['layout']}.html", whole, letter["file"])
    done = finish(pdf, Finish(options["fields"], options["watermark"]))
    if done.pages > MAX_PAGES:
        raise Invalid("A letter may have at most %(n)d pages.", n=MAX_PAGES)
    text = "\n".join([*_head_lines(written), plain_text(body)])
    return {
        "pages": done.pages,
        "places": done.places,
        "text": text,
        "text_hash": _hash(written, body),
    }, done.pdf


def words(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Hash the words of one letter, without laying it out."""
    _, written, body = _worded(head, blob)
    return {"text_hash": _hash(written, body)}, b""


def _worded(head: dict[str, Any], blob: bytes) -> tuple[Sources, dict[str, Any], str]:
    """The shared sources, and the letter's head and body with their variables filled in."""
    sources: Sources = tuple(sorted(json.loads(blob).items()))
    letter, context = head["letter"], head["context"]
    body = write(sources, letter["file"], letter["body"], context)
    return sources, _written_head(sources, letter, context), body


def _written_head(sources: Sources, letter: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Fill in the variables of the head, each text under its own path."""
    written = {key: letter[key] for key in ("title", "nature", "signer", "class_code")}
    for path in ("heading", "enclosures", "subject", "addressee", "addressee_at"):
        text = letter[path]
        written[path] = _escaped(write(sources, f"{letter['file']}#{path}", text, context)) if text else None
    written["copies_to"] = [
        _escaped(write(sources, f"{letter['file']}#copies_to", text, context)) for text in letter["copies_to"]
    ]
    return written


def _escaped(html: str) -> Markup:
    """Mark what the sandbox has rendered, and thereby escaped, as HTML."""
    return Markup(html)  # noqa: S704


def _page(letter: dict[str, Any], options: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    office = context.get("office", {})
    url = options["verify_url"]
    return {
        "size": PAPERS[letter["paper"]],
        "total": 1,
        "office_copy": options["office_copy"],
        "electronic": options["electronic"] and bool(letter["signer"]),
        "verify_url": url,
        "qr": qr_image(url) if url else "",
        "legal_note": office.get("legal_note", LEGAL_NOTE),
        "signature_note": TRIAL_NOTE if options["trial"] else office.get("signature_note", SIGNED_NOTE),
    }


def _split(body: str) -> dict[str, Markup]:
    """Cut off the last paragraph, or last table of one row: it stands on the page of the signature."""
    last = _LAST.search(body)
    cut = last.start() if last else len(body)
    return {"body": _escaped(body[:cut]), "closing": _escaped(body[cut:])}


def _painted(sources: Sources, frame: str, context: dict[str, Any], key: str) -> bytes:
    """Lay out with the number of pages this letter had last time; only where that was wrong, twice.

    xhtml2pdf's own page count always lays out twice, which costs half as much again.
    """
    total = _totals.get(key, 1)
    for _ in range(2):
        page = {**context["page"], "total": total}
        pdf = paint(write_frame(sources, frame, {**context, "page": page}), _FRAME_SECONDS)
        pages = page_count(pdf)
        if pages == total:
            break
        total = pages
    _totals[key] = total
    _totals.move_to_end(key)
    if len(_totals) > 256:
        _totals.popitem(last=False)
    return pdf


def _head_lines(written: dict[str, Any]) -> list[str]:
    texts = [written["subject"], written["addressee"], written["addressee_at"], *written["copies_to"]]
    return [str(text) for text in texts if text]


def _hash(written: dict[str, Any], body: str) -> str:
    """Hash what an initial approves: the words and their marking, not number, date, footer or watermark."""
    text = json.dumps(
        [{key: str(value) for key, value in sorted(written.items())}, re.sub(r"\s+", " ", body).strip()],
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def warm() -> None:
    """Render a small page once, so that the first letter finds every import and font in place."""
    paint(
        "<html><body><p>Satu <b>dua</b> <i>tiga</i></p><table><tr><td>4</td></tr></table></body></html>",
        _FRAME_SECONDS,
    )
