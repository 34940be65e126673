"""The engine: from a process, where a case stands and how a step ended, to what happens next. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.definitions.process import Action, Process, Step, as_list

# How a step ended when it was last done in this case: what a route follows.
Taken = Callable[[str], str | None]


@dataclass(frozen=True)
class Effect:
    """An action and the step that asks for it."""

    step: str
    action: Action


@dataclass
class Move:
    """What follows from a completed step: effects in order, steps to enter, and perhaps the end."""

    effects: list[Effect] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    joins: dict[str, list[str]] = field(default_factory=dict)
    returned_to: str | None = None
    result: str | None = None


class NoSuchOutcome(ValueError):
    """The step has no such way out: a fault of the caller, since outcomes are checked at the door."""


def nothing_taken(_step: str) -> None:
    """What a new case has behind it."""


def start(process: Process) -> Move:
    """Enter the first step of a new case."""
    move = Move()
    _enter(process, process.start.first, "", move, nothing_taken)
    return move


def advance(
    process: Process,
    joins: Mapping[str, list[str]],
    key: str,
    outcome: str | None,
    taken: Taken = nothing_taken,
) -> Move:
    """Leave step `key` by `outcome` (None where the step has a single arrow)."""
    step = process.steps[key]
    move = Move(joins={join: list(arrived) for join, arrived in joins.items()})
    move.effects = [Effect(key, action) for action in step.do]
    return _go(process, key, _targets(step, outcome, key, move), move, taken)


def expire(process: Process, joins: Mapping[str, list[str]], key: str, taken: Taken = nothing_taken) -> Move:
    """Leave step `key` because its time is over; what the step does counts as done."""
    step = process.steps[key]
    move = Move(joins={join: list(arrived) for join, arrived in joins.items()})
    move.effects = [Effect(key, action) for action in step.do]
    target = step.timeout.next if step.timeout else None
    return _go(process, key, as_list(target), move, taken)


def _go(process: Process, key: str, targets: list[str], move: Move, taken: Taken) -> Move:
    back = return_target(process, key, targets)
    if back:
        move.returned_to, move.joins = back, {}
    for target in targets:
        _enter(process, target, key, move, taken)
    return move


def return_target(process: Process, key: str, targets: list[str]) -> str | None:
    """The earlier step that an arrow leads back to, if it does; a return closes the other open tasks."""
    here = process.position(key)
    return next((target for target in targets if process.position(target) < here), None)


def void_from(process: Process, returned_to: str) -> frozenset[str]:
    """The steps whose initials a return to `returned_to` voids: that step and every later one."""
    keys = list(process.steps)
    return frozenset(keys[keys.index(returned_to) :])


def _targets(step: Step, outcome: str | None, key: str, move: Move) -> list[str]:
    if not step.outcomes:
        return as_list(step.next)
    if outcome not in step.outcomes:
        raise NoSuchOutcome(f"step {key} has no outcome {outcome}")
    way = step.outcomes[outcome]
    move.effects += [Effect(key, action) for action in way.do]
    return as_list(way.next)


def _enter(process: Process, key: str, origin: str, move: Move, taken: Taken) -> None:
    step = process.steps[key]
    # what comes from elsewhere is a return from a later step: the branches have met before
    if origin in step.join and not _joined(step, key, origin, move):
        return
    if step.kind == "end":
        move.result = step.result
    elif step.is_automatic:
        move.effects += [Effect(key, action) for action in step.do]
        outcome = taken(step.by) if step.by else None
        _go(process, key, _targets(step, outcome, key, move), move, taken)
    else:
        move.entered.append(key)


def _joined(step: Step, key: str, origin: str, move: Move) -> bool:
    """Note the arrival of a branch; true when the last one has come."""
    arrived = [*move.joins.get(key, []), origin]
    if set(step.join) <= set(arrived):
        move.joins.pop(key, None)
        return True
    move.joins[key] = arrived
    return False
