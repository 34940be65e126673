"""A person who ends a wait by hand also settles the message whose answer it waited for."""

from sqlalchemy import select

from app.db import Session
from app.flow.work import Work
from app.messages.models import Message

OPEN = ("manual", "stopped", "queued", "unknown")


def stand_in(work: Work) -> None:
    """Settle the message that the wait just done was for."""
    if work.task.kind != "wait" or work.person.is_system:
        return
    query = select(Message).where(
        Message.case_id == work.case.id, Message.direction == "out", Message.state.in_(OPEN)
    )
    for message in Session.scalars(query.order_by(Message.id).with_for_update(skip_locked=True)):
        if message.payload.get("answers") != work.task.message:
            continue
        if message.state in ("manual", "stopped"):
            message.state, message.done_at, message.error = "done", work.now, ""
            message.answer = {"by_hand": work.person.username, "task": work.task.id}
            message.seen_by = work.person.username
        else:  # still on its way: ask the other side before it is sent
            message.state = "unknown"
