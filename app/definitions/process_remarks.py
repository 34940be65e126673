"""What an SOP should have and may go without: times, a way to refuse, other eyes on a letter."""

from collections.abc import Iterator
from itertools import combinations

from app.definitions.problem import Problem
from app.definitions.process import Process, Step
from app.errors import text

NOT_GRANTED = ("refused", "returned", "not_effective")


def remarks_on(process: Process) -> list[Problem]:
    """Remarks by the path of their step; none of them stops publishing."""
    return [*_without_norm(process), *_without_refusal(process), *_by_the_same_role(process)]


def hand_of(step: Step) -> str | None:
    """The actor whose hands do a step: its own, or who stands in for an outside system."""
    return step.actor or (step.manual.actor if step.manual else None)


def pairs(process: Process) -> Iterator[tuple[str, str]]:
    """Steps that are not for one person: the first checks the other's letter, or excludes who did it."""
    found = [(key, other) for key, step in process.steps.items() for other in step.not_by]
    for slot in process.slots:
        hands = [key for key, step in process.steps.items() if _works_on(step, slot)]
        found += [(later, earlier) for earlier, later in combinations(hands, 2)]
    yield from dict.fromkeys(pair for pair in found if all(key in process.steps for key in pair))


def _works_on(step: Step, slot: str) -> bool:
    """Whether a person answers for a letter here: drafts, initials or signs it."""
    return any(slot in (action.draft, action.initial, action.sign) for action in step.actions())


def _without_norm(process: Process) -> Iterator[Problem]:
    for key, step in process.steps.items():
        actor = process.actors.get(step.actor or "")
        if step.kind == "task" and step.no and not step.norm and actor and actor.kind == "staff":
            yield Problem(f"steps.{key}", text("No time is set: this step is never late."))


def _without_refusal(process: Process) -> Iterator[Problem]:
    ends = {key: step.result for key, step in process.steps.items() if step.kind == "end"}
    if not any(result in NOT_GRANTED for result in ends.values()):
        message = text("No way leads to a refusal or a return: every application ends here.")
        yield from (Problem(f"steps.{key}", message) for key, result in ends.items() if result == "granted")


def _by_the_same_role(process: Process) -> Iterator[Problem]:
    for later, earlier in pairs(process):
        one, other = process.steps[later], process.steps[earlier]
        hands = {hand_of(one), hand_of(other)}
        if len(hands) == 1 and None not in hands and earlier not in one.not_by and later not in other.not_by:
            message = text(
                "The same person may do “%(step)s” and check its letter here.", step=other.full_title
            )
            yield Problem(f"steps.{later}", message)
