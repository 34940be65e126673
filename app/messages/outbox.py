"""Put messages out: the row and the job that wakes it commit with the step that asked for them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app import jobs
from app.db import Session
from app.messages.models import Message


@dataclass(frozen=True)
class New:
    """A message to be sent; the same `dedupe_key` is never sent twice."""

    channel: str
    name: str
    dedupe_key: str
    payload: dict[str, Any] = field(default_factory=dict)
    office_id: int | None = None
    case_id: int | None = None
    correlation: str | None = None
    recipient: str = ""


def put(new: New, now: datetime) -> int | None:
    """Queue a message in this transaction; None if it is there already."""
    statement = (
        insert(Message)
        .values(
            direction="out", state="queued", attempts=0, next_at=now, created_at=now, error="", **vars(new)
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Message.id)
    )
    message_id = Session.scalar(statement)
    if message_id is not None:
        jobs.defer("send_message", message_id=message_id)
    return message_id
