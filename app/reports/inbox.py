"""Which queues a person works: the roles held, office by office, and how much waits in them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy import text as sql

from app.cases.clock import NEAR
from app.db import Session
from app.people.access import Person
from app.people.models import Office

COUNTED = 500  # nobody needs to know more exactly how full an inbox is

_COUNT = sql("""
SELECT count(*) AS total,
       count(*) FILTER (WHERE due_at < :now AND clock <> 'applicant') AS late,
       count(*) FILTER (WHERE due_at >= :now AND clock <> 'applicant'
                          AND :now >= entered_at + (due_at - entered_at) * :near) AS near,
       count(*) FILTER (WHERE claimed_by = :username) AS mine
  FROM unnest(CAST(:offices AS bigint[]), CAST(:roles AS text[])) AS own(office_id, role)
 CROSS JOIN LATERAL (
       SELECT entered_at, due_at, clock, claimed_by FROM task
        WHERE task.state = 'open' AND task.office_id = own.office_id AND task.role = own.role
          AND (task.assignees IS NULL OR task.assignees @> to_jsonb(CAST(:username AS text)))
        ORDER BY coalesce(task.due_at, 'infinity'::timestamptz), task.id
        LIMIT :most) AS t
""")


class Counts(NamedTuple):
    """How many tasks wait: in all, past their limit, soon at it, and taken by oneself."""

    total: int
    late: int
    near: int
    mine: int


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
        "most": COUNTED,
    }
    return Counts(*Session.execute(_COUNT, values).one())


def offices_of(person: Person) -> list[Office]:
    """The offices on whose staff a person is."""
    rows = Session.scalars(select(Office).order_by(Office.short_name))
    return [office for office in rows if person.works_in(office.id)]
