"""Messages of one case to one system arrive in order: a status must not overtake the one before it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from app import jobs
from app.db import Session
from app.messages.channels import TO_PEOPLE
from app.messages.models import Message

UNDELIVERED = ("queued", "unknown", "stopped", "manual")


def wake_next(message: Message, now: datetime) -> None:
    """Let the message that this one held up go."""
    held = Session.scalar(
        select(Message)
        .where(*_same_line(message), Message.id > message.id, Message.state.in_(("queued", "unknown")))
        .order_by(Message.id)
        .limit(1)
    )
    if held is not None:
        held.next_at = now
        jobs.defer("send_message", message_id=held.id)


def is_held_up(message: Message) -> bool:
    """True while an earlier message of the same case to the same system has not arrived."""
    if message.case_id is None or message.channel in TO_PEOPLE:
        return False
    waiting = select(Message.id).where(
        *_same_line(message), Message.id < message.id, Message.state.in_(UNDELIVERED)
    )
    return Session.scalar(waiting.limit(1)) is not None


def _same_line(message: Message) -> list[ColumnElement[bool]]:
    return [
        Message.case_id == message.case_id,
        Message.channel == message.channel,
        Message.direction == "out",
    ]
