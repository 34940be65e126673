"""Answers with their structure kept and their contents taken out: free text becomes its label."""

from collections.abc import Mapping
from typing import Any

from app.definitions.form import ChecklistField, FormDefinition, GroupField

# numbers, dates and choices say what kind of a case it is, not whose
_KEPT = frozenset({"number", "money", "date", "choice", "choices", "yes_no", "computed", "kbli"})


def structure_of(form: FormDefinition | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to a form without free texts, names, addresses and identifiers."""
    fields = dict(form.fields()) if form else {}
    return {key: _field(fields.get(key), key, value) for key, value in answers.items()}


def bracketed(label: str, value: Any) -> Any:
    """A text as its label in brackets, empty ones as they are; what holds texts is gone through."""
    if isinstance(value, Mapping):
        return {key: bracketed(label, part) for key, part in value.items()}
    if isinstance(value, list):
        return [bracketed(label, part) for part in value]
    return f"[{label}]" if isinstance(value, str) and value else value


def _field(field: Any, key: str, value: Any) -> Any:
    if isinstance(field, GroupField) and isinstance(value, list):
        return [
            {name: _field(field.fields.get(name), name, part) for name, part in row.items()}
            if isinstance(row, Mapping)
            else bracketed(field.title, row)
            for row in value
        ]
    if isinstance(field, ChecklistField) and isinstance(value, Mapping):
        return {name: _checked(field.title, part) for name, part in value.items()}
    if field is not None and field.type in _KEPT:
        return value
    return bracketed(field.title if field else key, value)


def _checked(title: str, item: Any) -> Any:
    """A requirement's state and number of copies stay; what was noted on it does not."""
    if not isinstance(item, Mapping):
        return bracketed(title, item)
    return {key: part if key in ("state", "count") else bracketed(title, part) for key, part in item.items()}
