"""Checks what the shape of a form cannot say: names in conditions, circles, doubled keys, bounds."""

import keyword
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from app.definitions.form import (
    AnyField,
    ChecklistField,
    ComputedField,
    FileField,
    FormDefinition,
    GroupField,
)
from app.definitions.problem import Problem
from app.errors import Text, text
from app.forms.context import Requirement
from app.forms.day_order import check_days
from app.forms.expression import BadExpression, Tree, parse
from app.forms.kinds import Names, check_condition, check_formula
from app.forms.order import cycle, form_graph, row_graph
from app.forms.paths import closed_values, kind_of_field, provided_facts

# words of the language of conditions, which no field can be called by
_WORDS = {"true", "false", "null", "empty", "csrf_token"}


def check_form(form: FormDefinition, requirements: Sequence[Requirement] | None = None) -> list[Problem]:
    """Return what is wrong with a form; without requirements nothing is said about those it names."""
    problems = [*_doubled(form)]
    names = form_names(form, requirements)
    for path, field in _located(form):
        problems += _check_field(path, field, requirements)
    problems += check_days(form)
    problems += _check_expressions(form, names)
    return problems or _circles(form)


def form_names(form: FormDefinition, requirements: Sequence[Requirement] | None) -> Names:
    """Return what the conditions of a form may name."""
    known = requirements or ()
    groups = {key: field for key, field in form.fields() if isinstance(field, GroupField)}
    checklists = {key for key, field in form.fields() if isinstance(field, ChecklistField)}
    return Names(
        kinds=provided_facts(form, known) | dict.fromkeys(groups, "list"),
        closed=closed_values(form, known),
        columns={f"{key}.{name}": kind for key, group in groups.items() for name, kind in _columns(group)},
        open=frozenset(checklists) if requirements is None else frozenset(),
    )


def _columns(group: GroupField) -> list[tuple[str, str]]:
    return [(name, kind_of_field(field)) for name, field in group.fields.items()]


def _row_names(group: GroupField, outer: Names) -> Names:
    own = dict(_columns(group))
    closed = {path: values for path, values in outer.closed.items() if path not in own}
    inner = {name: tuple(field.values) for name, field in group.fields.items() if hasattr(field, "values")}
    return Names({**outer.kinds, **own}, {**closed, **inner}, outer.columns, outer.open)


def _located(form: FormDefinition) -> Iterator[tuple[str, AnyField]]:
    for number, section in enumerate(form.sections):
        for key, field in section.fields.items():
            path = f"sections.{number}.fields.{key}"
            yield path, field
            if isinstance(field, GroupField):
                for name, inner in field.fields.items():
                    yield f"{path}.fields.{name}", inner


def _doubled(form: FormDefinition) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for path, _field in _located(form):
        key = path.rpartition(".")[2]
        top = path.count(".") == 3
        if key in _WORDS or keyword.iskeyword(key):
            yield Problem(
                path, text("“%(key)s” is a word of conditions; give the field another key.", key=key)
            )
        if top and key in seen:
            yield Problem(
                path, text("The key “%(key)s” is used twice, first at %(first)s.", key=key, first=seen[key])
            )
        elif top:
            seen[key] = path


def _check_field(path: str, field: AnyField, requirements: Sequence[Requirement] | None) -> Iterator[Problem]:
    for low, high in (("min", "max"), ("min_length", "max_length"), ("not_before", "not_after")):
        if _reversed(getattr(field, low, None), getattr(field, high, None)):
            yield Problem(f"{path}.{low}", text("%(low)s is greater than %(high)s.", low=low, high=high))
    choices = getattr(field, "values", None)
    if choices is not None and getattr(field, "min", 0) > len(choices):
        yield Problem(f"{path}.min", text("There are only %(n)d choices.", n=len(choices)))
    if isinstance(field, FileField) and field.requirement and path.count(".") > 3:
        yield Problem(f"{path}.requirement", text("A file in a group cannot belong to a requirement."))
    if requirements is not None:
        yield from _check_requirements(path, field, {item.key for item in requirements})


def _reversed(low: Any, high: Any) -> bool:
    if low is None or high is None or (isinstance(low, date) is not isinstance(high, date)):
        return False
    return not isinstance(low, str) and bool(low > high)


def _check_requirements(path: str, field: AnyField, known: set[str]) -> Iterator[Problem]:
    named: list[str] = []
    if isinstance(field, ChecklistField) and field.requirements != "all":
        named = list(field.requirements)
    if isinstance(field, FileField) and field.requirement:
        named = [field.requirement]
    for key in named:
        if key not in known:
            yield Problem(f"{path}.{_place(field)}", text("There is no requirement “%(key)s”.", key=key))


def _place(field: AnyField) -> str:
    return "requirements" if isinstance(field, ChecklistField) else "requirement"


def _check_expressions(form: FormDefinition, names: Names) -> Iterator[Problem]:
    for number, section in enumerate(form.sections):
        yield from _check(f"sections.{number}.show_if", section.show_if, check_condition, names)
        for key, field in section.fields.items():
            path = f"sections.{number}.fields.{key}"
            yield from _check_sources(path, field, names)
            if isinstance(field, GroupField):
                inside = _row_names(field, names)
                for name, inner in field.fields.items():
                    yield from _check_sources(f"{path}.fields.{name}", inner, inside)


def _check_sources(path: str, field: AnyField, names: Names) -> Iterator[Problem]:
    yield from _check(f"{path}.show_if", field.show_if, check_condition, names)
    yield from _check(f"{path}.require_if", field.require_if, check_condition, names)
    if isinstance(field, ComputedField):
        yield from _check(f"{path}.formula", field.formula, check_formula, names)


def _check(
    path: str, source: str | None, check: Callable[[Tree, Names], None], names: Names
) -> Iterator[Problem]:
    if source is None:
        return
    try:
        check(parse(source).tree, names)
    except BadExpression as wrong:
        yield Problem(path, wrong.text)


def _circles(form: FormDefinition) -> list[Problem]:
    """Each circle is told at the first of its fields, where a person can open it."""
    found: list[Problem] = []
    for path, field in _located(form):
        if isinstance(field, GroupField) and (keys := cycle(row_graph(field))):
            found.append(Problem(f"{path}.fields.{keys[0]}", _circle(keys)))
    if keys := cycle(form_graph(form)):
        number = next(n for n, section in enumerate(form.sections) if keys[0] in section.fields)
        found.append(Problem(f"sections.{number}.fields.{keys[0]}", _circle(keys)))
    return found


def _circle(keys: list[str]) -> Text:
    return text("These fields wait for each other: %(keys)s.", keys=" → ".join(keys))
