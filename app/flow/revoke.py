"""Revoke a signed letter: the file stays, the verification page says that it no longer counts."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.models import Task
from app.db import Session
from app.definitions.letter import Letter as Template
from app.errors import Conflict, Invalid, NotFound, text
from app.flow.signing import own_key, require_mandate, required_passphrase
from app.flow.signing_in import count_wrong_passphrase
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, work_on
from app.letters import press
from app.letters.by_hand import WET
from app.letters.keystore import WrongPassphrase
from app.letters.models import Letter
from app.letters.sign import open_key
from app.people.access import Person

HEAD = "head_of_office"


def revoke(person: Person, letter_id: int, reason: str, passphrase: str, now: datetime) -> None:
    """Revoke a letter by its signer's role, with that person's own passphrase."""
    if not reason.strip():
        raise Invalid("Say why the letter is revoked.", errors={"reason": [text("Fill this in.")]})
    try:
        with transaction():
            _revoke(person, letter_id, Given(note=reason, passphrase=passphrase or None), now)
    except WrongPassphrase:
        count_wrong_passphrase(person, now)
        raise


def _revoke(person: Person, letter_id: int, given: Given, now: datetime) -> None:
    case_id = Session.scalar(select(Letter.case_id).where(Letter.id == letter_id))
    if case_id is None:
        raise NotFound("There is no such letter.")
    case = lock_case(case_id)
    letter = Session.get_one(Letter, letter_id, populate_existing=True)
    if letter.status not in ("signed", "delivered"):
        raise Conflict("Only a signed letter can be revoked.")
    work = work_on(case, Task(step="", case_id=case.id), person, given, now)
    _require_signer(work, letter)
    letter.status, letter.ended_at, letter.ended_reason = "revoked", now, given.note
    if letter.slot == "permit":
        case.permit_status = "revoked"
    record(work.chain, "letter.revoked", person.username, now, letter=letter.id, reason=given.note)


def _require_signer(work: Work, letter: Letter) -> None:
    template: Template = work.catalogue.revision("letter", letter.template, letter.template_revision).shape
    role = HEAD if template.is_automatic else str(template.signer)
    if letter.signature == WET:
        require_mandate(work, role)
        return
    key = own_key(work, role)
    open_key(press.key_file(key.file_name), required_passphrase(work))
