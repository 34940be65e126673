"""The agenda of incoming mail: an application entered as a letter that came in, and its agenda number."""

from typing import Any

from sqlalchemy import select

from app.audit.chain import record
from app.cases.engine import Effect
from app.db import Session
from app.flow.parties import name_in
from app.flow.work import Work
from app.registers import book
from app.registers.models import RegisterEntry


def enter(work: Work, effect: Effect) -> None:
    """Enter the application in a book of the office; a case that comes by again keeps its first line."""
    which = effect.action.enter or ""
    if line_of(work, which) is not None:
        return
    answers = work.case.data.get("application", {})
    line = book.Line(
        office_id=work.case.office_id,
        book=which,
        series=which,
        on=work.calendar.local_date(work.now),
        subject=f"{work.service.title}: {name_in(answers)}",
        counterpart=str(answers.get("sender") or name_in(answers)),
        by=work.person.username,
        case_id=work.case.id,
        detail={"reference": answers.get("letter_number", ""), "note": answers.get("letter_date", "")},
    )
    entry = book.enter_plain(line, work.now)
    Session.flush()
    record(
        work.chain, f"{which}.entered", work.person.username, work.now, entry=entry.id, number=entry.number
    )


def agenda_of(work: Work) -> dict[str, Any]:
    """The agenda number of the application and its day; empty where the process does not enter it."""
    entry = line_of(work, "incoming")
    return {"number": entry.number if entry else "", "on": entry.on.isoformat() if entry else ""}


def line_of(work: Work, which: str) -> RegisterEntry | None:
    """The line of this case in a book that holds at most one."""
    query = select(RegisterEntry).where(RegisterEntry.case_id == work.case.id, RegisterEntry.book == which)
    return Session.scalar(query.order_by(RegisterEntry.id).limit(1))
