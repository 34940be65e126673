"""What must hold inside one process, whatever else exists: names, kinds of steps, letters' slots, arrows."""

from collections.abc import Callable, Container, Iterator
from dataclasses import replace

from app.definitions.problem import Problem
from app.definitions.process import DOUBT, Action, Process, Step, as_list
from app.definitions.process_graph import certain_steps, check_arrows, check_joins
from app.errors import Text, text

NO_STEP = text("There is no step %(name)s.")
NO_ACTOR = text("There is no actor %(name)s.")
NO_NORM = text("There is no norm %(name)s.")
EFFECTS = tuple(name for name in Action.model_fields if name != "letter")


def check_process(process: Process) -> list[Problem]:
    """Every problem of a process that can be found without looking at any other definition."""
    return [problem for check in _CHECKS for problem in check(process)]


def actions_of(process: Process) -> Iterator[tuple[str, Action]]:
    """Every action with its path."""
    for key, step in process.steps.items():
        for index, action in enumerate(step.do, 1):
            yield f"steps.{key}.do.{index}", action
        for name, outcome in step.outcomes.items():
            for index, action in enumerate(outcome.do, 1):
                yield f"steps.{key}.outcomes.{name}.do.{index}", action


def _check_start(process: Process) -> Iterator[Problem]:
    if not process.start.by:
        yield Problem("start.by", text("Say who may open a case."))
    if not any(step.kind == "end" for step in process.steps.values()):
        yield Problem("steps", text("The process has no end."))
    if process.due:
        yield from _unknown("due.after", [process.due.after], process.steps, NO_STEP)
        after = process.steps.get(process.due.after)
        if after and process.due.outcome and process.due.outcome not in after.outcomes:
            reason = text("The step has no outcome %(name)s.", name=process.due.outcome)
            yield Problem("due.outcome", reason)


def _check_actors(process: Process) -> Iterator[Problem]:
    yield from _unknown("start.by", process.start.by, process.actors, NO_ACTOR)
    for key, step in process.steps.items():
        at = f"steps.{key}"
        yield from _unknown(f"{at}.also", step.also, process.actors, NO_ACTOR)
        yield from _unknown(f"{at}.actor", as_list(step.actor), process.actors, NO_ACTOR, single=True)
        if step.manual:
            yield from _unknown(
                f"{at}.manual.actor", [step.manual.actor], process.actors, NO_ACTOR, single=True
            )
        if step.timeout:
            alert = as_list(step.timeout.alert)
            yield from _unknown(f"{at}.timeout.alert", alert, process.actors, NO_ACTOR, single=True)
        if step.kind == "task" and not step.actor:
            yield Problem(at, text("Say who does this step."))


def _check_names(process: Process) -> Iterator[Problem]:
    for key, step in process.steps.items():
        at = f"steps.{key}"
        if isinstance(step.norm, str):
            yield from _unknown(f"{at}.norm", [step.norm], process.norms, NO_NORM, single=True)
        yield from _unknown(f"{at}.not_by", step.not_by, process.steps, NO_STEP)
        yield from _unknown(f"{at}.join", step.join, process.steps, NO_STEP)
        yield from _unknown(f"{at}.by", as_list(step.by), process.steps, NO_STEP, single=True)
        if key in step.not_by:
            yield Problem(f"{at}.not_by", text("A step cannot exclude the person who does it."))


def _unknown(
    path: str, names: list[str], known: Container[str], reason: Text, single: bool = False
) -> Iterator[Problem]:
    for index, name in enumerate(names, 1):
        if name not in known:
            yield Problem(
                path if single or len(names) == 1 else f"{path}.{index}",
                replace(reason, params={"name": name}),
            )


def _check_steps(process: Process) -> Iterator[Problem]:
    printed = any(step.no for step in process.steps.values())
    for key, step in process.steps.items():
        yield from (Problem(f"steps.{key}{path}", reason) for path, reason in _KINDS[step.kind](step))
        yield from (Problem(f"steps.{key}{path}", reason) for path, reason in _ways_out(step))
        if printed and not step.no and not step.interpretation and step.kind != "end":
            reason = text('This step is not printed in the SOP: say under "interpretation" why it is there.')
            yield Problem(f"steps.{key}", reason)


def _ways_out(step: Step) -> Iterator[tuple[str, Text]]:
    if step.next and step.outcomes:
        yield ".next", text('Give either "next" or "outcomes", not both.')
    if step.decide and not step.outcomes:
        yield ".decide", text("A table decides here, but the step has no outcomes.")
    if step.assign and not step.actor:
        yield ".assign", text("Persons can only be assigned to a step with an actor.")
    if step.result and step.kind != "end":
        yield ".result", text("Only an end has a result.")
    if step.by and step.kind != "route":
        yield ".by", text('Only a step of the kind "route" follows an earlier decision.')


def _end(step: Step) -> Iterator[tuple[str, Text]]:
    if not step.result:
        yield "", text("An end needs a result.")
    if any(step.targets()):
        yield "", text("No arrow may lead on from an end.")
    if step.form or step.decide or step.do:
        yield "", text("Nothing is done at an end: remove its form, its decision and its deeds.")


