"""The office clock: norms become deadlines, pauses keep what remains, plans chain norms row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from app.cases.calendar import WorkCalendar
from app.cases.deadline import Deadline
from app.definitions.process import Norm


@dataclass(frozen=True)
class Remaining:
    """What is left of a norm while the applicant has the case: whole working days, or working minutes.

    `today_counts`: the day of the pause was one of the days, so the day of the return is one too.
    """

    due_at: datetime
    paused_at: datetime
    minutes: int | None = None
    days: int | None = None
    today_counts: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, to be kept with the paused task."""
        moments = {"due_at": self.due_at.isoformat(), "paused_at": self.paused_at.isoformat()}
        return moments | {"minutes": self.minutes, "days": self.days, "today_counts": self.today_counts}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Remaining":
        """Read back what `as_json` wrote."""
        moments = {key: datetime.fromisoformat(kept[key]) for key in ("due_at", "paused_at")}
        return cls(**{**kept, **moments})


NEAR = 0.75  # the share of the time between entry and limit from which a limit counts as near


class Row(NamedTuple):
    """A row of a plan; rows with the same group share one norm."""

    key: str
    norm: Norm | None
    group: str | None = None


def days_of(norm: Norm) -> int | None:
    """Tell the working days a norm allows; the elapsed bound wins, since minutes beside it are effort."""
    return norm.within_days or norm.working_days


def due(calendar: WorkCalendar, norm: Norm, entered_at: datetime) -> Deadline:
    """Tell when a task entered at this moment is due; ValueError for a norm that measures nothing."""
    days = days_of(norm)
    if days is not None:
        return calendar.add_days(entered_at, days)
    if norm.minutes is None:
        raise ValueError("a norm without a measure has no deadline")
    return calendar.add_minutes(entered_at, norm.minutes)


def pause(calendar: WorkCalendar, norm: Norm, due_at: datetime, paused_at: datetime) -> Remaining:
    """Stop the clock; what is already overdue has nothing left."""
    days = days_of(norm)
    if days is None:
        left = calendar.minutes_between(paused_at, due_at)
        return Remaining(due_at, paused_at, minutes=max(0, left))
    ahead = calendar.working_days_between(calendar.day_of_receipt(paused_at), _due_day(calendar, due_at))
    if ahead < 0 or overdue(due_at, paused_at):
        return Remaining(due_at, paused_at, days=0)
    today_counts = ahead < days
    return Remaining(due_at, paused_at, days=ahead + today_counts, today_counts=today_counts)


def resume(calendar: WorkCalendar, remaining: Remaining, resumed_at: datetime) -> Deadline:
    """Go on with what remained; what was overdue stays overdue by as much as it was."""
    if overdue(remaining.due_at, remaining.paused_at):
        span = (remaining.paused_at, resumed_at)
        return _extend(calendar, remaining.due_at, span, by_days=remaining.days is not None)
    if remaining.days is not None:
        return calendar.add_days(resumed_at, remaining.days, today_counts=remaining.today_counts)
    return calendar.add_minutes(resumed_at, remaining.minutes or 0)


def extend(
    calendar: WorkCalendar, norm: Norm, limit_at: datetime, paused_at: datetime, resumed_at: datetime
) -> Deadline:
    """Move a limit (the case's) by a pause, in the unit of the paused norm: whole working days or minutes."""
    return _extend(calendar, limit_at, (paused_at, resumed_at), by_days=days_of(norm) is not None)


def chain(calendar: WorkCalendar, start: datetime, rows: Iterable[Row]) -> list[tuple[str, Deadline]]:
    """Plan rows one after the other from a moment; a row without norm takes no time and is left out.

    A group's norm runs from the entry of its first row, and all its rows are due at its end.
    """
    plan: list[tuple[str, Deadline]] = []
    groups: dict[str, Deadline] = {}
    entered_at = start
    for key, norm, group in rows:
        deadline = groups.get(group) if group else None
        if deadline is None and norm is not None:
            deadline = due(calendar, norm, entered_at)
        if deadline is None:
            continue
        if group:
            groups[group] = deadline
        plan.append((key, deadline))
        entered_at = max(entered_at, deadline.due_at)
    return plan


def progress(calendar: WorkCalendar, entered_at: datetime, due_at: datetime, now: datetime) -> float:
    """Tell the share of the working time between entry and due moment that has gone by, from 0 to 1."""
    whole = calendar.minutes_between(entered_at, due_at)
    if whole <= 0:
        return float(now >= due_at)
    return min(1.0, max(0.0, calendar.minutes_between(entered_at, now) / whole))


def overdue(due_at: datetime, now: datetime) -> bool:
    """Tell whether the due moment has passed; work done at that very moment is in time."""
    return now > due_at


def near(entered_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Tell whether most of the time until the limit is gone, nights included: as queries can tell, too."""
    return now - entered_at >= (due_at - entered_at) * NEAR


def effort(calendar: WorkCalendar, intervals: Sequence[tuple[datetime, datetime]]) -> int:
    """Count the working minutes that intervals cover, an overlap once."""
    total = 0
    until: datetime | None = None
    for begin, end in sorted(intervals):
        begin = begin if until is None else max(begin, until)
        if end > begin:
            total += calendar.minutes_between(begin, end)
            until = end
    return total


def _extend(
    calendar: WorkCalendar, limit_at: datetime, span: tuple[datetime, datetime], *, by_days: bool
) -> Deadline:
    if span[1] <= span[0]:  # the clock was put back in between: as if there had been no pause
        span = (span[0], span[0])
    if not by_days:
        return calendar.add_minutes(limit_at, calendar.minutes_between(*span))
    return calendar.shift_days(limit_at, calendar.working_days_between(*map(calendar.day_of_receipt, span)))


def _due_day(calendar: WorkCalendar, due_at: datetime) -> date:
    """Find the day a limit falls on: its own, or the next working day when it has become free."""
    on = calendar.local_date(due_at)
    return on if calendar.is_working_day(on) else calendar.day_of_receipt(due_at)
