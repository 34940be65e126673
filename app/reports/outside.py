"""What is awaited from outside systems, what a person must see to, and what does not agree."""

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.cases.models import Case, Task
from app.db import Session
from app.messages.models import Message
from app.messages.models_outside import Difference, Reconciliation
from app.people.access import Person
from app.reports.lists import offices_of

MOST = 200


def awaited(person: Person) -> list[Task]:
    """Waits that are open in a person's offices, the most overdue first."""
    query = (
        select(Task)
        .where(Task.office_id.in_(offices_of(person)), Task.state == "open", Task.kind == "wait")
        .options(joinedload(Task.case).joinedload(Case.party), joinedload(Task.case).joinedload(Case.office))
        .order_by(Task.due_at.asc().nulls_last(), Task.id)
    )
    return list(Session.scalars(query.limit(MOST)))


def asked_for(tasks: list[Task]) -> dict[int, Message]:
    """The message out that each wait depends on, by task."""
    cases = {task.case_id: task for task in tasks}
    query = select(Message).where(Message.case_id.in_(cases), Message.direction == "out").order_by(Message.id)
    found: dict[int, Message] = {}
    for message in Session.scalars(query):
        for task in tasks:
            if task.case_id == message.case_id and message.payload.get("answers") == task.message:
                found[task.id] = message
    return found


def to_carry(person: Person) -> list[Message]:
    """Messages out that a person must carry, or put right, oldest first."""
    query = select(Message).where(
        Message.office_id.in_(offices_of(person)),
        Message.direction == "out",
        Message.channel != "email",
        Message.state.in_(("manual", "stopped")),
    )
    return list(Session.scalars(query.options(joinedload(Message.case)).order_by(Message.id).limit(MOST)))


def to_match(person: Person) -> list[Message]:
    """Messages in that could not be taken, oldest first; those of no known office are for all staff."""
    query = select(Message).where(
        or_(Message.office_id.in_(offices_of(person)), Message.office_id.is_(None)),
        Message.direction == "in",
        Message.state.in_(("unmatched", "refused")),
    )
    return list(Session.scalars(query.options(joinedload(Message.case)).order_by(Message.id).limit(MOST)))


def differences(person: Person) -> list[Difference]:
    """What outside systems say otherwise, oldest first."""
    query = select(Difference).where(
        Difference.office_id.in_(offices_of(person)), Difference.settled_at.is_(None)
    )
    return list(
        Session.scalars(query.options(joinedload(Difference.case)).order_by(Difference.id).limit(MOST))
    )


def last_reconciliations(person: Person) -> list[Reconciliation]:
    """The newest comparison of each office and system."""
    query = (
        select(Reconciliation)
        .where(Reconciliation.office_id.in_(offices_of(person)))
        .options(joinedload(Reconciliation.office))
        .ext(distinct_on(Reconciliation.office_id, Reconciliation.system))
        .order_by(Reconciliation.office_id, Reconciliation.system, Reconciliation.on.desc())
    )
    return list(Session.scalars(query))
