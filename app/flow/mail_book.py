"""The office's mail by hand: incoming letters, sendings, their receipt, and numbers declared void."""

from dataclasses import dataclass
from datetime import date, datetime

from app.audit.chain import record
from app.cases.models import Case
from app.db import Session
from app.errors import Conflict, Invalid, NotFound, text
from app.flow.transaction import transaction
from app.letters.models import Letter
from app.people.access import Person
from app.registers import book
from app.registers.models import RegisterEntry

GONE = ("void", "replaced", "revoked")


@dataclass(frozen=True)
class Mail:
    """A letter that came in or is to be sent, outside the letters of a case's process."""

    office_id: int
    on: date
    subject: str
    counterpart: str
    reference: str = ""  # the other side's own number
    note: str = ""
    case_number: str = ""


def enter(mail: Mail, which: str, by: Person, now: datetime) -> int:
    """Enter a letter in the `incoming` or `dispatch` book, which numbers it; returns the line's id."""
    with transaction():
        line = book.Line(
            office_id=mail.office_id,
            book=which,
            series=which,
            on=mail.on,
            subject=mail.subject,
            counterpart=mail.counterpart,
            by=by.username,
            case_id=_case_id(mail),
            detail={"reference": mail.reference, "note": mail.note},
        )
        entry = book.enter_plain(line, now)
        Session.flush()
        record(_chain(entry), f"{which}.entered", by.username, now, entry=entry.id, number=entry.number)
        return entry.id


def note_receipt(entry_id: int, receiver: str, at: datetime, by: Person, now: datetime) -> None:
    """Note who took a sending and when, once."""
    with transaction():
        entry = _entry(entry_id)
        if entry.received_at is not None:
            raise Conflict("The receipt by %(name)s is noted already.", name=entry.received_by)
        if at > now:
            raise Invalid(
                "The receipt lies in the future.",
                errors={"received_at": [text("This moment has not come yet.")]},
            )
        entry.received_by, entry.received_at = receiver, at
        record(_chain(entry), "dispatch.received", by.username, now, entry=entry.id)


def declare_void(entry_id: int, reason: str, by: Person, now: datetime) -> None:
    """Declare a number void; the line stays in the book. A letter in force must be revoked first."""
    if not reason.strip():
        raise Invalid("Say why the number is void.", errors={"void_reason": [text("Fill this in.")]})
    with transaction():
        entry = _entry(entry_id)
        if entry.void_at is not None:
            raise Conflict("This number is void already: %(reason)s", reason=entry.void_reason)
        letter = Session.get(Letter, entry.letter_id) if entry.letter_id else None
        if letter is not None and letter.status not in GONE:
            raise Conflict("This number belongs to a letter that is in force. Revoke the letter first.")
        entry.void_at, entry.void_reason = now, reason.strip()
        record(
            _chain(entry), "number.void", by.username, now, entry=entry.id, number=entry.number, reason=reason
        )


def _entry(entry_id: int) -> RegisterEntry:
    entry = Session.get(RegisterEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound("There is no such line.")
    return entry


def _case_id(mail: Mail) -> int | None:
    if not mail.case_number:
        return None
    wanted = mail.case_number.strip().upper()
    case = Session.query(Case).filter(Case.number == wanted, Case.office_id == mail.office_id).one_or_none()
    if case is None or case.status == "draft":
        raise Invalid("There is no such case.", errors={"case_number": [text("There is no such case.")]})
    return case.id


def _chain(entry: RegisterEntry) -> str:
    return f"case:{entry.case_id}" if entry.case_id else f"office:{entry.office_id}"
