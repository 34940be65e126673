"""May a running case go on by a newer revision of its process? Every reason against it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.definitions.process import Process, Step
from app.definitions.process_graph import arrows_of, reach
from app.errors import Text, text

APPLICATION = "application"


@dataclass(frozen=True)
class Standing:
    """Where a case stands: open steps, how each step it passed ended, letters by slot, answers, joins."""

    open: Sequence[str]
    passed: Mapping[str, str | None] = field(default_factory=dict)
    letters: Sequence[tuple[str, str]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    joins: Mapping[str, Sequence[str]] = field(default_factory=dict)


def ahead_of(process: Process, steps: Sequence[str]) -> set[str]:
    """The steps that may still be done, the open ones included."""
    return reach(arrows_of(process), *(key for key in steps if key in process.steps))


def obstacles(old: Process, new: Process, standing: Standing, needs: Mapping[str, str]) -> list[Text]:
    """Why a case cannot go on by `new`; nothing where step and data fit.

    `needs` are the answers that the steps ahead use and did not use before, by path, each with its step.
    """
    found = [
        *_open_steps(old, new, standing),
        *_passed_steps(new, standing),
        *_letters(new, standing),
        *_joins(new, standing),
        *_answers(new, standing, needs),
    ]
    return list({str(reason): reason for reason in found}.values())


def _open_steps(old: Process, new: Process, standing: Standing) -> Iterator[Text]:
    for key in standing.open:
        before, after = old.steps[key], new.steps.get(key)
        if after is None:
            yield text("The step “%(step)s” is not there any more.", step=before.full_title)
        elif not _is_same_stand(before, after):
            yield text("The step “%(step)s” has become something else.", step=before.full_title)


def _is_same_stand(before: Step, after: Step) -> bool:
    """A task stays a task of the same side with the same form; a wait waits for the same message."""
    return all(
        getattr(before, name) == getattr(after, name)
        for name in ("kind", "clock", "message", "form_key", "assign", "each")
    )


def _passed_steps(new: Process, standing: Standing) -> Iterator[Text]:
    """What was done must be known to the new revision: pages, separation of duties and routes ask for it."""
    for key, outcome in standing.passed.items():
        step = new.steps.get(key)
        if step is None:
            yield text("The step %(step)s, which this case has passed, is not there any more.", step=key)
        elif outcome and any(_lacks(route, key, outcome) for route in new.steps.values()):
            yield text("No way leads on from the outcome %(outcome)s that was given before.", outcome=outcome)


def _lacks(route: Step, key: str, outcome: str) -> bool:
    return route.by == key and outcome not in route.outcomes


def _letters(new: Process, standing: Standing) -> Iterator[Text]:
    for slot, letter in standing.letters:
        if slot not in new.slots or letter not in new.slots[slot].letters:
            yield text("There is no place any more for the letter %(letter)s.", letter=letter)


def _joins(new: Process, standing: Standing) -> Iterator[Text]:
    for key, arrived in standing.joins.items():
        if key not in new.steps or not set(arrived) <= set(new.steps[key].join):
            yield text("Parallel steps meet elsewhere now, and one of them is done already.")


def _answers(new: Process, standing: Standing, needs: Mapping[str, str]) -> Iterator[Text]:
    ahead = ahead_of(new, standing.open)
    for path, step in needs.items():
        asked, _, name = path.partition(".")
        if asked not in ahead and name.partition(".")[0] not in standing.data.get(asked, {}):
            title = new.steps[step].full_title
            yield text("The answer %(path)s, which “%(step)s” needs, was never asked.", path=path, step=title)
