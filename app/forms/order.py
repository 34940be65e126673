"""In which order the fields of a form are settled: a field after those its condition or formula names."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from app.definitions.form import AnyField, FormDefinition, GroupField, Question
from app.forms.evaluate import Lookup
from app.forms.expression import parse

Graph = dict[str, set[str]]


def form_graph(form: FormDefinition) -> Graph:
    """Return which fields each field of the form waits for; a group waits for what its rows name outside."""
    graph: Graph = {}
    for section in form.sections:
        for key, field in section.fields.items():
            graph[key] = _needed(field) | _heads([section.show_if] if section.show_if else [])
    known = set(graph)
    return {key: needs & known for key, needs in graph.items()}


def row_graph(group: GroupField) -> Graph:
    """Return which fields of a row each field of the row waits for."""
    known = set(group.fields)
    return {key: _heads(_sources(field)) & known for key, field in group.fields.items()}


def _needed(field: AnyField) -> set[str]:
    needs = _heads(_sources(field))
    if isinstance(field, GroupField):
        for inner in field.fields.values():
            needs |= _heads(_sources(inner)) - set(field.fields)
    return needs


def _sources(field: Question) -> list[str]:
    sources = (field.show_if, getattr(field, "formula", None))
    return [source for source in sources if source]


def _heads(sources: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for source in sources for name in parse(source).names}


def cycle(graph: Graph) -> list[str]:
    """Return the fields that wait for each other in a circle, [] where none do."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def settled_order(graph: Graph) -> list[str]:
    """Return the keys so that each follows what it waits for; in a circle the order of the form."""
    return list(graph) if cycle(graph) else list(TopologicalSorter(graph).static_order())


def scope(own: Iterable[str], values: Mapping[str, Any], outer: Lookup | None = None) -> Lookup:
    """Look up paths in these values; names that are not `own` (those of a row) in the form around it."""
    names = frozenset(own)

    def find(path: str) -> Any:
        head, *rest = path.split(".")
        if head not in names and outer is not None:
            return outer(path)
        return _inside(values.get(head), rest)

    return find


def _inside(value: Any, rest: list[str]) -> Any:
    """Go on into a checklist: a requirement is its state, its count and note stand behind a further dot."""
    if not rest:
        return value
    item = value.get(rest[0]) if isinstance(value, dict) else None
    if item is None:
        return None
    return item.get(rest[1] if len(rest) > 1 else "state")
