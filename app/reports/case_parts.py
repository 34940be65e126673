"""The parts of a case's page that applicants and officers both see: corrections, files, requirements."""

from typing import Any

from sqlalchemy import select

from app.cases.models import Attachment, Case, Correction
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Requirement
from app.errors import Text
from app.forms.checklist import STATE_TITLES


def corrections_of(case: Case) -> list[Correction]:
    """Everything asked of the applicant, oldest first."""
    query = select(Correction).where(Correction.case_id == case.id).order_by(Correction.id)
    return list(Session.scalars(query))


def reason_of(row: Correction) -> str | Text:
    """Why something is to be put right: the officer's words, or the state that was ticked."""
    return STATE_TITLES.get(row.reason, row.reason)


def files_of(case: Case, *, inside: bool) -> list[Attachment]:
    """Every file of a case, replaced ones included; the office's own stay inside."""
    query = select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    return [file for file in Session.scalars(query) if inside or not file.is_internal]


def requirements_of(case: Case) -> dict[str, Requirement]:
    """The documents that the case's service asks for."""
    return current().requirements(case.service)


def file_row(file: Attachment, requirements: dict[str, Requirement]) -> dict[str, Any]:
    """A file as lists show it."""
    asked = requirements.get(file.requirement or "")
    return {
        "id": file.id,
        "title": asked.title if asked else "",
        "name": file.name,
        "size": file.size,
        "url": f"/attachments/{file.id}",
        "at": file.added_at,
        "by": file.added_by,
        "replaced": file.replaced_at is not None,
        "sha256": file.sha256,
    }
