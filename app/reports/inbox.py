"""Which queues a person works: the roles held, office by office."""

from sqlalchemy import select

from app.db import Session
from app.people.access import Person
from app.people.models import Office


def pairs_of(
    person: Person, role: str | None = None, office: str | None = None
) -> tuple[tuple[int, str], ...]:
    """Pairs of office and role whose queues are this person's, narrowed to one role or office."""
    offices = Session.execute(select(Office.id, Office.key)).tuples().all()
    return tuple(
        (office_id, held)
        for office_id, key in offices
        if office in (None, "", key)
        for held in sorted(person.roles_in(office_id))
        if role in (None, "", held)
    )
