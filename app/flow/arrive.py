"""A message from an outside system arrives: the step that waits for it is done, or a case begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.cases.models import Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, NotFound, OfficeError, text
from app.flow.arrival import Arrival
from app.flow.complete import finish
from app.flow.open_by_message import open_or_fill, openings
from app.flow.parties import wait_for
from app.flow.permission import require_open
from app.flow.reading_messages import answers_in, inbound_of, kept_in
from app.flow.references import case_named, refer
from app.flow.transaction import transaction
from app.flow.work import Given, lock_task
from app.messages.models import Message
from app.people.models import Office
from app.people.system import system_person

NOBODY_WAITS = text("No case waits for this message.")
TO_SEE = "unmatched"  # kept, and a person must see to it


def arrive(arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Take a message in; a repetition gets the first answer. What cannot be taken is kept for a person.

    Raises NotFound if nobody waits, Invalid if the waiting step's form does not accept the answers, Conflict
    if the id was used for other contents or a signed message is played back.
    """
    try:
        with transaction():
            wait_for(arrival.key)
            message = _earlier(arrival)
            if message is not None and message.state != TO_SEE:
                return _repeated(message, arrival)
            _refuse_playback(arrival, message)
            message = message or _keep(arrival, now)
            return take(message, arrival, now)
    except OfficeError as refusal:
        keep_aside(arrival, refusal, now)
        raise


def take(message: Message, arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Complete the wait that a kept message answers, or open its case; the caller commits."""
    task_id = waiting_task(arrival)
    if task_id is not None:
        answer, task = complete_wait(task_id, arrival, now), Session.get_one(Task, task_id)
        _done(message, answer, task.case, now)
        return answer
    case = case_named(arrival.system, arrival.correlation, arrival.office_id)
    found = openings(arrival)
    if len(found) == 1:
        case, is_settled = open_or_fill(found[0], arrival, now)
        answer = {"case": case.number, "status": case.status}
        _done(message, answer, case, now)
        if not is_settled:
            message.state, message.error = TO_SEE, "changed"
        return answer
    if case is not None and _is_only_kept(arrival, case):
        answer = {"case": case.number, "status": case.status}
        keep_parts(case, arrival, now)
        _done(message, answer, case, now)
        return answer
    raise NotFound(NOBODY_WAITS.msgid)


def waiting_task(arrival: Arrival) -> int | None:
    """The open wait that this message answers."""
    case = case_named(arrival.system, arrival.correlation, arrival.office_id)
    if case is None:
        return None
    return Session.scalar(
        select(Task.id).where(
            Task.case_id == case.id, Task.message == arrival.name, Task.state == "open", Task.kind == "wait"
        )
    )


def complete_wait(task_id: int, arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Complete a wait with the message it waited for; the caller commits. Raises Conflict if it is over."""
    task = Session.get_one(Task, task_id)
    office = Session.get_one(Office, task.office_id)
    service = current().get("service", task.case.service).shape
    data = answers_in(inbound_of(current(), service, arrival.name), arrival.body, office, now)
    work = lock_task(task_id, system_person(arrival.system), Given(data=data, outcome=_outcome(arrival)), now)
    require_open(work)
    return finish(work)


def keep_aside(arrival: Arrival, refusal: OfficeError, now: datetime) -> None:
    """Keep what could not be taken: nothing that a known sender sent is lost."""
    with transaction():
        is_conflict = isinstance(refusal, Conflict)
        # what is wrong in itself may come again under the same id, put right
        key = (
            arrival.key
            if isinstance(refusal, NotFound)
            else f"{arrival.key}:{arrival.content_hash[:16]}"[:200]
        )
        case = case_named(arrival.system, arrival.correlation, arrival.office_id)
        values = {
            **_values(arrival, now),
            "dedupe_key": key,
            "state": "refused" if is_conflict else TO_SEE,
            "error": str(refusal.text)[:500],
            "answer": {"fields": sorted(refusal.errors)},
            "case_id": case.id if case else None,
            "office_id": case.office_id if case else arrival.office_id,
        }
        statement = insert(Message).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
        Session.execute(statement)


def keep_parts(case: Case, arrival: Arrival, now: datetime) -> None:
    """Put what the definition keeps of a message beside the answers of its case."""
    inbound = inbound_of(current(), current().get("service", case.service).shape, arrival.name)
    if inbound is not None and inbound.keep:
        key = f"from_{arrival.system}"
        kept = kept_in(inbound, arrival.body, case.office, now)
        case.data = {**case.data, key: {**case.data.get(key, {}), **kept}}
        case.version += 1


def _outcome(arrival: Arrival) -> str | None:
    found = arrival.body.get("outcome")
    return found if isinstance(found, str) else None


def _is_only_kept(arrival: Arrival, case: Case) -> bool:
    """A message that the service reads, but no step waits for: it goes to the case and asks for nothing."""
    service = current().get("service", case.service).shape
    inbound = inbound_of(current(), service, arrival.name)
    waits = {step.message for step in current().get("process", service.process).shape.steps.values()}
    return inbound is not None and arrival.name not in waits


def _earlier(arrival: Arrival) -> Message | None:
    return Session.scalar(select(Message).where(Message.dedupe_key == arrival.key))


def _repeated(message: Message, arrival: Arrival) -> dict[str, Any]:
    """The first answer, for the same contents only."""
    if message.content_hash and message.content_hash != arrival.content_hash:
        raise Conflict("A message with this id was received before, with other contents.")
    return message.answer or {}


def _refuse_playback(arrival: Arrival, known: Message | None) -> None:
    """One signature is one message: under another id or name it was recorded and played back."""
    if arrival.signature is None:
        return
    query = select(Message.id).where(Message.signature == arrival.signature, Message.direction == "in")
    if known is not None:
        query = query.where(Message.id != known.id)
    if Session.scalar(query.limit(1)) is not None:
        raise Conflict("This message was received before under another id.")


def _keep(arrival: Arrival, now: datetime) -> Message:
    message = Message(**_values(arrival, now), dedupe_key=arrival.key, state="done", error="")
    Session.add(message)
    Session.flush()
    return message


def _values(arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "direction": "in",
        "channel": arrival.system,
        "name": arrival.message,
        "correlation": arrival.correlation[:120],
        "payload": dict(arrival.body),
        "content_hash": arrival.content_hash,
        "signature": arrival.signature,
        "attempts": 1,
        "recipient": "",
        "office_id": arrival.office_id,
        "created_at": now,
        "done_at": now,
    }


def _done(message: Message, answer: dict[str, Any], case: Case, now: datetime) -> None:
    message.state, message.error, message.answer, message.done_at = "done", "", answer, now
    message.case_id, message.office_id = case.id, case.office_id
    refer(case, message.channel, message.correlation or "")
