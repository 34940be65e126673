"""What must hold between definitions: names lead somewhere, facts come from an earlier answer."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.definitions.decision_table import DecisionTable, Input
from app.definitions.form import LETTERS, FormDefinition, PersonField, PersonsField
from app.definitions.letter import Letter
from app.definitions.message_check import check_start_messages
from app.definitions.messages import Messages
from app.definitions.parse import ROLES, Ref
from app.definitions.problem import Problem
from app.definitions.process import Decide, Process, Step
from app.definitions.process_check import actions_of
from app.definitions.process_graph import certain_steps
from app.definitions.provided import APPLICATION, Fact, Lookup, facts_at, forms_until
from app.definitions.roles import Roles
from app.definitions.service import Service
from app.definitions.shape import Shape
from app.errors import Text, text

COLLECTS = text('This table collects deficiencies: name two outcomes under "when_empty" and "otherwise".')

_MISSING = {
    "form": text("There is no form %(name)s."),
    "decision_table": text("There is no decision table %(name)s."),
    "letter": text("There is no letter %(name)s."),
    "process": text("There is no process %(name)s."),
    "messages": text("There are no messages %(name)s."),
}


def names_in(kind: str, key: str, shape: Shape) -> set[Ref]:
    """Every definition that this one names; it must be looked at again when one of them changes."""
    if isinstance(shape, Process):
        return {(kind, name) for _, kind, name in _named_by(shape)} | {ROLES}
    if isinstance(shape, Service):
        return {("process", shape.process), ("messages", shape.messages or "")} - {("messages", "")}
    if isinstance(shape, Letter):
        return {ROLES}
    if isinstance(shape, FormDefinition):
        return {ROLES, ("service", f"{key.partition('/')[0]}/service")}
    return set()


def check_references(key: str, shape: Shape, lookup: Lookup) -> list[Problem]:
    """Every problem of a definition that shows only together with the others."""
    if isinstance(shape, Process):
        return [problem for check in _PROCESS_CHECKS for problem in check(key, shape, lookup)]
    if isinstance(shape, Service):
        return list(_check_service(shape, lookup))
    if isinstance(shape, Letter):
        return list(_check_letter_roles(shape, lookup))
    return list(_check_form_roles(shape, lookup)) if isinstance(shape, FormDefinition) else []


def _named_by(process: Process) -> Iterator[tuple[str, str, str]]:
    yield "start.form", "form", process.start.form
    for slot, item in process.slots.items():
        for index, letter in enumerate(item.letters, 1):
            yield f"slots.{slot}.letters.{index}", "letter", letter
    for key, step in process.steps.items():
        if step.form:
            yield f"steps.{key}.form", "form", step.form
        if step.manual and step.manual.form:
            yield f"steps.{key}.manual.form", "form", step.manual.form
        if step.decide:
            yield f"steps.{key}.decide.table", "decision_table", step.decide.table


def _missing(kind: str, name: str) -> Text:
    return replace(_MISSING[kind], params={"name": name})


def _check_named(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    for path, kind, name in _named_by(process):
        if lookup.shape(kind, name) is None:
            yield Problem(path, _missing(kind, name))


def _check_roles(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    for name, actor in process.actors.items():
        if actor.kind == "staff":
            path = f"actors.{name}.role" if actor.role else f"actors.{name}"
            yield from _role(path, process.role_of(name), lookup)


def _role(path: str, role: str, lookup: Lookup) -> Iterator[Problem]:
    roles = lookup.shape(*ROLES)
    if not isinstance(roles, Roles) or role not in roles.roles:
        yield Problem(path, text("There is no role %(name)s.", name=role))


def _check_messages(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    """Every service that runs by this process must have what the process sends."""
    services = [service for service in lookup.services().values() if service.process == key]
    for service in services:
        messages = lookup.shape("messages", service.messages or "")
        known = messages if isinstance(messages, Messages) else Messages(kind="messages")
        for path, action in actions_of(process):
            if action.send and action.send not in known.outbound:
                yield Problem(
                    f"{path}.send", text("There is no outbound message %(name)s.", name=action.send)
                )
            if action.notify and action.notify not in known.notices:
                yield Problem(f"{path}.notify", text("There is no notice %(name)s.", name=action.notify))
            elif action.notify:
                to = known.notices[action.notify].to
                if "." in to and not _asks_for_mail(process, path.split(".")[1], to, lookup):
                    reason = text("No form asks for the mail address %(path)s of this notice.", path=to)
                    yield Problem(f"{path}.notify", reason)


def _asks_for_mail(process: Process, step: str, path: str, lookup: Lookup) -> bool:
    asked, _, name = path.partition(".")
    form = lookup.shape("form", dict(forms_until(process, step, itself=True)).get(asked, ""))
    found = dict(form.fields()).get(name) if isinstance(form, FormDefinition) else None
    return found is not None and found.type == "email"


def _check_decisions(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    for name, step in process.steps.items():
        table = lookup.shape("decision_table", step.decide.table) if step.decide else None
        if isinstance(table, DecisionTable):
            yield from _check_outcomes(f"steps.{name}", step, table)
            yield from _check_inputs(process, name, table, lookup)


def _check_outcomes(path: str, step: Step, table: DecisionTable) -> Iterator[Problem]:
    decide = step.decide or Decide(table="")
    if table.hit_policy == "collect":
        given = {decide.when_empty, decide.otherwise}
        if None in given or len(given) < 2:
            yield Problem(f"{path}.decide", COLLECTS)
            return
        decided = {str(outcome) for outcome in given}
    elif decide.when_empty or decide.otherwise:
        yield Problem(f"{path}.decide", text('Only a table that collects has "when_empty" and "otherwise".'))
        return
    else:
        decided = set(table.outcomes)
    for outcome in sorted(decided - set(step.outcomes)):
        yield Problem(
            f"{path}.outcomes", text("The table decides %(name)s, which the step lacks.", name=outcome)
        )
    for outcome in sorted(set(step.outcomes) - decided):
        yield Problem(f"{path}.outcomes.{outcome}", text("The table never decides %(name)s.", name=outcome))


def _check_inputs(process: Process, step: str, table: DecisionTable, lookup: Lookup) -> Iterator[Problem]:
    known = facts_at(process, step, lookup)
    for path, wanted in table.inputs.items():
        problem = _fit(path, wanted, known.get(path))
        if problem:
            yield Problem(f"steps.{step}.decide.table", problem)


def _fit(path: str, wanted: Input, given: Fact | None) -> Text | None:
    if given is None:
        return text(
            "The table needs %(path)s, which neither this form nor an earlier one asks for.", path=path
        )
    if given.type != wanted.type:
        return text(
            "The table reads %(path)s as %(wanted)s, but the form gives %(given)s.",
            path=path,
            wanted=wanted.type,
            given=given.type,
        )
    strange = sorted(set(given.values or ()) - wanted.closed) if wanted.closed else []
    if strange:
        return text(
            "The form can answer %(values)s under %(path)s, which the table does not know.",
            path=path,
            values=", ".join(strange),
        )
    return None


def _check_assigned(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    for name, step in process.steps.items():
        if step.assign is None:
            continue
        asked, _, field = step.assign.rpartition(".")
        forms = dict(forms_until(process, name))
        is_certain = asked in certain_steps(process, name) | {APPLICATION}
        form = lookup.shape("form", forms.get(asked, "")) if is_certain else None
        found = dict(form.fields()).get(field) if isinstance(form, FormDefinition) else None
        if not isinstance(found, PersonField | PersonsField):
            reason = text(
                'No form filled in on every way here asks for the persons %(name)s; write "step.field".',
                name=step.assign,
            )
            yield Problem(f"steps.{name}.assign", reason)


def _check_service(service: Service, lookup: Lookup) -> Iterator[Problem]:
    if lookup.shape("process", service.process) is None:
        yield Problem("process", _missing("process", service.process))
    if service.messages and lookup.shape("messages", service.messages) is None:
        yield Problem("messages", _missing("messages", service.messages))


def _check_letter_roles(letter: Letter, lookup: Lookup) -> Iterator[Problem]:
    if letter.signer and not letter.is_automatic:
        yield from _role("signer", letter.signer, lookup)
    for index, role in enumerate(letter.initials, 1):
        yield from _role(f"initials.{index}", role, lookup)


def _check_form_roles(form: FormDefinition, lookup: Lookup) -> Iterator[Problem]:
    for number, section in enumerate(form.sections, 1):
        for key, field in section.fields.items():
            if isinstance(field, PersonField | PersonsField):
                yield from _role(f"sections.{number}.fields.{key}.role", field.role, lookup)


def _check_letter_days(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    """A day that a form bounds by a letter needs that letter in every process that uses the form."""
    for path, kind, name in _named_by(process):
        form = lookup.shape(kind, name) if kind == "form" else None
        for field_key, field in form.fields() if isinstance(form, FormDefinition) else ():
            for bound in (getattr(field, "not_before", None), getattr(field, "not_after", None)):
                is_letter = isinstance(bound, str) and bound.startswith(LETTERS)
                slot = str(bound).removeprefix(LETTERS)
                if is_letter and slot not in process.slots:
                    reason = text(
                        "“%(field)s” is bounded by a letter %(name)s, which this process has not.",
                        field=field_key,
                        name=slot,
                    )
                    yield Problem(path, reason)


_PROCESS_CHECKS: list[Callable[[str, Process, Lookup], Iterator[Problem]]] = [
    _check_named,
    _check_roles,
    _check_messages,
    _check_decisions,
    _check_assigned,
    _check_letter_days,
    check_start_messages,
]
