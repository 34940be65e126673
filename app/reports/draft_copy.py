"""The office's own copy of a draft: watermarked, with the initials given so far."""

from typing import Any

from app.definitions.catalogue import current
from app.letters import press
from app.letters.models import Letter
from app.letters.render import DRAFT, Options


def draft_pdf(letter: Letter) -> bytes:
    """Render the draft as it stands; its text is the one that was hashed when it was drafted."""
    entry = current().revision("letter", letter.template, letter.template_revision)
    marks: list[dict[str, Any]] = [
        {"title": mark.title, "name": mark.name, "at": mark.at.isoformat()}
        for mark in letter.initials
        if mark.void_at is None
    ]
    context = {**letter.context, "initials": marks}
    options = Options(watermark=DRAFT, office_copy=True, fields=False)
    return press.render(entry.shape, context, options, letter.template).pdf
