"""The office calendar: which minutes and days count as working time, and what is due when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.cases.deadline import Arithmetic, Day, Deadline, Stretch, by_day
from app.errors import Invalid

Week = Mapping[int, Sequence[tuple[time, time]]]

_NOON = time(12)
# 37.5 hours a week (Perpres 21/2023).
USUAL_WEEK: Week = {
    **{day: ((time(7, 30), _NOON), (time(13), time(16))) for day in range(4)},
    4: ((time(7, 30), time(11, 30)), (time(13), time(16, 30))),
}
# 32.5 hours a week, from 08.00.
RAMADAN_WEEK: Week = {
    **{day: ((time(8), _NOON), (time(12, 30), time(15))) for day in range(4)},
    4: ((time(8), time(11, 30)), (time(12, 30), time(15, 30))),
}


@dataclass(frozen=True)
class HourSet:
    """Opening hours by weekday (0 = Monday); a dated set overrides, the later start wins."""

    valid_from: date | None = None
    valid_until: date | None = None
    days: Week = field(default_factory=lambda: USUAL_WEEK)

    def covers(self, on: date) -> bool:
        """Whether the set may apply on this day."""
        return (self.valid_from or date.min) <= on <= (self.valid_until or date.max)

    @property
    def rank(self) -> tuple[bool, date]:
        """Order of precedence among the sets that cover a day."""
        return self.is_dated, self.valid_from or date.min

    @property
    def is_dated(self) -> bool:
        """Whether the set has a first or a last day."""
        return (self.valid_from, self.valid_until) != (None, None)


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Working time of one office. Moments are aware and go out in UTC; the clock ticks in whole minutes.

    The last instant of a stretch (12.00, 16.00) still belongs to it. Days once looked up are remembered, so
    make a new calendar when hours or holidays change. Raises Invalid for hours that cannot be.
    """

    timezone: str = "Asia/Jakarta"
    hours: Sequence[HourSet] = (HourSet(),)
    holidays: Mapping[date, str] = field(default_factory=dict)
    works_on_joint_leave: bool = False
    joint_leave: Mapping[date, str] = field(default_factory=dict)
    _zone: ZoneInfo = field(init=False, repr=False)
    _days: dict[int, Day] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        _check_hours(self.hours)
        object.__setattr__(self, "_zone", _zone(self.timezone))

    def is_working_day(self, on: date) -> bool:
        """Whether the office opens at all on this local date."""
        return bool(self._day(on.toordinal()).slots)

    def local_date(self, moment: datetime) -> date:
        """Tell the date on the office's wall."""
        return date.fromordinal(self._local(moment)[0])

    def local_time(self, moment: datetime) -> datetime:
        """The moment as the office's wall clock shows it."""
        return moment.astimezone(self._zone)

    def next_opening(self, moment: datetime) -> datetime:
        """Return the moment itself (to the minute) while the office is open, else its next opening."""
        return self._utc(*self._opening(*self._local(moment)))

    def day_of_receipt(self, moment: datetime) -> date:
        """Tell the working day a receipt at this moment counts for."""
        return date.fromordinal(self._opening(*self._local(moment))[0])

    def closing(self, on: date) -> datetime:
        """When the office closes on a working day; ValueError on a free day."""
        slots = self._day(on.toordinal()).slots
        if not slots:
            raise ValueError(f"{on} is not a working day")
        return self._utc(on.toordinal(), slots[-1][1])

    def add_minutes(self, start: datetime, minutes: int) -> Deadline:
        """Find what is due after so many working minutes; an end at the start of a break stays there."""
        if minutes < 0:
            raise ValueError("working minutes cannot be negative")
        received = self._local(start)
        opening = self._opening(*received)
        stretches = list(self._stretches(*opening, minutes))
        last, _, minute = stretches[-1] if stretches else (*opening, opening[1])
        worked = by_day(stretches)
        lines = self._received(received, opening)
        for day in self._span(received[0], last):
            if not day.slots:
                lines.skip(day)
            elif day.ordinal in worked:
                lines.work(day, worked[day.ordinal])
        return Deadline(self._utc(last, minute), lines.lines)

    def add_days(self, start: datetime, n: int, *, today_counts: bool = False) -> Deadline:
        """Find closing time of the n-th working day, counted from the next one (or from today)."""
        if n < 0:
            raise ValueError("working days cannot be negative")
        received = self._local(start)
        opening = self._opening(*received)
        is_late = received[0] != opening[0]
        lines = self._received(received, opening) if is_late else Arithmetic(self._zone)
        for day in self._span(received[0], opening[0] - 1):
            if not day.slots:
                lines.skip(day)
        last = self._count_days(lines, opening[0] + (not today_counts), n)
        return Deadline(self.closing(date.fromordinal(last or opening[0])), lines.lines)

    def shift_days(self, moment: datetime, n: int) -> Deadline:
        """Keep the working minute of the day, n working days later; closing time stays closing time."""
        ordinal, minute = self._local(moment)
        day = self._day(ordinal)
        worked = _overlap(day.slots, 0, minute)
        shifted = self.add_days(moment, n)
        if worked == day.minutes:
            return shifted
        target = self._day(self._local(shifted.due_at)[0])
        opening = self._utc(target.ordinal, target.slots[0][0])
        return Deadline(
            self.add_minutes(opening, min(worked, target.minutes)).due_at,
            shifted.arithmetic,
        )

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Count working minutes from a to b; negative when b is earlier."""
        if b < a:
            return -self.minutes_between(b, a)
        (first, begin), (last, end) = self._local(a), self._local(b)
        if first == last:
            return _overlap(self._day(first).slots, begin, end)
        whole = sum(day.minutes for day in self._span(first + 1, last - 1))
        return _overlap(self._day(first).slots, begin, 1440) + whole + _overlap(self._day(last).slots, 0, end)

    def working_days_between(self, a: date, b: date) -> int:
        """Count working days after local date a, up to and with b; negative when b is earlier."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(1 for day in self._span(a.toordinal() + 1, b.toordinal()) if day.slots)

    def _day(self, ordinal: int) -> Day:
        day = self._days.get(ordinal)
        if day is None:
            day = self._days[ordinal] = self._look_up(date.fromordinal(ordinal))
        return day

    def _look_up(self, on: date) -> Day:
        slots = max((hours for hours in self.hours if hours.covers(on)), key=lambda hours: hours.rank).days
        opens = tuple((_minute(begin), _minute(end)) for begin, end in slots.get(on.weekday(), ()))
        name = self.holidays.get(on) or ("" if self.works_on_joint_leave else self.joint_leave.get(on, ""))
        if not opens:
            return Day(on.toordinal(), (), 0, "weekend" if on.weekday() > 4 else "closed")
        if name:
            return Day(on.toordinal(), (), 0, "holiday", name)
        return Day(on.toordinal(), opens, sum(end - begin for begin, end in opens))

    def _span(self, first: int, last: int) -> Iterator[Day]:
        return map(self._day, range(first, last + 1))

    def _stretches(self, ordinal: int, minute: int, left: int) -> Iterator[tuple[int, int, int]]:
        while left:
            for begin, end in self._day(ordinal).slots:
                begin = max(begin, minute)
                take = min(left, end - begin)
                if take > 0:
                    yield ordinal, begin, begin + take
                    left -= take
            ordinal, minute = ordinal + 1, 0

    def _count_days(self, lines: Arithmetic, ordinal: int, n: int) -> int | None:
        counted = 0
        last = None
        while counted < n:
            day = self._day(ordinal)
            if day.slots:
                counted, last = counted + 1, ordinal
                lines.count(day, counted)
            else:
                lines.skip(day)
            ordinal += 1
        return last

    def _opening(self, ordinal: int, minute: int) -> tuple[int, int]:
        while True:
            for begin, end in self._day(ordinal).slots:
                if minute <= end:
                    return ordinal, max(begin, minute)
            ordinal, minute = ordinal + 1, 0

    def _received(self, start: tuple[int, int], opening: tuple[int, int]) -> Arithmetic:
        lines = Arithmetic(self._zone)
        slots = self._day(start[0]).slots
        if start != opening:
            in_break = start[0] == opening[0] and start[1] > slots[0][0]
            lines.received("break" if in_break else "outside_hours", start, opening)
        return lines

    def _local(self, moment: datetime) -> tuple[int, int]:
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        local = moment.astimezone(self._zone)
        return local.toordinal(), local.hour * 60 + local.minute

    def _utc(self, ordinal: int, minute: int) -> datetime:
        local = datetime.combine(date.fromordinal(ordinal), time(*divmod(minute, 60)), self._zone)
        return local.astimezone(UTC)


