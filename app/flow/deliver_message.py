"""Send one message from the outbox: a job wakes it, its row is the truth, also where the sender is killed."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app import jobs
from app.audit.chain import record
from app.db import Session
from app.errors import Conflict, Invalid, NotFound
from app.flow.arrival import Arrival
from app.flow.arrive import complete_wait, waiting_task
from app.flow.sending_order import is_held_up, wake_next
from app.flow.transaction import transaction
from app.messages.channels import PHONE_CHANNELS, TO_PEOPLE
from app.messages.models import Message
from app.messages.transport import Answer, carry, is_by_hand

PAUSES = [timedelta(seconds=s) for s in (10, 30, 120, 600, 1800, 3600)]
HELD_UP = timedelta(minutes=10)  # looked at again then, should nobody wake it before
AT_MOST = timedelta(minutes=1)  # an attempt; who has not noted its end by then was killed


def deliver_message(message_id: int, now: datetime) -> str:
    """Send a message that is due and return its state; what another worker holds is left alone."""
    with transaction():
        message = _lock(message_id)
        if message is None:
            return "elsewhere"
        if not _is_due(message, now):
            return message.state
        if _is_stale(message, now):
            message.state, message.next_at, message.error = "stopped", None, "410"
            return message.state
        if is_by_hand(message):
            message.state, message.next_at = "manual", None
            return message.state
        if is_held_up(message):  # in order: a status must not overtake the one before it
            message.next_at = now + HELD_UP
            return message.state
        is_repetition = message.state == "unknown"
        # committed before the sending: whoever finds it after a kill -9 asks the other side first
        message.state, message.next_at = "unknown", now + AT_MOST
    with transaction():
        message = _lock(message_id)
        if message is None or message.state != "unknown" or message.next_at != now + AT_MOST:
            return "elsewhere"
        settle(message, carry(message, ask_first=is_repetition), now)
        return message.state


def settle(message: Message, answer: Answer, now: datetime) -> None:
    """Keep the answer and do what it calls for: go on, try again later, or ask a person."""
    message.attempts += 1
    message.answer = {"status": answer.status, **answer.body}
    if answer.ok:
        message.state, message.done_at, message.next_at, message.error = "done", now, None, ""
        _go_on(message, now)
        wake_next(message, now)
    elif answer.worth_retrying:
        message.state = "queued" if answer.certain else "unknown"
        message.error = f"{answer.status}"
        message.next_at = now + PAUSES[min(message.attempts, len(PAUSES)) - 1]
        jobs.defer("send_message", schedule_at=message.next_at, message_id=message.id)
    else:
        message.state, message.next_at, message.error = "stopped", None, _refusal(message, answer)
    if message.case_id and message.channel not in TO_PEOPLE:
        record(
            f"case:{message.case_id}",
            f"message.{message.state}",
            f"system:{message.channel}",
            now,
            message=message.id,
            name=message.name,
            status=answer.status,
            attempts=message.attempts,
        )


def retry(message_id: int, actor: str, now: datetime) -> Message:
    """Put a stopped or waiting message back in line at once, at a person's word."""
    with transaction():
        message = _lock(message_id)
        if message is None:
            raise NotFound("There is no such message, or it is being sent right now.")
        if message.state == "done":
            raise Conflict("This message has already been sent.")
        if message.attempts:
            message.state = "unknown"
        elif message.state == "manual":
            message.state = "queued"
        message.next_at = now
        jobs.defer("send_message", message_id=message.id)
        if message.case_id:
            record(
                f"case:{message.case_id}",
                "message.retried",
                actor,
                now,
                message=message.id,
                name=message.name,
            )
        return message


def due_messages(now: datetime, limit: int = 200) -> list[int]:
    """Messages whose time has come: the periodic sweep wakes what a lost job did not."""
    query = (
        select(Message.id)
        .where(
            Message.state.in_(("queued", "unknown")),
            or_(Message.next_at <= now, Message.next_at > now + PAUSES[-1]),
        )
        .order_by(Message.next_at)
        .limit(limit)
    )
    return list(Session.scalars(query))


def _is_due(message: Message, now: datetime) -> bool:
    """True when its time has come; further ahead than any pause it was put by a clock that was wrong."""
    if message.state not in ("queued", "unknown"):
        return False
    return message.next_at is None or not now < message.next_at <= now + PAUSES[-1]


def _is_stale(message: Message, now: datetime) -> bool:
    """True for what is of no use any more, as a code whose time is over."""
    until = message.payload.get("until")
    return until is not None and datetime.fromisoformat(until) <= now


def _refusal(message: Message, answer: Answer) -> str:
    """Why a message stopped, as staff read it; a gateway says so in words."""
    if message.channel not in PHONE_CHANNELS:
        return f"{answer.status}"
    reason = str(answer.body.get("error", "")).replace(message.recipient.lstrip("+"), "…")
    return f"{answer.status} {reason}".strip()


def _go_on(message: Message, now: datetime) -> None:
    """The answer that a step waits for has come with the delivery itself."""
    answers = message.payload.get("answers")
    if not answers or not message.correlation:
        return
    system, _, name = str(answers).partition("/")
    body = message.answer or {}
    arrival = Arrival(system, name, f"answer:{message.id}", message.correlation, body, message.office_id)
    task_id = waiting_task(arrival)
    if task_id is None:
        # Somebody stood in by hand before the answer came; the case has moved on.
        record(f"case:{message.case_id}", "message.unawaited", f"system:{system}", now, message=message.id)
        return
    try:
        with Session.begin_nested():
            complete_wait(task_id, arrival, now)
    except Invalid as refusal:  # it has arrived, but the answer does not say what the step must know
        message.error = str(refusal.text)[:500]
        record(f"case:{message.case_id}", "message.unfit", f"system:{system}", now, message=message.id)


def _lock(message_id: int) -> Message | None:
    return Session.scalar(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
