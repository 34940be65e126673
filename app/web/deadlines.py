"""Deadlines as pages show them: how much working time is left, and whether that is little."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from app.cases import clock
from app.cases.calendar import WorkCalendar
from app.cases.models import Case, Task
from app.cases.office_calendar import calendar_of
from app.definitions.catalogue import current
from app.people.models import Office
from app.web.wording import arithmetic, duration

A_DAY = 450  # working minutes of a usual day: from there on whole days are told


@dataclass(frozen=True)
class Span:
    """What a deadline is counted from and to, and what has become of it."""

    entered_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None = None
    paused: bool = False
    lines: Iterable[dict[str, Any]] = ()


def of_task(task: Task, office: Office, now: datetime) -> dict[str, Any]:
    """The deadline of a task; the applicant's own time is never late."""
    paused = task.clock == "applicant" and task.state == "open"
    span = Span(task.entered_at, task.due_at, task.completed_at, paused, task.deadline)
    return shown(span, office, now)


def of_case(case: Case, now: datetime) -> dict[str, Any]:
    """The limit of a whole case."""
    paused = case.status == "waiting_for_applicant"
    return shown(Span(case.submitted_at, case.due_at, case.closed_at, paused), case.office, now)


def shown(span: Span, office: Office, now: datetime) -> dict[str, Any]:
    """A deadline as the chips of a page take it."""
    lines = arithmetic(span.lines)
    if span.due_at is None:
        return {"due_at": None, "state": "none", "left": "", "lines": lines}
    calendar = calendar_of(office, current().version)
    state = _state(span, span.due_at, now)
    open_ended = state in ("done", "done_late", "paused")
    left = "" if open_ended else time_left(calendar, span.due_at, now)
    return {"due_at": span.due_at, "state": state, "left": left, "lines": lines}


def _state(span: Span, due_at: datetime, now: datetime) -> str:
    if span.done_at:
        return "done_late" if clock.overdue(due_at, span.done_at) else "done"
    if span.paused:
        return "paused"
    if clock.overdue(due_at, now):
        return "late"
    return "near" if clock.near(span.entered_at or now, due_at, now) else "on_time"


def time_left(calendar: WorkCalendar, due_at: datetime, now: datetime) -> str:
    """The working time until, or since, a moment: hours and minutes within a day, else working days."""
    late = clock.overdue(due_at, now)
    first, last = (due_at, now) if late else (now, due_at)
    minutes = calendar.minutes_between(first, last)
    if late and not minutes:  # the office has been closed since
        return str(gettext("past the limit"))
    words = duration(minutes)
    if minutes > A_DAY:
        days = calendar.working_days_between(calendar.local_date(first), calendar.local_date(last))
        words = ngettext("%(num)d working day", "%(num)d working days", max(days, 1))
    return str(gettext("%(time)s late", time=words) if late else gettext("%(time)s left", time=words))
