"""Letters as cards of a page: status, number, signer, and for the office who has initialled and who must."""

from typing import Any

from sqlalchemy import select

from app.cases.models import Case
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.letter import Letter as Template
from app.letters.models import Initial, Letter
from app.settings import public_url

ENDED = ("void", "replaced", "revoked")
OPEN = ("draft", "initialed", "approved")


def letters_of(case: Case, *, inside: bool) -> list[Letter]:
    """The letters of a case, oldest first; for the applicant what was delivered."""
    query = select(Letter).where(Letter.case_id == case.id).order_by(Letter.id)
    return [letter for letter in Session.scalars(query) if inside or letter.delivered_at]


def card(letter: Letter, *, inside: bool) -> dict[str, Any]:
    """A letter for ui/letter.html, without addresses of pages; its initials are the office's affair."""
    signer = letter.context.get("signer", {})
    return {
        "id": letter.id,
        "title": letter.title,
        "status": letter.status,
        "number": letter.number,
        "version": letter.version,
        "drafted_by": letter.drafted_by if inside else None,
        "drafted_at": letter.drafted_at if inside else None,
        "signed_by": signer.get("name") or letter.signer_title,
        "signer_title": letter.signer_title if letter.signed_by != "seal" else "",
        "signed_at": letter.signed_at,
        "by_hand": letter.signature == "wet",
        "is_trial": letter.is_trial and letter.signed_at is not None,
        "initials": initials(letter) if inside else [],
        "verify_url": verify_url(letter),
        "ended_reason": letter.ended_reason if letter.status in ENDED else "",
        "ended_basis": letter.ended_basis if letter.status in ENDED else "",
        "ended_on": (letter.ended_on or letter.ended_at) if letter.status in ENDED else None,
        "delivered_at": letter.delivered_at,
    }


def verify_url(letter: Letter) -> str | None:
    """Where anybody checks a signed letter."""
    return f"{public_url()}/verify/{letter.verify_code}" if letter.verify_code and letter.pdf_sha256 else None


def initials(letter: Letter) -> list[dict[str, Any]]:
    """The initials given and voided, then those still awaited, bottom up."""
    given = [_given(mark, letter) for mark in letter.initials]
    standing = {mark.role for mark in letter.initials if _stands(mark, letter)}
    awaited = [role for role in template_of(letter).initials if role not in standing]
    titles = current().roles.roles
    missing = [
        {"name": "", "title": titles[role].title if role in titles else role, "state": "awaited"}
        for role in awaited
        if letter.status in OPEN
    ]
    return given + missing


def template_of(letter: Letter) -> Template:
    """The template a letter was drafted with."""
    shape: Template = current().revision("letter", letter.template, letter.template_revision).shape
    return shape


def _given(mark: Initial, letter: Letter) -> dict[str, Any]:
    state = "given" if _stands(mark, letter) else "void"
    return {
        "name": mark.name,
        "title": mark.title,
        "at": mark.at,
        "state": state,
        "reason": mark.void_reason,
        "kind": mark.kind,
    }


def _stands(mark: Initial, letter: Letter) -> bool:
    return mark.void_at is None and mark.text_hash == letter.text_hash
