"""Which queues a person works: the roles held, office by office, and how much waits in them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy import text as sql

from app.cases.clock import NEAR
from app.cases.inbox import QUEUE
from app.db import Session
from app.people.access import Person
from app.people.models import Office

COUNTED = 500  # nobody needs to know more exactly how full an inbox is

_COUNT = sql(
    QUEUE.format(asked="")
    + """
SELECT count(*) FILTER (WHERE clock <> 'applicant') AS total,
       count(*) FILTER (WHERE due_at < :now AND clock <> 'applicant') AS late,
       count(*) FILTER (WHERE due_at >= :now AND clock <> 'applicant'
                          AND :now >= entered_at + (due_at - entered_at) * :near) AS near,
       count(*) FILTER (WHERE claimed_by = :username) AS mine,
       count(*) FILTER (WHERE clock = 'applicant') AS applicant
  FROM queue JOIN task USING (id)
"""
)


class Counts(NamedTuple):
    """How many tasks wait for the office: in all, past their limit, soon at it, taken by oneself.

    `applicant` are those that wait for the applicant, whom one may help at the counter.
    """

    total: int
    late: int
    near: int
    mine: int
    applicant: int


def pairs_of(
    person: Person, role: str | None = None, office: str | None = None
) -> tuple[tuple[int, str], ...]:
    """Pairs of office and role whose queues are this person's, narrowed to one role or office."""
    offices = Session.execute(select(Office.id, Office.key)).all()
    return tuple(
        (office_id, held)
        for office_id, key in offices
        if office in (None, "", key)
        for held in sorted(person.roles_in(office_id))
        if role in (None, "", held)
    )


def counts(pairs: tuple[tuple[int, str], ...], username: str, now: datetime) -> Counts:
    """Count what waits, the nearest deadlines of each queue only where there are very many."""
    values = {
        "offices": [office_id for office_id, _ in pairs],
        "roles": [role for _, role in pairs],
        "username": username,
        "now": now,
        "near": NEAR,
        "size": COUNTED,
    }
    return Counts(*Session.execute(_COUNT, values).one())


def offices_of(person: Person) -> list[Office]:
    """The offices on whose staff a person is."""
    rows = Session.scalars(select(Office).order_by(Office.short_name))
    return [office for office in rows if person.works_in(office.id)]
