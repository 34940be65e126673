"""A message that came before its step waited is taken as soon as the step does."""

from datetime import datetime

from sqlalchemy import select

from app.cases.models import Task
from app.db import Session
from app.errors import OfficeError
from app.flow.arrive import NOBODY_WAITS, take
from app.flow.inbound_by_hand import arrival_of
from app.flow.transaction import transaction
from app.messages.models import Message


def early_messages(limit: int = 200) -> list[int]:
    """Kept messages whose step waits by now, in the order in which they came."""
    query = (
        select(Message.id)
        .join(Task, Task.case_id == Message.case_id)
        .where(
            Message.direction == "in",
            Message.state == "unmatched",
            # what its form refused, or an officer has to compare, waits for a person
            Message.error == NOBODY_WAITS.msgid,
            Task.state == "open",
            Task.kind == "wait",
            Task.message == Message.channel + "/" + Message.name,
        )
    )
    return list(Session.scalars(query.order_by(Message.id).limit(limit)))


def take_early(message_id: int, now: datetime) -> bool:
    """Take a message that came early; False where a person has to see to it after all."""
    try:
        with transaction():
            message = Session.scalar(
                select(Message).where(Message.id == message_id).with_for_update(skip_locked=True)
            )
            if message is None or message.state != "unmatched":
                return False
            take(message, arrival_of(message), now)
            return True
    except OfficeError as refusal:
        with transaction():
            Session.get_one(Message, message_id).error = str(refusal.text)[:500]
        return False
