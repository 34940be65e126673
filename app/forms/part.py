"""Part of a form: the fields that a correction opens, and those that follow from them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.definitions.form import AnyField, ComputedField, FileField, FormDefinition, Section
from app.forms.expression import parse
from app.forms.order import form_graph


def following(form: FormDefinition, opened: Iterable[str]) -> set[str]:
    """The opened fields and all whose condition or formula names one of them, directly or through others."""
    graph = form_graph(form)
    for key, own in form.fields():
        condition = getattr(own, "require_if", None)
        graph[key] = graph[key] | (_heads(condition) if condition else set())
    found = set(opened)
    while True:
        more = {key for key, named in graph.items() if key not in found and found & named}
        if not more:
            return found
        found |= more


def fields_for(form: FormDefinition, requirements: Collection[str]) -> set[str]:
    """The file fields that hold the documents for these requirements."""
    return {
        key
        for key, own in form.fields()
        if isinstance(own, FileField) and own.requirement and own.requirement in requirements
    }


def part_of(form: FormDefinition, keys: Collection[str]) -> FormDefinition | None:
    """The form with these fields alone; a condition that names a field left out is left out with it."""
    sections = [part for part in (_section(section, keys) for section in form.sections) if part]
    # made anew: a copy would keep the hash of the whole, by which what follows from a form is known
    return FormDefinition(kind=form.kind, title=form.title, sections=sections) if sections else None


def changed(form: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The questions whose answers differ; nothing given counts as nothing, however it is written."""
    return {
        key
        for key, own in form.fields()
        if not isinstance(own, ComputedField) and not _same(before.get(key), after.get(key))
    }


def _section(section: Section, keys: Collection[str]) -> Section | None:
    fields = {key: _freed(own, keys) for key, own in section.fields.items() if key in keys}
    if not fields:
        return None
    return section.model_copy(update={"fields": fields, "show_if": _kept(section.show_if, keys)})


def _freed(own: AnyField, keys: Collection[str]) -> AnyField:
    conditions = {
        name: _kept(getattr(own, name, None), keys)
        for name in ("show_if", "require_if")
        if hasattr(own, name)
    }
    return own.model_copy(update=conditions)


def _kept(condition: str | None, keys: Collection[str]) -> str | None:
    if condition is None:
        return None
    return condition if _heads(condition) <= set(keys) else None


def _heads(condition: str) -> set[str]:
    return {name.partition(".")[0] for name in parse(condition).names}


def _same(one: Any, other: Any) -> bool:
    empty: tuple[object, ...] = (None, "", [], {})
    return one == other or (one in empty and other in empty)
