"""Settles well-formed answers: drops what the conditions hide, computes formulas, leaves out blank rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.definitions.form import AnyField, ComputedField, FormDefinition, GroupField, Question
from app.forms.evaluate import Lookup, compute, holds
from app.forms.fields import is_blank
from app.forms.keyed import Keyed, keyed
from app.forms.order import form_graph, row_graph, scope, settled_order


@dataclass
class Settled:
    """Visible answers in the order of the form, the paths that are hidden, and where kept rows were given."""

    values: dict[str, Any]
    hidden: set[str] = field(default_factory=set)
    origins: dict[str, list[int]] = field(default_factory=dict)
    lookup: Lookup = field(default=lambda _path: None)

    def is_hidden(self, path: str) -> bool:
        """Whether a path, or what it is a part of, was not to be answered."""
        parts = path.split(".")
        return any(".".join(parts[: n + 1]) in self.hidden for n in range(len(parts)))


def settle(form: FormDefinition, given: Mapping[str, Any], faulty: set[str]) -> Settled:
    """Settle the answers given; `faulty` holds the paths with an error, whose rows are never blank."""
    fields, conditions = dict(form.fields()), _section_conditions(form)
    settled = Settled({})
    settled.lookup = scope(fields, settled.values)
    for key in _order(keyed(form)):
        own = fields[key]
        if not (_shown(conditions[key], settled.lookup) and _shown(own.show_if, settled.lookup)):
            settled.hidden.add(key)
        elif isinstance(own, GroupField):
            _settle_rows(key, own, given.get(key) or [], settled, faulty)
        else:
            settled.values[key] = _value(own, given.get(key), settled.lookup)
    in_order = {key: settled.values[key] for key in fields if key in settled.values}
    settled.values.clear()
    settled.values.update(in_order)
    return settled


@lru_cache(maxsize=256)
def _order(form: Keyed) -> list[str]:
    return settled_order(form_graph(form.definition))


def _section_conditions(form: FormDefinition) -> dict[str, str | None]:
    return {key: section.show_if for section in form.sections for key in section.fields}


def _shown(condition: str | None, lookup: Lookup) -> bool:
    return condition is None or holds(condition, lookup)


def _value(own: AnyField, given: Any, lookup: Lookup) -> Any:
    if isinstance(own, ComputedField):
        return plain(compute(own.formula, lookup, 0 if own.money else own.decimals))
    return given


def plain(value: Decimal | None) -> int | float | None:
    """Return a number as JSON holds it: whole ones as int."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _settle_rows(key: str, group: GroupField, given: list[Any], settled: Settled, faulty: set[str]) -> None:
    kept = [
        index
        for index, row in enumerate(given)
        if not is_blank(row) or any(path.startswith(f"{key}.{index}.") for path in faulty)
    ]
    settled.origins[key] = kept
    settled.values[key] = [_settle_row(f"{key}.{index}", group, given[index], settled) for index in kept]


def _settle_row(path: str, group: GroupField, given: Mapping[str, Any], settled: Settled) -> dict[str, Any]:
    values: dict[str, Any] = {}
    lookup = scope(group.fields, values, settled.lookup)
    for key in settled_order(row_graph(group)):
        own = group.fields[key]
        if _shown(own.show_if, lookup):
            values[key] = _value(own, given.get(key), lookup)
        else:
            settled.hidden.add(f"{path}.{key}")
    return {key: values[key] for key in group.fields if key in values}


def is_needed(own: Question, lookup: Lookup) -> bool:
    """Whether a visible field has to be answered."""
    return own.required or (own.require_if is not None and holds(own.require_if, lookup))
