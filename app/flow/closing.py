"""Close a case with its result, and ask how content its people are."""

from sqlalchemy import update

from app.cases.models import Task
from app.db import Session
from app.flow.survey import invite
from app.flow.work import Work


def close(work: Work, result: str) -> None:
    """End the case; nothing stays open, and the clock stands."""
    case = work.case
    case.status, case.result, case.closed_at, case.paused_at = "closed", result, work.now, None
    Session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.state == "open")
        .values(state="cancelled", version=Task.version + 1)
    )
    invite(work, result)
