"""The roads through a process: to each end, the road that leads there and what its norms add up to. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from app.cases.plan import group_of, happy_path
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
        for end, steps in _ends(process, path):
            found.setdefault(end, _road(process, end, steps))
        todo += _turns(process, path)
    return [found[key] for key in process.steps if key in found]


def _ends(process: Process, path: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The ends that steps of a path lead to by any of their ways, each with the path as far as that step."""
    for index, key in enumerate(path, 1):
        for target in process.steps[key].targets():
            if process.steps[target].kind == "end":
                yield target, path[:index]


def _turns(process: Process, path: list[str]) -> list[list[str]]:
    """The paths that leave this one at a decision, onwards to a step that it does not pass."""
    return [
        _turn(process, path[:index], target)
        for index, key in enumerate(path, 1)
        for way in list(process.steps[key].outcomes.values())[1:]
        for target in as_list(way.next)
        if target not in path and process.position(target) > process.position(key)
    ]


def _turn(process: Process, passed: list[str], target: str) -> list[str]:
    """What was passed, then happily on from `target`, at most until that comes back to what was passed."""
    return passed + list(takewhile(lambda key: key not in passed, happy_path(process, target)))


def _road(process: Process, end: str, path: list[str]) -> Road:
    """Add up the norms of a path; a norm that several rows share counts once."""
    counted = {group_of(process, key) or key: process.norm_of(key) for key in path}
    norms = [norm for norm in counted.values() if norm]
    minutes = sum(norm.minutes or 0 for norm in norms)
    return Road(end, tuple(path), minutes, sum(norm.working_days or 0 for norm in norms))
