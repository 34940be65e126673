"""The time for corrections: remind the applicant, close a file that nobody completes, and give more time."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases import clock
from app.cases.engine import Move
from app.cases.models import Case, CorrectionRound, Task
from app.db import Session
from app.definitions.process import Norm
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow import closing
from app.flow.corrections import asked_in
from app.flow.sending import write_notice
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, work_on
from app.people.access import Person
from app.people.system import system_person

UNANSWERED = "expired"
MOST_DAYS = 60


def begin(work: Work, move: Move) -> None:
    """A file goes back to its applicant: from now on the service's days for reminders and closing count."""
    times = work.service.correction_time
    steps = [key for key in move.entered if work.process.steps[key].clock == "applicant"]
    if times is None or not asks(move) or not steps:
        return
    row = CorrectionRound(case_id=work.case.id, step=steps[0], asked_at=work.now, reminded=0)
    row.closes_at = _after(work, work.now, times.close_after) if times.close_after else None
    row.next_at = _next(work, row)
    Session.add(row)


def asks(move: Move) -> bool:
    """True where a move asks the applicant to put something right."""
    return any(effect.action.ask_correction for effect in move.effects)


def end(work: Work) -> None:
    """The applicant has sent the corrections: nothing more to remind of."""
    for row in _running(work.case.id):
        row.next_at = None


def due_rounds(now: datetime, limit: int = 200) -> list[int]:
    """Rounds whose next reminder or closing has come."""
    query = select(CorrectionRound.id).where(CorrectionRound.next_at <= now)
    return list(Session.scalars(query.order_by(CorrectionRound.next_at).limit(limit)))


def see_to(round_id: int, now: datetime) -> None:
    """Remind, or close the case; once each, whoever comes second finds it done."""
    with transaction():
        case_id = Session.scalar(select(CorrectionRound.case_id).where(CorrectionRound.id == round_id))
        if case_id is None:
            return
        work = _work(lock_case(case_id), system_person("timer"), Given(), now)
        row = Session.get_one(CorrectionRound, round_id, populate_existing=True)
        if row.next_at is None or row.next_at > now:
            return
        if work.case.status != "waiting_for_applicant" or not asked_in(case_id):
            row.next_at = None
        elif row.closes_at and row.closes_at <= now:
            _close(work, row)
        else:
            _remind(work, row)


def give_time(person: Person, number: str, days: int, reason: str, now: datetime) -> Case:
    """Give the applicant that many working days from now; a case closed for want of an answer opens again."""
    if not 1 <= days <= MOST_DAYS:
        wrong = text("Enter from 1 to %(n)d working days.", n=MOST_DAYS)
        raise Invalid(wrong.msgid, errors={"days": [wrong]}, n=MOST_DAYS)
    if not reason.strip():
        raise Invalid("Give the reason.", errors={"reason": [text("Give the reason.")]})
    with transaction():
        found = Session.scalar(select(Case.id).where(Case.number == number))
        if found is None:
            raise NotFound("There is no such case.")
        work = _work(lock_case(found), person, Given(note=reason), now)
        row = _last_round(work)
        _require_may(work)
        was_closed = work.case.status == "closed"
        if was_closed:
            _open_again(work, row)
        row.closes_at = work.task.due_at = _after(work, now, days)
        work.task.deadline, work.task.version = [], work.task.version + 1
        row.next_at = row.closes_at
        action = "case.reopened" if was_closed else "case.more_time"
        record(work.chain, action, person.username, now, reason=reason.strip(), days=days)
        write_notice(work, "more_time", f"-{row.closes_at.isoformat()}")
        return work.case


def may_give_time(person: Person, case: Case) -> bool:
    """True for the officers whose step had sent the file back, and for the head of the office."""
    asking = Session.scalars(
        select(Task.role).where(Task.case_id == case.id, Task.clock == "office", Task.state == "done")
    )
    return any(person.holds(role, case.office_id) for role in {*asking, "head_of_office"})


def can_have_time(case: Case) -> bool:
    """True while corrections are asked for, or after the case was closed for want of them."""
    waits = case.status == "waiting_for_applicant" or (case.status, case.result) == ("closed", UNANSWERED)
    query = select(CorrectionRound.id).where(CorrectionRound.case_id == case.id).limit(1)
    return waits and bool(asked_in(case.id)) and Session.scalar(query) is not None


def _close(work: Work, row: CorrectionRound) -> None:
    row.next_at, row.closed_at = None, work.now
    paused_at = work.case.paused_at
    closing.close(work, UNANSWERED)
    work.case.paused_at = paused_at  # the office's time stood still when it was closed, and still does
    write_notice(work, "closed_unanswered", f"-{row.id}-{row.closes_at}")
    record(work.chain, "case.closed", "timer", work.now, reason="corrections unanswered")


def _remind(work: Work, row: CorrectionRound) -> None:
    row.reminded += 1
    row.next_at = _next(work, row)
    write_notice(work, "correction_reminder", f"-{row.id}-{row.reminded}")
    record(work.chain, "correction.reminded", "timer", work.now, count=row.reminded)


def _open_again(work: Work, row: CorrectionRound) -> None:
    case = work.case
    case.status, case.result, case.closed_at = "waiting_for_applicant", None, None
    row.closed_at = None
    work.task.state = "open"


def _next(work: Work, row: CorrectionRound) -> datetime | None:
    """The next reminder before the closing, else the closing."""
    times = work.service.correction_time
    ahead = sorted(times.remind_after)[row.reminded :] if times else []
    moment = _after(work, row.asked_at, ahead[0]) if ahead else None
    return min((each for each in (moment, row.closes_at) if each), default=None)


def _after(work: Work, start: datetime, days: int) -> datetime:
    return clock.due(work.calendar, Norm(working_days=days), start).due_at


def _running(case_id: int) -> list[CorrectionRound]:
    query = select(CorrectionRound).where(
        CorrectionRound.case_id == case_id, CorrectionRound.next_at.is_not(None)
    )
    return list(Session.scalars(query))


def _last_round(work: Work) -> CorrectionRound:
    query = select(CorrectionRound).where(CorrectionRound.case_id == work.case.id)
    row = Session.scalar(query.order_by(CorrectionRound.id.desc()).limit(1))
    if row is None or not can_have_time(work.case):
        raise Conflict("This case does not wait for corrections.")
    return row


def _require_may(work: Work) -> None:
    if not may_give_time(work.person, work.case):
        raise Forbidden("You may not give more time in this case.")


def _work(case: Case, person: Person, given: Given, now: datetime) -> Work:
    """The case at the applicant's task that answers the corrections, open or closed with the case."""
    query = select(Task).where(Task.case_id == case.id, Task.clock == "applicant").order_by(Task.id.desc())
    return work_on(case, Session.scalars(query.limit(1)).one(), person, given, now)
