"""A due moment with the arithmetic that led to it, as codes and data that the doors put into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Literal, NamedTuple

Line = dict[str, str | int]
Stretch = tuple[int, int]  # from and until, in minutes after local midnight
Reason = Literal["", "weekend", "closed", "holiday"]


class Day(NamedTuple):
    """What the office does on one day; without slots it is free, for a reason."""

    ordinal: int
    slots: tuple[Stretch, ...]
    minutes: int
    reason: Reason = ""
    name: str = ""

    @property
    def on(self) -> str:
        """The local date, ISO."""
        return date.fromordinal(self.ordinal).isoformat()


@dataclass(frozen=True)
class Deadline:
    """When something is due (UTC), and why."""

    due_at: datetime
    arithmetic: Sequence[Line] = ()

    def as_json(self) -> list[Line]:
        """Give the arithmetic as plain JSON, to be kept beside the due moment."""
        return [dict(line) for line in self.arithmetic]


class Arithmetic:
    """Lines being written; neighbours of one kind become one. Moments are local, with offset."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.lines: list[Line] = []

    def received(self, reason: str, start: tuple[int, int], opening: tuple[int, int]) -> None:
        """Say that a receipt outside hours counts from a later opening."""
        self.lines.append(
            {"kind": "skipped", "from": self._at(*start), "until": self._at(*opening), "reason": reason}
        )

    def skip(self, day: Day) -> None:
        """Pass over a free day."""
        last = self.lines[-1] if self.lines else {}
        if "until_on" in last and (last.get("reason"), last.get("name", "")) == (day.reason, day.name):
            last["until_on"] = day.on
            return
        line: Line = {"kind": "skipped", "from_on": day.on, "until_on": day.on, "reason": day.reason}
        self.lines.append(line | {"name": day.name} if day.name else line)

    def count(self, day: Day, n: int) -> None:
        """Count a working day as the n-th of a day norm."""
        last = self.lines[-1] if self.lines else {}
        if last.get("kind") == "day":
            last |= {"until_on": day.on, "until_n": n}
            return
        self.lines.append({"kind": "day", "on": day.on, "n": n})

    def work(self, day: Day, stretches: Sequence[Stretch]) -> None:
        """Count minutes: whole days in one line, parts of a day with their breaks."""
        if tuple(stretches) == day.slots:
            self._whole(day)
            return
        for before, (begin, end) in zip([None, *stretches], stretches, strict=False):
            if before:
                self._add("skipped", day, before[1], begin, reason="break")
            self._add("worked", day, begin, end, minutes=end - begin)

    def _whole(self, day: Day) -> None:
        last = self.lines[-1] if self.lines else {}
        if "days" in last:
            last["until"] = self._at(day.ordinal, day.slots[-1][1])
            last["minutes"] = int(last["minutes"]) + day.minutes
            last["days"] = int(last["days"]) + 1
            return
        self._add("worked", day, day.slots[0][0], day.slots[-1][1], minutes=day.minutes, days=1)

    def _add(self, kind: str, day: Day, begin: int, end: int, **more: str | int) -> None:
        span: Line = {"kind": kind, "from": self._at(day.ordinal, begin), "until": self._at(day.ordinal, end)}
        self.lines.append(span | more)

    def _at(self, ordinal: int, minute: int) -> str:
        moment = datetime.combine(date.fromordinal(ordinal), time(*divmod(minute, 60)), self.zone)
        return moment.isoformat(timespec="minutes")


def by_day(stretches: Iterable[tuple[int, int, int]]) -> dict[int, list[Stretch]]:
    """Group (day, from, until) by day."""
    grouped: dict[int, list[Stretch]] = {}
    for ordinal, begin, end in stretches:
        grouped.setdefault(ordinal, []).append((begin, end))
    return grouped
