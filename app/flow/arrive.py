"""A message from an outside system arrives: the step that waits for it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.cases.models import Task
from app.db import Session
from app.errors import NotFound
from app.flow.complete import finish
from app.flow.permission import require_open
from app.flow.transaction import transaction
from app.flow.work import Given, lock_task
from app.messages.models import Message
from app.people.system import system_person


@dataclass(frozen=True)
class Arrival:
    """What came in; the same `message_id` of a system is answered once."""

    system: str
    message: str
    message_id: str
    correlation: str
    body: Mapping[str, Any] = field(default_factory=dict)


def arrive(arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Take a message in and complete the wait it answers; a repetition gets the first answer.

    Raises NotFound if nobody waits.
    """
    with transaction():
        message_id = _keep(arrival, now)
        if message_id is None:
            return _first_answer(arrival)
        task_id = waiting_task(arrival)
        if task_id is None:
            raise NotFound("No case waits for this message.")
        answer = complete_wait(task_id, arrival, now)
        message, task = Session.get_one(Message, message_id), Session.get_one(Task, task_id)
        message.answer, message.case_id, message.office_id = answer, task.case_id, task.office_id
        return answer


def waiting_task(arrival: Arrival) -> int | None:
    """The open wait that this message answers."""
    return Session.scalar(
        select(Task.id).where(
            Task.correlation == arrival.correlation,
            Task.message == f"{arrival.system}/{arrival.message}",
            Task.state == "open",
            Task.kind == "wait",
        )
    )


def complete_wait(task_id: int, arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Complete a wait with the message it waited for; the caller commits. Raises Conflict if it is over."""
    given = Given(data=arrival.body.get("data") or {}, outcome=arrival.body.get("outcome"))
    work = lock_task(task_id, system_person(arrival.system), given, now)
    require_open(work)
    return finish(work)


def _keep(arrival: Arrival, now: datetime) -> int | None:
    statement = (
        insert(Message)
        .values(
            direction="in",
            channel=arrival.system,
            name=arrival.message,
            correlation=arrival.correlation,
            dedupe_key=_key(arrival),
            payload=dict(arrival.body),
            state="done",
            attempts=1,
            recipient="",
            error="",
            created_at=now,
            done_at=now,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Message.id)
    )
    return Session.scalar(statement)


def _first_answer(arrival: Arrival) -> dict[str, Any]:
    answer = Session.scalar(select(Message.answer).where(Message.dedupe_key == _key(arrival)))
    return answer or {}


def _key(arrival: Arrival) -> str:
    return f"in:{arrival.system}:{arrival.message_id}"
