"""Background jobs, deferred by name only and inside the step's own transaction."""

from datetime import datetime
from typing import Any, LiteralString

from psycopg.types.json import Jsonb
from sqlalchemy import make_url

from app.db import run

# One INSERT instead of procrastinate's deferrer: a third of the cost, and a job that already waits under the
# same queueing lock is left alone, where the deferrer's unique violation would abort the whole step.
_DEFER: LiteralString = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES ('default', %s, %s, %s, %s, %s, %s)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    RETURNING id
"""


def defer(
    name: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    schedule_at: datetime | None = None,
    priority: int = 0,
    **args: Any,
) -> int | None:
    """Add a job to the session's transaction: it exists when the step commits, and vanishes with a roll-back.

    Jobs of one `lock` run one after the other. Returns None where one of this `queueing_lock` waits already;
    that one may be taken by a worker before this step commits, so what it does must also be swept.
    `schedule_at` is counted by the database's clock.
    """
    if schedule_at is not None and schedule_at.tzinfo is None:
        raise ValueError("schedule_at must be an aware moment")
    values = (name, priority, lock, queueing_lock, Jsonb(args), schedule_at)
    row = run(_DEFER, values).fetchone()
    return row[0] if row else None


def conninfo(url: str) -> str:
    """Write a database address without SQLAlchemy's driver name, as psycopg and procrastinate read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
