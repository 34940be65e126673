"""The inbox: open tasks by nearest deadline, a page at a time, equally fast however many cases there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy import text as sql

from app.db import Session

PAGE = 25
BEGINNING = ("-infinity", 0)

# One short index scan for each queue: those of the roles held, and tasks that these roles may do as well.
QUEUE = """
WITH mine AS (
       SELECT * FROM unnest(CAST(:offices AS bigint[]), CAST(:roles AS text[])) AS held(office_id, role)),
     queue AS (
       SELECT t.id FROM mine CROSS JOIN LATERAL (
              SELECT task.id FROM task
               WHERE task.state = 'open' AND task.office_id = mine.office_id AND task.role = mine.role
                     AND (task.assignees IS NULL OR task.assignees @> to_jsonb(CAST(:username AS text)))
                     {asked}
               ORDER BY coalesce(task.due_at, 'infinity'::timestamptz), task.id
               LIMIT :size) AS t
        UNION
       SELECT t.id FROM mine CROSS JOIN LATERAL (
              SELECT task.id FROM task
               WHERE task.state = 'open' AND task.office_id = mine.office_id
                     AND task.also_roles @> to_jsonb(ARRAY[mine.role]) AND task.assignees IS NULL
                     {asked}
               ORDER BY coalesce(task.due_at, 'infinity'::timestamptz), task.id
               LIMIT :size) AS t)"""
_ASKED = """
                     AND (coalesce(task.due_at, 'infinity'::timestamptz), task.id)
                         > (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))
                     AND (NOT :overdue OR task.due_at < :now)
                     AND (NOT :mine OR task.claimed_by = :username)
                     AND (CAST(:clock AS text) IS NULL
                          OR (task.clock = 'applicant') = (CAST(:clock AS text) = 'applicant'))
                     AND (CAST(:case AS text) IS NULL
                          OR task.case_id = (SELECT id FROM "case" WHERE number = CAST(:case AS text)))"""
_TASKS = sql(
    QUEUE.format(asked=_ASKED)
    + """
SELECT t.id, c.number AS "case", t.step, t.no, t.title, t.role, t.kind, t.state, t.clock, t.claimed_by,
       t.due_at, t.entered_at, t.version, t.office_id, p.name AS party, c.service,
       c.deemed_due_at, c.deemed_at, c.paused_at
  FROM queue
  JOIN task t USING (id)
  JOIN "case" c ON c.id = t.case_id
  LEFT JOIN party p ON p.id = c.party_id
 ORDER BY coalesce(t.due_at, 'infinity'::timestamptz), t.id
 LIMIT :size
"""
)

_OWN = sql("""
SELECT t.id, c.number AS "case", t.step, t.no, t.title, t.role, t.kind, t.state, t.clock, t.claimed_by,
       t.due_at, t.entered_at, t.version, t.office_id, c.service,
       coalesce(c.data #>> '{application,company_name}', c.data #>> '{application,applicant_name}') AS party
  FROM "case" c
  JOIN task t ON t.case_id = c.id AND t.state = 'open' AND t.clock = 'applicant'
 WHERE (c.applicant_id = :user_id OR c.party_id = ANY(CAST(:parties AS bigint[])))
   AND (coalesce(t.due_at, 'infinity'::timestamptz), t.id)
       > (CAST(:after_at AS timestamptz), CAST(:after_id AS bigint))
   AND (CAST(:case AS text) IS NULL OR c.number = CAST(:case AS text))
 ORDER BY coalesce(t.due_at, 'infinity'::timestamptz), t.id
 LIMIT :size
""")


@dataclass(frozen=True)
class Wanted:
    """Whose tasks: roles by office (pairs), the person, from where on, and whose clock runs (None: any)."""

    pairs: tuple[tuple[int, str], ...]
    username: str
    after: str | None = None
    overdue: bool = False
    case: str | None = None
    mine: bool = False
    clock: Literal["office", "applicant"] | None = None


def tasks_for(wanted: Wanted, now: datetime) -> list[Row[Any]]:
    """One page and one row more: whether there is a next page shows without counting."""
    after_at, after_id = cursor(wanted.after)
    values = {
        "offices": [office_id for office_id, _ in wanted.pairs],
        "roles": [role for _, role in wanted.pairs],
        "username": wanted.username,
        "after_at": after_at,
        "after_id": after_id,
        "overdue": wanted.overdue,
        "case": wanted.case,
        "mine": wanted.mine,
        "clock": wanted.clock,
        "now": now,
        "size": PAGE + 1,
    }
    return list(Session.execute(_TASKS, values))


def own_tasks(
    user_id: int, parties: Iterable[int], after: str | None = None, case: str | None = None
) -> list[Row[Any]]:
    """What an applicant is asked to do: one page and one row more."""
    after_at, after_id = cursor(after)
    values = {
        "user_id": user_id,
        "parties": list(parties),
        "after_at": after_at,
        "after_id": after_id,
        "case": case,
        "size": PAGE + 1,
    }
    return list(Session.execute(_OWN, values))


def next_cursor(rows: list[Row[Any]]) -> str | None:
    """Where the next page begins, if there is one."""
    if len(rows) <= PAGE:
        return None
    last = rows[PAGE - 1]
    return f"{last.due_at.isoformat() if last.due_at else 'infinity'}|{last.id}"


def cursor(after: str | None) -> tuple[str, int]:
    """Read a cursor; a spoilt one starts from the beginning."""
    moment, _, number = (after or "").partition("|")
    if not (number.isdecimal() and len(number) < 19):
        return BEGINNING
    try:
        return (moment if moment == "infinity" else datetime.fromisoformat(moment).isoformat()), int(number)
    except ValueError:
        return BEGINNING