def hour_sets(rows: Iterable[tuple[date | None, date | None, int, time, time]]) -> list[HourSet]:
    """Gather rows (valid_from, valid_until, weekday, opens, closes) into sets, the usual one if missing."""
    sets: dict[tuple[date | None, date | None], dict[int, list[tuple[time, time]]]] = {}
    for valid_from, valid_until, weekday, opens, closes in rows:
        sets.setdefault((valid_from, valid_until), {}).setdefault(weekday, []).append((opens, closes))
    found = [
        HourSet(*dates, {day: sorted(slots) for day, slots in days.items()}) for dates, days in sets.items()
    ]
    return found if any(not hours.is_dated for hours in found) else [HourSet(), *found]


def ramadan_hours(valid_from: date, valid_until: date) -> HourSet:
    """Shorten the hours for Ramadan, between two dates."""
    return HourSet(valid_from, valid_until, RAMADAN_WEEK)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _overlap(slots: Iterable[Stretch], begin: int, end: int) -> int:
    return sum(max(0, min(until, end) - max(since, begin)) for since, until in slots)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise Invalid("There is no time zone called %(name)s.", name=name) from error


def _check_hours(hours: Sequence[HourSet]) -> None:
    # Without these two, the search for the next opening might never end.
    if all(each.is_dated for each in hours) or not all(any(each.days.values()) for each in hours):
        raise Invalid("Office hours need one set without dates, and a working day in every set.")
    for slots in (slots for each in hours for slots in each.days.values()):
        edges = [edge for slot in slots for edge in slot]
        if edges != sorted(set(edges)):
            raise Invalid("Opening hours must end after they begin and must not overlap.")
