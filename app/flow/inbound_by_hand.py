"""What a person does with a message that could not be taken: try again, give it a case, set aside."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.models import Case
from app.db import Session
from app.errors import Conflict, Invalid, NotFound, text
from app.flow.arrival import Arrival
from app.flow.arrive import keep_parts, take
from app.flow.references import refer
from app.flow.transaction import transaction
from app.flow.work import lock_case
from app.messages.models import Message
from app.people.access import Person

TO_SEE = ("unmatched", "refused")


def take_again(person: Person, message_id: int, now: datetime) -> Message:
    """Try again what could not be taken when it came. Raises NotFound or Invalid as then."""
    with transaction():
        message = _locked(person, message_id)
        take(message, arrival_of(message), now)
        _seen(message, person, "message.taken", now)
        return message


def give_case(person: Person, message_id: int, number: str, now: datetime) -> Message:
    """Say which case a message belongs to; its step that waits goes on, and later ones find it themselves."""
    with transaction():
        message = _locked(person, message_id)
        case = Session.scalar(select(Case).where(Case.number == number.strip().upper()))
        if case is None or not person.works_in(case.office_id):
            raise Invalid("There is no such case.", errors={"number": [text("There is no such case.")]})
        case = lock_case(case.id)
        arrival = arrival_of(message)
        refer(case, arrival.system, arrival.correlation)
        try:
            with Session.begin_nested():
                take(message, arrival, now)
        except NotFound:  # nobody waits for it: it belongs to the case all the same
            keep_parts(case, arrival, now)
        message.state, message.error = "done", ""
        message.case_id, message.office_id = case.id, case.office_id
        _seen(message, person, "message.given_case", now)
        return message


def set_aside(person: Person, message_id: int, reason: str, now: datetime) -> Message:
    """Nothing is to be done with it, and this is why."""
    if not reason.strip():
        raise Invalid("Explain this in the note.", errors={"note": [text("Explain this in the note.")]})
    with transaction():
        message = _locked(person, message_id)
        message.state, message.error = "dismissed", reason.strip()[:500]
        _seen(message, person, "message.set_aside", now)
        return message


def open_message(person: Person, message_id: int, now: datetime) -> Message:
    """A message as it came, with all that is in it; that somebody read it is recorded."""
    with transaction():
        message = Session.get(Message, message_id)
        if message is None or message.direction != "in" or not may_see(person, message):
            raise NotFound("There is no such message.")
        record(_chain(message), "message.opened", person.username, now, message=message.id)
        return message


def arrival_of(message: Message) -> Arrival:
    """A kept message as it arrived."""
    return Arrival(
        message.channel,
        message.name,
        f"kept:{message.id}",
        message.correlation or "",
        message.payload,
        message.office_id,
    )


def may_see(person: Person, message: Message) -> bool:
    """True for the staff of its office; what names no known office is for all staff."""
    return person.is_staff if message.office_id is None else person.works_in(message.office_id)


def _locked(person: Person, message_id: int) -> Message:
    message = Session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.direction == "in")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if message is None or not may_see(person, message):
        raise NotFound("There is no such message.")
    if message.state not in TO_SEE:
        raise Conflict("A colleague has seen to this message already.")
    return message


def _seen(message: Message, person: Person, action: str, now: datetime) -> None:
    message.seen_by = person.username
    record(
        _chain(message),
        action,
        person.username,
        now,
        message=message.id,
        name=message.name,
        note=message.error,
    )


def _chain(message: Message) -> str:
    return f"case:{message.case_id}" if message.case_id else f"office:{message.office_id or 0}"
