"""What is known at a step of a process: the facts for its table, the variables for the letters it drafts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.definitions.form import FormDefinition
from app.definitions.process import Process, Step
from app.definitions.process_check import actions_of
from app.definitions.process_graph import certain_steps, earlier_steps
from app.definitions.service import Service
from app.definitions.shape import Shape

APPLICATION = "application"
CASE_FACTS = (
    "number",
    "service_title",
    "submitted_on",
    "submitted_at",
    "due_at",
    "receipt_code",
    "url",
    "track_url",
    "permit_status",
)
# What every letter may speak of, beside answers and decisions; `x.*` stands for everything below x.
LETTER_FACTS = frozenset(
    {f"case.{name}" for name in CASE_FACTS}
    | {f"party.{name}" for name in ("name", "nib", "nik_masked", "npwp", "address")}
    | {"office.*", "letter.*", "letters.*", "signer.*", "members.*", "initials.*"}
    | {"agenda.number", "agenda.on", "requirements.*", "corrections.*", "today", "now", "verify_url"}
)
DECISION_FACTS = ("outcome", "title", "reasons.*", "laws.*", "outputs.*", "on")


@dataclass(frozen=True)
class Fact:
    """What a form provides to tables under a path; `values` are all it can be, where that is known."""

    type: str
    values: tuple[str, ...] | None = None


class Lookup(Protocol):
    """The definitions as they would be after a change."""

    def shape(self, kind: str, key: str) -> Shape | None:
        """The definition, or None where there is none."""

    def facts(self, form_key: str) -> Mapping[str, Fact]:
        """The facts a form provides to tables, by path; none where there is no such form."""

    def services(self) -> Mapping[str, Service]:
        """Every service by its key."""


def drafts_in(process: Process) -> Iterator[tuple[str, str]]:
    """Every step that drafts a letter, with the letter."""
    for path, action in actions_of(process):
        slot = process.slots.get(action.draft or "")
        if slot:
            for letter in [action.letter] if action.letter else slot.letters:
                yield path.split(".")[1], letter


def letter_facts(process: Process, step: str, lookup: Lookup) -> frozenset[str]:
    """The paths a letter drafted here may use as they are; others need `default` or `is defined`."""
    certain = certain_steps(process, step) | {step, APPLICATION}
    found = set(LETTER_FACTS)
    for name, key in forms_until(process, step, itself=True):
        if name not in certain:
            continue
        form = lookup.shape("form", key)
        if isinstance(form, FormDefinition):
            for field, _ in form.fields():
                found |= {f"data.{name}.{field}", f"data.{name}.{field}.*"}
    for name in certain - {APPLICATION}:
        if process.steps[name].decide:
            found |= {f"decision.{name}.{fact}" for fact in DECISION_FACTS}
    return frozenset(found)


def facts_at(process: Process, step: str, lookup: Lookup) -> dict[str, Fact]:
    """The facts a table knows in this step by path, the own form's at top level."""
    known = {
        f"{name}.{path}": fact
        for name, form in forms_until(process, step, itself=True)
        for path, fact in lookup.facts(form).items()
    }
    own = form_of(process.steps[step])
    return {**known, **decided_before(process, step), **(lookup.facts(own) if own else {})}


def decided_before(process: Process, step: str) -> dict[str, Fact]:
    """How the tables of earlier steps decided; null where the case did not pass them."""
    steps = {name: process.steps[name] for name in earlier_steps(process, step) - {step}}
    return {
        f"decision.{name}.outcome": Fact("text", tuple(each.outcomes))
        for name, each in steps.items()
        if each.decide
    }


def forms_until(process: Process, step: str, itself: bool = False) -> Iterator[tuple[str, str]]:
    """The forms that can be answered before this step, by the step that asks; the application is first."""
    yield APPLICATION, process.start.form
    before = earlier_steps(process, step) | ({step} if itself else set())
    for name in sorted(before, key=process.position):
        form = form_of(process.steps[name])
        if form:
            yield name, form


def form_of(step: Step) -> str | None:
    """The form that a step asks for; where it waits for an outside system, that of the manual way."""
    return step.form or (step.manual.form if step.manual else None)
