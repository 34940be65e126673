"""The roads through a process: to each end, the road that leads there and what its norms add up to. Pure."""

from dataclasses import dataclass

from app.cases.plan import group_of, happy_path, replanned_path
from app.definitions.process import Process, as_list

TRIED = 200  # roads looked at before the ends not found yet are given up


@dataclass(frozen=True)
class Road:
    """A road to an end, and its effort: working minutes and working days, which are not mixed."""

    end: str
    steps: tuple[str, ...]
    minutes: int
    days: int


def roads(process: Process) -> list[Road]:
    """The first road found to each end, in the order of the ends; returns are not walked."""
    found: dict[str, Road] = {}
    todo, seen = [happy_path(process, process.start.first)], set[tuple[str, ...]]()
    while todo and len(seen) < TRIED:
        path = todo.pop(0)
        if tuple(path) in seen:
            continue
        seen.add(tuple(path))
        for end in _ends(process, path):
            found.setdefault(end, _road(process, end, path))
        todo += _turns(process, path)
    return [found[key] for key in process.steps if key in found]


def _ends(process: Process, path: list[str]) -> list[str]:
    """The ends that the last step of a path leads to by its first way out."""
    return [target for target in _first_way(process, path[-1]) if process.steps[target].kind == "end"]


def _turns(process: Process, path: list[str]) -> list[list[str]]:
    """The paths that leave this one at a decision, onwards to a step that it does not pass."""
    return [
        replanned_path(process, path, key, target)
        for key in path
        for way in list(process.steps[key].outcomes.values())[1:]
        for target in as_list(way.next)
        if target not in path and process.position(target) > process.position(key)
    ]


def _first_way(process: Process, key: str) -> list[str]:
    step = process.steps[key]
    return as_list(next(iter(step.outcomes.values())).next if step.outcomes else step.next)


def _road(process: Process, end: str, path: list[str]) -> Road:
    """Add up the norms of a path; a norm that several rows share counts once."""
    counted = {group_of(process, key) or key: process.norm_of(key) for key in path}
    norms = [norm for norm in counted.values() if norm]
    minutes = sum(norm.minutes or 0 for norm in norms)
    return Road(end, tuple(path), minutes, sum(norm.working_days or 0 for norm in norms))
