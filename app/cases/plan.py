"""The plan of a case: the rows it will pass if all goes well, chained by their norms. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.cases.calendar import WorkCalendar
from app.cases.clock import Row, chain
from app.definitions.process import Process, as_list


def happy_path(process: Process, first: str) -> list[str]:
    """The steps from `first` on when every decision takes its first way out; branches in printed order."""
    return list(_walk(process, first, set()))


def plan(
    process: Process, calendar: WorkCalendar, started_at: datetime, path: list[str]
) -> list[dict[str, Any]]:
    """Chain the norms of `path` from `started_at`; a group of rows shares one norm and one end."""
    rows = [Row(key, process.norm_of(key), group_of(process, key)) for key in path]
    return [
        {"step": key, "no": process.steps[key].no, "until": deadline.due_at.isoformat()}
        for key, deadline in chain(calendar, started_at, rows)
    ]


def replanned_path(process: Process, path: list[str], left: str, entered: str) -> list[str]:
    """The path when the case leaves the plan: as far as `left`, then happily on from `entered`.

    A way that leads back to what was passed already is a detour: the plan stands.
    """
    if entered in path:
        return path
    passed = path[: path.index(left) + 1 if left in path else len(path)]
    ahead = happy_path(process, entered)
    if next((key for key in ahead if key in path), None) in passed:
        return path
    return passed + ahead


def limit(process: Process, rows: list[dict[str, Any]]) -> datetime | None:
    """When a planned case is due: with the last row the office can do; the applicant's own come after."""
    own = [row for row in rows if not _is_applicants(process, row["step"])]
    return datetime.fromisoformat(own[-1]["until"]) if own else None


def _is_applicants(process: Process, key: str) -> bool:
    step = process.steps[key]
    actors = [process.actors[name].kind for name in [*as_list(step.actor), *step.also]]
    return bool(actors) and set(actors) == {"applicant"}


def group_of(process: Process, key: str) -> str | None:
    """The norm that a row shares with others, by its key."""
    norm = process.steps[key].norm
    return norm if isinstance(norm, str) else None


def _walk(process: Process, key: str, seen: set[str]) -> Iterator[str]:
    step = process.steps[key]
    if key in seen or step.kind == "end" or not set(step.join) <= seen:
        return
    seen.add(key)
    yield key
    way = next(iter(step.outcomes.values())).next if step.outcomes else step.next
    for target in as_list(way):
        yield from _walk(process, target, seen)
