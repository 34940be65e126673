"""The arrows of a process: where they lead, what cannot be reached, and where parallel branches meet."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from app.definitions.problem import Problem
from app.definitions.process import Process, as_list
from app.errors import text

Arrows = Mapping[str, list[str]]


def arrows_of(process: Process) -> dict[str, list[str]]:
    """Where each step leads; arrows to no step are left out."""
    return {key: [to for to in step.targets() if to in process.steps] for key, step in process.steps.items()}


def reach(arrows: Arrows, *starts: str) -> set[str]:
    """Every step that can come after the given ones, these included."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        key = todo.pop()
        if key not in seen and key in arrows:
            seen.add(key)
            todo.extend(arrows[key])
    return seen


def earlier_steps(process: Process, key: str) -> set[str]:
    """Every step that can have been done before this one is, itself only where an arrow leads back to it."""
    backward = _reversed(arrows_of(process))
    return reach(backward, *backward[key])


def certain_steps(process: Process, key: str) -> set[str]:
    """Every step without which this one is never entered: what they ask is known on every way."""
    arrows = arrows_of(process)
    before = earlier_steps(process, key) - {key}
    return {each for each in before if key not in _entered(process, arrows, each)}


def _entered(process: Process, arrows: Arrows, without: str) -> set[str]:
    """The steps that a case can enter when it never leaves `without`; a join waits for all its steps."""
    entered: set[str] = set()
    todo = [process.start.first]
    while todo:
        key = todo.pop()
        if key not in entered and key != without and entered.issuperset(process.steps[key].join):
            entered.add(key)
            todo.extend(arrows[key])
    return entered


def check_arrows(process: Process) -> Iterator[Problem]:
    """Arrows to no step, steps that nothing leads to, and steps from which no end is reached."""
    yield from _check_targets(process)
    arrows = arrows_of(process)
    reached = reach(arrows, process.start.first)
    ending = reach(_reversed(arrows), *(key for key, step in process.steps.items() if step.kind == "end"))
    for key, step in process.steps.items():
        if key not in reached:
            yield Problem(f"steps.{key}", text("No arrow leads to this step."))
        elif step.kind != "end" and not arrows[key]:
            yield Problem(f"steps.{key}", text("No arrow leads on from this step."))
        elif key not in ending:
            yield Problem(f"steps.{key}", text("From this step no end can be reached."))


def check_joins(process: Process) -> Iterator[Problem]:
    """Joined steps that do not lead to their join, and parallel branches that meet without one."""
    for key, step in process.steps.items():
        for index, joined in enumerate(step.join, 1):
            if joined in process.steps and key not in process.steps[joined].targets():
                reason = text(
                    "The step %(step)s does not lead here, so this step would wait for ever.", step=joined
                )
                yield Problem(f"steps.{key}.join.{index}", reason)
        if len(step.join) == 1:
            yield Problem(f"steps.{key}.join", text("A join needs at least two steps."))
    yield from _check_entries(process)
    for path, key, branches in _forks(process):
        yield from _check_fork(process, path, key, branches)


def _check_entries(process: Process) -> Iterator[Problem]:
    """A join is entered by the joined steps, and again by returns from what can only come after it."""
    for path, key, target in [*_ways(process), *_timeouts(process)]:
        for to in as_list(target):
            step = process.steps.get(to)
            if step and step.join and key not in step.join and to not in certain_steps(process, key):
                reason = text("The step %(step)s waits for other steps and does not name this one.", step=to)
                yield Problem(path, reason)


def _check_targets(process: Process) -> Iterator[Problem]:
    for path, target in _named_arrows(process):
        if target not in process.steps:
            yield Problem(path, text("There is no step %(name)s.", name=target))


def _named_arrows(process: Process) -> Iterator[tuple[str, str]]:
    yield "start.first", process.start.first
    for path, _, target in _ways(process):
        many = isinstance(target, list)
        for index, to in enumerate(as_list(target), 1):
            yield f"{path}.{index}" if many else path, to
    for path, _, to in _timeouts(process):
        yield path, to


def _timeouts(process: Process) -> Iterator[tuple[str, str, str]]:
    """Where a case goes on when nobody ended a step in time."""
    for key, step in process.steps.items():
        if step.timeout and step.timeout.next:
            yield f"steps.{key}.timeout.next", key, step.timeout.next


def _ways(process: Process) -> Iterator[tuple[str, str, str | list[str] | None]]:
    for key, step in process.steps.items():
        yield f"steps.{key}.next", key, step.next
        for name, outcome in step.outcomes.items():
            yield f"steps.{key}.outcomes.{name}.next", key, outcome.next


def _forks(process: Process) -> Iterator[tuple[str, str, list[str]]]:
    for path, key, target in _ways(process):
        if len(as_list(target)) > 1:
            yield path, key, as_list(target)


def _check_fork(process: Process, path: str, key: str, branches: list[str]) -> Iterator[Problem]:
    if len(set(branches)) < len(branches):
        yield Problem(path, text("A step stands here twice."))
        return
    forward = _forward(process)
    meeting: set[str] = set()
    for one, other in combinations(branches, 2):
        meeting |= _meetings(forward, reach(forward, one), reach(forward, other), (one, other))
    for step in sorted(meeting, key=process.position):
        if not process.steps[step].join and process.steps[step].kind != "end":
            reason = text(
                "The parallel branches that part at %(step)s meet here; name the steps to wait for in "
                '"join".',
                step=key,
            )
            yield Problem(f"steps.{step}", reason)


def _forward(process: Process) -> dict[str, list[str]]:
    """Arrows without returns: a return closes the other branches, so nothing meets after it."""
    place = {key: index for index, key in enumerate(process.steps)}
    return {
        key: [to for to in targets if place[to] > place[key]] for key, targets in arrows_of(process).items()
    }


def _meetings(forward: Arrows, one: set[str], other: set[str], branches: tuple[str, str]) -> set[str]:
    """The steps by which two branches enter what both can reach."""
    common = one & other
    entered = {to for key in (one | other) - common for to in forward[key] if to in common}
    return entered | (common & set(branches))


def _reversed(arrows: Arrows) -> dict[str, list[str]]:
    back: dict[str, list[str]] = {key: [] for key in arrows}
    for key, targets in arrows.items():
        for target in targets:
            back[target].append(key)
    return back
