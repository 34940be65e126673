"""Close a case with its result, and ask how content its people are."""

from sqlalchemy import text as sql

from app.db import Session
from app.flow.survey import invite
from app.flow.work import Work

_CANCEL = sql(
    "UPDATE task SET state = 'cancelled', version = version + 1 WHERE case_id = :case AND state = 'open'"
)


def close(work: Work, result: str) -> None:
    """End the case; nothing stays open, and the clock stands."""
    case = work.case
    case.status, case.result, case.closed_at, case.paused_at = "closed", result, work.now, None
    Session.execute(_CANCEL, {"case": case.id})
    invite(work, result)
