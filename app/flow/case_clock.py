"""When the office's time for a case begins: at what the process names, else when the office has the case."""

from app.cases import clock
from app.cases.deadline import Deadline
from app.cases.engine import Move
from app.flow.work import Work


def begin(work: Work, move: Move) -> None:
    """Start the office's time where this move calls for it, before letters and notices speak of the limit."""
    if work.process.due:
        _begin_limit(work)
    elif _comes_to_the_office(work, move):
        # what was planned for an earlier round is over
        work.case.clock_started_at, work.case.plan = work.now, []


def whole_limit(work: Work) -> Deadline | None:
    """The limit for the whole case, with its arithmetic as long as no pause has moved it."""
    due, started_at, due_at = work.process.due, work.case.clock_started_at, work.case.due_at
    if due is None or started_at is None or due_at is None:
        return None
    counted = clock.due(work.calendar, due.norm, started_at)
    return counted if counted.due_at == due_at else Deadline(due_at)


def _begin_limit(work: Work) -> None:
    """The whole case's limit runs from the first time that the step named in `due` ended as named there."""
    case, due, task = work.case, work.process.due, work.task
    if due is None or case.clock_started_at or task.step != due.after:
        return
    if due.outcome is None or task.outcome == due.outcome:
        case.clock_started_at = work.now
        case.due_at = clock.due(work.calendar, due.norm, work.now).due_at


def _comes_to_the_office(work: Work, move: Move) -> bool:
    """True for the first time, and when an applicant whom nobody waited for asks anew."""
    own = work.process.steps[work.task.step].clock == "office"
    if not own and not any(work.process.steps[key].clock == "office" for key in move.entered):
        return False
    asks_anew = work.task.clock == "applicant" and work.case.paused_at is None
    return asks_anew or work.case.clock_started_at is None
