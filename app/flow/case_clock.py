"""When the office's time for a case begins: at what the process names, else when the office has the case."""

from app.cases import clock
from app.cases.deadline import Deadline
from app.cases.engine import Move
from app.definitions.process_graph import arrows_of, reach
from app.flow import deemed
from app.flow.work import Work


def begin(work: Work, move: Move) -> None:
    """Start the office's time where this move calls for it, before letters and notices speak of the limit."""
    case = work.case
    if work.process.due:
        _begin_limit(work)
    elif _ends_a_round(work, move):
        case.clock_started_at = case.due_at = case.deemed_due_at = None
    elif case.clock_started_at is None and _comes_to_the_office(work, move):
        # what was planned for an earlier round is over
        case.clock_started_at, case.plan = work.now, []
    deemed.begin(work)


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
    """True when the office does the step at hand or one that follows."""
    return any(_is_the_offices(work, key) for key in [work.task.step, *move.entered])


def _ends_a_round(work: Work, move: Move) -> bool:
    """True when an outside system's answer hands the case to an applicant who may ask the office anew."""
    if work.task.clock != "outside" or any(_clock(work, key) != "applicant" for key in move.entered):
        return False
    ahead = reach(arrows_of(work.process), *move.entered)
    return any(_is_the_offices(work, key) for key in ahead)


def _is_the_offices(work: Work, key: str) -> bool:
    return work.process.steps[key].kind == "task" and _clock(work, key) == "office"


def _clock(work: Work, key: str) -> str:
    return work.process.steps[key].clock
