"""Letters as plain data: what a viewer may know of them, and which file may be opened."""

from typing import Any

from sqlalchemy import select

from app.cases.models import Case
from app.db import Session
from app.errors import NotFound
from app.letters.models import Letter
from app.people.access import Person
from app.reports.view import View, side_of, view_case
from app.settings import public_url


def letter_json(row: Letter, view: View) -> dict[str, Any]:
    """A letter as api.md names it; its initials are the office's affair."""
    return {
        "id": row.id,
        "case": view.case.number,
        "slot": row.slot,
        "kind": row.template,
        "title": row.title,
        "number": row.number,
        "status": row.status,
        "version": row.version,
        "initials": initials_json(row) if view.inside else [],
        "signed_by": row.signer_title,
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "sha256": row.pdf_sha256,
        "verify_url": f"{public_url()}/verify/{row.verify_code}"
        if row.verify_code and row.pdf_sha256
        else None,
        "template_revision": row.template_revision,
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
    }


def initials_json(row: Letter) -> list[dict[str, Any]]:
    """Who stood by which text when, and what was voided since."""
    return [
        {
            "role": mark.role,
            "title": mark.title,
            "name": mark.name,
            "kind": mark.kind,
            "at": mark.at.isoformat(),
            "valid": mark.void_at is None and mark.text_hash == row.text_hash,
            "void_at": mark.void_at.isoformat() if mark.void_at else None,
            "void_reason": mark.void_reason,
        }
        for mark in row.initials
    ]


def view_letter(person: Person, letter_id: int) -> tuple[Letter, View]:
    """A letter this person may see: staff all of their office's, applicants what was delivered to them."""
    letter = Session.get(Letter, letter_id)
    case = Session.get(Case, letter.case_id) if letter else None
    side = side_of(person, case) if case else None
    if letter is None or case is None or side is None or (side == "applicant" and not letter.delivered_at):
        raise NotFound("There is no such letter.")
    return letter, View(case, side, person)


def letter_by_code(code: str) -> Letter | None:
    """A signed letter by the code on it."""
    query = select(Letter).where(Letter.verify_code == code, Letter.pdf_sha256.is_not(None))
    return Session.scalar(query)


def letter_by_hash(sha256: str) -> Letter | None:
    """A signed letter by the hash of its file."""
    return Session.scalar(select(Letter).where(Letter.pdf_sha256 == sha256).limit(1))


def seen_json(person: Person, row: Letter) -> dict[str, Any]:
    """A letter from the side on which the person stands to its case."""
    case = Session.get_one(Case, row.case_id)
    return letter_json(row, View(case, side_of(person, case) or "applicant", person))


def letters_of_case(person: Person, number: str, status: str | None) -> list[dict[str, Any]]:
    """The letters of a case that this person may see, oldest first."""
    view = view_case(person, number)
    query = select(Letter).where(Letter.case_id == view.case.id).order_by(Letter.id)
    if status:
        query = query.where(Letter.status == status)
    return [letter_json(row, view) for row in Session.scalars(query) if view.inside or row.delivered_at]
