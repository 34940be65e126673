"""Revoke a signed letter: the file stays, the verification page says that it no longer counts."""

from dataclasses import dataclass
from datetime import date, datetime

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
from app.reports.names import names_of
from app.wording import tanggal

HEAD = "head_of_office"
IN_FORCE = ("signed", "delivered")


@dataclass(frozen=True)
class Ending:
    """Why, on what legal basis and from which day (today, unless said) a letter no longer counts.

    Who asks through the API need name no basis (None); a page always asks for it.
    """

    reason: str
    basis: str | None
    on: date | None = None
    passphrase: str = ""


def revoke(person: Person, letter_id: int, ending: Ending, now: datetime) -> None:
    """Revoke a letter by its signer's role, with that person's own passphrase; it cannot be undone."""
    require_words(ending)
    try:
        with transaction():
            _revoke(person, letter_id, ending, now)
    except WrongPassphrase:
        count_wrong_passphrase(person, now)
        raise


def require_words(ending: Ending) -> None:
    """A letter does not end without a reason, nor with an empty legal basis. Raises Invalid."""
    said = {"reason": ending.reason, "basis": ending.basis}
    errors = {
        name: [text("Fill this in.")]
        for name, words in said.items()
        if words is not None and not words.strip()
    }
    if errors:
        raise Invalid("Give the reason and the legal basis.", errors=errors)


def require_in_force(letter: Letter) -> None:
    """Only what is signed and still counts can end. Raises Conflict, saying who ended it when."""
    if letter.status in IN_FORCE:
        return
    ended = letter.ended_on or letter.ended_at
    by = names_of([letter.ended_by]).get(letter.ended_by or "", letter.ended_by or "")
    on = tanggal(ended) if ended else ""
    if letter.status == "revoked" and by:
        raise Conflict(
            "“%(title)s” was revoked already on %(on)s by %(by)s.", title=letter.title, on=on, by=by
        )
    if letter.status == "revoked":
        raise Conflict("“%(title)s” was revoked already on %(on)s.", title=letter.title, on=on)
    if letter.status == "replaced":
        raise Conflict("“%(title)s” was replaced already on %(on)s.", title=letter.title, on=on)
    raise Conflict("“%(title)s” is not signed, or is void.", title=letter.title)


def locked_letter(person: Person, letter_id: int, given: Given, now: datetime) -> tuple[Work, Letter]:
    """A letter with its case locked, outside any task. Raises NotFound."""
    case_id = Session.scalar(select(Letter.case_id).where(Letter.id == letter_id))
    if case_id is None:
        raise NotFound("There is no such letter.")
    case = lock_case(case_id)
    letter = Session.get_one(Letter, letter_id, populate_existing=True)
    return work_on(case, Task(step=letter.step, case_id=case.id), person, given, now), letter


def signer_role(work: Work, letter: Letter) -> str:
    """Whose role a letter is signed in; what the seal closes belongs to the head."""
    template: Template = work.catalogue.revision("letter", letter.template, letter.template_revision).shape
    return HEAD if template.is_automatic else str(template.signer)


def _revoke(person: Person, letter_id: int, ending: Ending, now: datetime) -> None:
    given = Given(note=ending.reason, passphrase=ending.passphrase or None)
    work, letter = locked_letter(person, letter_id, given, now)
    _require_signer(work, letter)
    require_in_force(letter)
    letter.ended_on = _day(work, letter, ending)
    letter.status, letter.ended_at, letter.ended_by = "revoked", now, person.username
    letter.ended_reason, letter.ended_basis = ending.reason.strip(), (ending.basis or "").strip()
    if letter.slot == "permit":
        work.case.permit_status = "revoked"
    record(
        work.chain,
        "letter.revoked",
        person.username,
        now,
        letter=letter.id,
        number=letter.number,
        reason=letter.ended_reason,
        basis=letter.ended_basis,
        on=letter.ended_on.isoformat(),
    )


def _day(work: Work, letter: Letter, ending: Ending) -> date:
    today = work.calendar.local_date(work.now)
    on = ending.on or today
    signed = work.calendar.local_date(letter.signed_at or work.now)
    if not signed <= on <= today:
        message = text("The day lies between that of the letter and today.")
        raise Invalid(message.msgid, errors={"on": [message]})
    return on


def _require_signer(work: Work, letter: Letter) -> None:
    role = signer_role(work, letter)
    if letter.signature == WET:
        require_mandate(work, role)
        return
    key = own_key(work, role)
    open_key(press.key_file(key.file_name), required_passphrase(work))
