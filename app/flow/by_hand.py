"""What a person does with a message that no program could carry: by hand with proof, or corrected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import jobs, storage
from app.audit.chain import record
from app.cases.models import Attachment, Task
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow.attach import Upload, clean_name, media_type_of
from app.flow.sending_order import wake_next
from app.flow.transaction import transaction
from app.flow.work import lock_case, process_of
from app.messages.models import Message
from app.people.access import Person

LONGEST_FIELD = 65_535


@dataclass(frozen=True)
class Proof:
    """How it can be shown that a message was entered by hand at the other side."""

    reference: str = ""
    note: str = ""
    upload: Upload | None = None


def done_by_hand(person: Person, message_id: int, proof: Proof, now: datetime) -> Message:
    """Note that a person entered a message at the other side. Raises Invalid without any proof."""
    if not proof.upload and not proof.reference.strip():
        reason = text("Give the reference of the other side, or a file that shows it.")
        raise Invalid("Proof is missing.", errors={"reference": [reason]})
    media_type = media_type_of(proof.upload) if proof.upload else ""
    with transaction():
        message = _locked(person, message_id)
        reference = proof.reference.strip()[:120]
        attachment_id = _kept(person, message, proof.upload, media_type, now) if proof.upload else None
        message.state, message.done_at, message.next_at, message.error = "done", now, None, ""
        message.seen_by = person.username
        message.answer = {
            "by_hand": person.username,
            "reference": reference,
            "note": proof.note.strip()[:1000],
            "attachment": attachment_id,
        }
        record(
            f"case:{message.case_id}", "message.by_hand", person.username, now,
            message=message.id, name=message.name, reference=reference, attachment=attachment_id,
        )  # fmt: skip
        wake_next(message, now)
        return message


def send_corrected(person: Person, message_id: int, fields: dict[str, str], now: datetime) -> Message:
    """Put a refused message right and send it again; what was sent before stays in the audit trail."""
    with transaction():
        message = _locked(person, message_id)
        if message.state not in ("stopped", "manual"):
            raise Conflict("This message is on its way; nothing of it can be changed now.")
        before = dict(message.payload.get("fields", {}))
        given = {key: fields[key].strip()[:LONGEST_FIELD] for key in before if key in fields}
        changed = {key: value for key, value in given.items() if value != before[key]}
        message.payload = {**message.payload, "fields": {**before, **changed}}
        message.state = "unknown" if message.attempts else "queued"
        message.next_at, message.error, message.seen_by = now, "", person.username
        jobs.defer("send_message", message_id=message.id)
        replaced = {key: before[key] for key in changed}
        record(
            f"case:{message.case_id}", "message.corrected", person.username, now,
            message=message.id, name=message.name, replaced=replaced,
        )  # fmt: skip
        return message


def open_wait(message: Message) -> Task | None:
    """The wait that this message would end, where the person's form for it is."""
    answers = message.payload.get("answers")
    if not answers or message.case_id is None:
        return None
    query = select(Task).where(
        Task.case_id == message.case_id, Task.message == answers, Task.state == "open", Task.kind == "wait"
    )
    return Session.scalar(query.limit(1))


def may_carry(person: Person, message: Message) -> bool:
    """True for the officers of the case's office who have a step in its process."""
    case = message.case
    if case is None or not person.works_in(case.office_id):
        return False
    process = process_of(current(), case)
    roles = {process.role_of(key) for key, actor in process.actors.items() if actor.kind == "staff"}
    return any(person.holds(role, case.office_id) for role in roles)


def _locked(person: Person, message_id: int) -> Message:
    """The message under lock, its case locked first as everywhere."""
    found = Session.get(Message, message_id)
    if found is None or found.direction != "out" or found.case_id is None or found.channel == "email":
        raise NotFound("There is no such message.")
    if not may_carry(person, found):
        raise Forbidden("Only officers who work on this case may do this.")
    lock_case(found.case_id)
    message = Session.scalar(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if message is None:
        raise Conflict("This message is being sent right now.")
    if message.state == "done":
        raise Conflict("This message has already been sent.")
    return message


def _kept(person: Person, message: Message, upload: Upload, media_type: str, now: datetime) -> int:
    attachment = Attachment(
        case_id=message.case_id,
        name=clean_name(upload.name, media_type),
        media_type=media_type,
        size=len(upload.content),
        sha256=storage.keep(upload.content),
        is_internal=True,
        added_by=person.username,
        added_at=now,
    )
    Session.add(attachment)
    Session.flush()
    return attachment.id
