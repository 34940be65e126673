"""Close a case with its result, and ask how content its people are."""

from app.db import run
from app.flow.survey import invite
from app.flow.work import Work

_CANCEL = (
    "UPDATE task SET state = 'cancelled', version = version + 1 WHERE case_id = %(case)s AND state = 'open'"
)


def close(work: Work, result: str) -> None:
    """End the case; nothing stays open, and the clock stands."""
    case = work.case
    case.status, case.result, case.closed_at, case.paused_at = "closed", result, work.now, None
    run(_CANCEL, {"case": case.id})
    invite(work, result)
