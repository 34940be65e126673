"""A definition as a list of named things with their properties: what people compare."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.definitions.clauses import Clauses
from app.definitions.decision_table import DecisionTable
from app.definitions.difference import Group, Item
from app.definitions.form import FormDefinition, GroupField
from app.definitions.labels import LABELS
from app.definitions.letter import Letter
from app.definitions.messages import Messages
from app.definitions.process import Action, Process, as_list
from app.definitions.roles import Roles
from app.definitions.service import Service
from app.definitions.shape import Shape
from app.errors import Text, text

ITSELF = text("The definition itself")


def outline(shape: Shape | None) -> list[Group]:
    """The things of a definition by sort, in printed order; nothing for a text without a shape."""
    write = next((write for kind, write in _OUTLINES.items() if isinstance(shape, kind)), None)
    return list(write(shape)) if write else []


def properties(shape: Shape, *without: str) -> dict[str, str]:
    """The properties that were written, by what people call them."""
    given = shape.model_dump(mode="json", exclude_unset=True, exclude={*without, "kind"})
    return {label_of(name): plain(value) for name, value in given.items()}


def label_of(name: str) -> str:
    """What people call a property; its key where it has no other name."""
    return LABELS[name].msgid if name in LABELS else name


def plain(value: Any) -> str:
    """A value in one or more lines."""
    if isinstance(value, bool) or value is None:
        return {True: "✓", False: "✗", None: "-"}[value]
    if isinstance(value, list):
        return "\n".join(plain(part) for part in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {inline(part)}" for key, part in value.items())
    return str(value)


def inline(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, list):
        return ", ".join(inline(part) for part in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {inline(part)}" for key, part in value.items())
    return plain(value)


def named(title: Text, shapes: Mapping[str, Shape], *without: str) -> Group:
    """Things that have a key, each with its properties."""
    items = [
        Item(f"{key} · {getattr(shape, 'title', '')}".strip(" ·"), properties(shape, *without), key)
        for key, shape in shapes.items()
    ]
    return Group(title, items)


def whole(shape: Shape, *without: str) -> Group:
    """What is said of the definition as a whole."""
    return Group(ITSELF, [Item("", properties(shape, *without), "-")])


def _table(table: DecisionTable) -> Iterator[Group]:
    yield whole(table, "inputs", "outputs", "outcomes", "rows", "examples", "waivers")
    yield named(text("Inputs"), table.inputs)
    yield named(text("Outputs"), table.outputs)
    yield _texts(text("Outcomes"), table.outcomes)
    rows = [
        Item(
            "",
            {
                **{_cell(table, path): inline(value) for path, value in row.when.items()},
                **{_result(table, key): inline(value) for key, value in row.then.items()},
                **properties(row, "when", "then"),
            },
        )
        for row in table.rows
    ]
    yield Group(text("Rows"), rows, is_named=False)
    yield Group(text("Examples"), [Item("", properties(each)) for each in table.examples], is_named=False)
    waivers = [Item(waiver.finding, properties(waiver, "finding")) for waiver in table.waivers]
    yield Group(text("Accepted findings"), waivers, is_named=False)


def _cell(table: DecisionTable, path: str) -> str:
    known = table.inputs.get(path)
    return known.title if known else path


def _result(table: DecisionTable, key: str) -> str:
    known = table.outputs.get(key)
    return f"→ {known.title}" if known else label_of(key)


def _texts(title: Text, texts: Mapping[str, str]) -> Group:
    return Group(title, [Item(key, {label_of("title"): words}, key) for key, words in texts.items()])


def _form(form: FormDefinition) -> Iterator[Group]:
    yield whole(form, "sections")
    sections = [Item(section.title, properties(section, "fields")) for section in form.sections]
    yield Group(text("Sections"), sections, is_named=False)
    yield Group(text("Fields"), list(_fields(form)))


def _fields(form: FormDefinition) -> Iterator[Item]:
    """Every field, those of repeating groups below theirs."""
    for section in form.sections:
        for key, field in section.fields.items():
            values = {label_of("section"): section.title, **properties(field, "fields")}
            yield Item(f"{key} · {field.title}", values, key)
            for inner, part in field.fields.items() if isinstance(field, GroupField) else ():
                yield Item(f"{key}.{inner} · {part.title}", properties(part), f"{key}.{inner}")


def _process(process: Process) -> Iterator[Group]:
    yield whole(process, "identity", "actors", "norms", "slots", "steps")
    if process.identity:
        yield Group(text("Identity box"), [Item("", properties(process.identity), "-")])
    yield named(text("Actors"), process.actors)
    yield named(text("Norms"), process.norms)
    yield named(text("Letters"), process.slots)
    steps = [
        Item(step.full_title, {**properties(step, "outcomes", "next", "do"), **_effects(step.do)}, key)
        for key, step in process.steps.items()
    ]
    yield Group(text("Steps"), steps)
    yield Group(text("Arrows"), list(_arrows(process)))


def _arrows(process: Process) -> Iterator[Item]:
    """Where each step goes on; steps are told by their titles and known by their keys."""
    label = label_of("next")
    for key, step in process.steps.items():
        if step.next:
            values = {label: _targets(process, step.next)}
            yield Item(step.full_title, values, key, {label: inline(step.next)}, is_called_by_another=True)
        for name, outcome in step.outcomes.items():
            values = {**properties(outcome, "next", "do"), label: _targets(process, outcome.next)}
            values |= _effects(outcome.do)
            title, keys = f"{step.full_title} → {outcome.title}", {label: inline(outcome.next)}
            yield Item(title, values, f"{key}.{name}", keys, is_called_by_another=True)


def _targets(process: Process, target: str | list[str]) -> str:
    return "\n".join(
        process.steps[key].full_title if key in process.steps else key for key in as_list(target)
    )


def _effects(actions: list[Action]) -> dict[str, str]:
    lines = [inline(action.model_dump(mode="json", exclude_none=True)) for action in actions]
    return {label_of("do"): "\n".join(lines)} if lines else {}


def _letter(letter: Letter) -> Iterator[Group]:
    yield whole(letter, "body", "sample")
    lines = [Item("", {label_of("body"): line.strip()}) for line in letter.body.splitlines() if line.strip()]
    yield Group(text("Lines of the text"), lines, is_named=False)
    sample = Item("", {label_of("sample"): plain(letter.sample)}, "-")
    yield Group(text("Sample"), [sample])


def _clauses(clauses: Clauses) -> Iterator[Group]:
    yield whole(clauses, "clauses")
    yield named(text("Clauses"), clauses.clauses)


def _service(service: Service) -> Iterator[Group]:
    yield whole(service, "requirements", "standard")
    yield named(text("Requirements"), service.requirements)
    yield Group(text("Service standard"), [Item("", properties(service.standard), "-")])


def _messages(messages: Messages) -> Iterator[Group]:
    yield named(text("Notices"), messages.notices)
    yield named(text("Messages to other systems"), messages.outbound)


def _roles(roles: Roles) -> Iterator[Group]:
    yield named(text("Roles"), roles.roles)


_OUTLINES: dict[type[Shape], Callable[[Any], Iterator[Group]]] = {
    DecisionTable: _table,
    FormDefinition: _form,
    Process: _process,
    Letter: _letter,
    Clauses: _clauses,
    Service: _service,
    Messages: _messages,
    Roles: _roles,
}