def _wait(step: Step) -> Iterator[tuple[str, Text]]:
    """An outside system may be down for days: a person can always stand in, and somebody is told."""
    if not step.message:
        yield "", text("Say which message this step waits for.")
    if not step.manual:
        yield "", text('A step that waits for an outside system needs a manual way ("manual").')
    if not step.timeout:
        yield "", text('A step that waits for an outside system needs a time limit ("timeout").')
    elif not (step.timeout.next or step.timeout.alert):
        yield ".timeout", text("Say what happens after the time limit: an arrow, an alert, or both.")


def _send(step: Step) -> Iterator[tuple[str, Text]]:
    """Nobody stops at a sending step: the case goes on at once, and the outbox sees to the message."""
    if not step.do:
        yield "", text("Say what this step sends.")
    if step.outcomes or step.form or step.decide:
        yield "", text("A sending step has one arrow and neither form nor decision.")


def _route(step: Step) -> Iterator[tuple[str, Text]]:
    """Nobody stops at a route either, and nothing is decided anew."""
    if not step.by:
        yield "", text('Say which earlier step\'s outcome this step follows ("by").')
    if step.form or step.decide or step.actor or step.norm:
        yield (
            "",
            text("A step that follows an earlier decision has no actor, form, table or norm."),
        )


def _task(step: Step) -> Iterator[tuple[str, Text]]:
    if step.manual:
        yield ".manual", text("Only a step that waits for an outside system has a manual way.")


_KINDS: dict[str, Callable[[Step], Iterator[tuple[str, Text]]]] = {
    "end": _end,
    "wait": _wait,
    "send": _send,
    "route": _route,
    "task": _task,
}


def _check_routes(process: Process) -> Iterator[Problem]:
    """A route has the outcomes of the step it follows, and that step comes before it on every way."""
    for key, step in process.steps.items():
        followed = process.steps.get(step.by or "")
        if step.kind != "route" or followed is None:
            continue
        if set(step.outcomes) != set(followed.outcomes):
            reason = text("Name the outcomes of %(step)s: %(names)s.", step=step.by, names=_names(followed))
            yield Problem(f"steps.{key}.outcomes", reason)
        if step.by not in certain_steps(process, key):
            reason = text("A case can come here without having passed %(step)s.", step=step.by)
            yield Problem(f"steps.{key}.by", reason)


def _names(step: Step) -> str:
    return ", ".join(step.outcomes) or "-"


def _check_send_back(process: Process) -> Iterator[Problem]:
    """Officers read "send back" as a return, so it must be one."""
    for key, step in process.steps.items():
        outcome = step.outcomes.get("send_back")
        targets = [to for to in as_list(outcome.next if outcome else None) if to in process.steps]
        if any(
            process.position(to) >= process.position(key)
            for to in targets
            if not _is_return_route(process, to)
        ):
            yield Problem(
                f"steps.{key}.outcomes.send_back.next", text("This outcome must lead to an earlier step.")
            )


def _is_return_route(process: Process, key: str) -> bool:
    """A return to the applicant by letter goes forward on paper: a drafting step of its own."""
    return any(action.draft for action in process.steps[key].actions()) or process.steps[key].kind == "end"


def _check_actions(process: Process) -> Iterator[Problem]:
    drafted = {action.draft for _, action in actions_of(process)}
    for path, action in actions_of(process):
        effects = [name for name in EFFECTS if getattr(action, name) is not None]
        if len(effects) != 1:
            yield Problem(path, text("An action names exactly one effect."))
        elif action.letter and not action.draft:
            yield Problem(f"{path}.letter", text("Only a draft names its letter."))
        elif action.slot:
            yield from _check_slot(process, f"{path}.{effects[0]}", action, drafted)


def _check_slot(process: Process, path: str, action: Action, drafted: set[str | None]) -> Iterator[Problem]:
    slot = process.slots.get(action.slot or "")
    if slot is None:
        yield Problem(path, text("There is no letter slot %(name)s.", name=action.slot))
    elif action.slot not in drafted:
        yield Problem(path, text("No step drafts the letter %(name)s.", name=action.slot))
    elif action.draft and action.letter and action.letter not in slot.letters:
        yield Problem(path, text("The letter %(name)s does not belong to this slot.", name=action.letter))
    elif action.draft and not action.letter and len(slot.letters) > 1:
        yield Problem(path, text("The slot holds several letters: say which one is drafted."))


def _check_doubts(process: Process) -> Iterator[Problem]:
    """What an import could not read must be answered by a person before cases run by it."""
    for key, step in process.steps.items():
        for line in (step.interpretation or "").splitlines():
            if line.startswith(DOUBT):
                reason = text("Not answered yet: %(doubt)s", doubt=line.removeprefix(DOUBT))
                yield Problem(f"steps.{key}.interpretation", reason)


_CHECKS: list[Callable[[Process], Iterator[Problem]]] = [
    _check_start,
    _check_actors,
    _check_names,
    _check_steps,
    _check_routes,
    _check_send_back,
    _check_actions,
    _check_doubts,
    check_arrows,
    check_joins,
]
