"""Shows answers to a person: Indonesian figures and dates, titles instead of keys, identifiers masked.

A shown value is text as it stands, or a Text that the doors translate ("Yes", the states of a checklist).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.definitions.form import (
    AnyField,
    ChecklistField,
    ChoiceField,
    ChoicesField,
    ComputedField,
    FileField,
    FormDefinition,
    GroupField,
    NumberField,
    PersonField,
    PersonsField,
    RowField,
)
from app.errors import Text, text
from app.forms.checklist import STATE_TITLES, asked_for
from app.forms.context import FormContext
from app.forms.notation import write_date, write_money, write_number

Shown = str | Text

YES, NO, NOTHING = text("Yes"), text("No"), "-"

# how many characters stay readable at the front and at the end
_OPEN_ENDS = {"nik": (4, 2), "npwp": (2, 3), "phone": (5, 2)}


@dataclass(frozen=True)
class Line:
    """One answer for a person; a group's rows and a checklist's items are lines of their own in `rows`."""

    key: str
    title: str
    values: list[Shown] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[Shown]] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """The shown answers of one section."""

    title: str
    lines: list[Line]


def mask(kind: str, value: str) -> str:
    """Hide the middle of what identifies a person (nik, npwp, phone, email); other kinds stay as they are."""
    if kind == "email":
        name, at, domain = value.partition("@")
        return f"{name[:1]}{'*' * max(len(name) - 1, 3)}{at}{domain}"
    if kind not in _OPEN_ENDS:
        return value
    front, end = _OPEN_ENDS[kind]
    if len(value) <= front + end + 3:
        return "*" * len(value)
    return f"{value[:front]}{'*' * (len(value) - front - end)}{value[-end:]}"


def masked(form: FormDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored answers with what identifies a person masked, in the rows of groups too."""
    fields = dict(form.fields())
    return {key: _masked(fields.get(key), value) for key, value in values.items()}


def _masked(own: AnyField | None, value: Any) -> Any:
    if isinstance(own, GroupField) and isinstance(value, list):
        return [{name: _masked(own.fields.get(name), cell) for name, cell in row.items()} for row in value]
    return mask(own.type, value) if own is not None and isinstance(value, str) else value


def display(
    form: FormDefinition, values: Mapping[str, Any], context: FormContext, *, masked: bool = True
) -> list[Part]:
    """Return the answered fields by section; sections without an answer are left out."""
    parts = []
    for section in form.sections:
        lines = [
            _line(key, own, values[key], context, masked)
            for key, own in section.fields.items()
            if key in values
        ]
        if lines:
            parts.append(Part(section.title, lines))
    return parts


def _line(key: str, own: AnyField, value: Any, context: FormContext, masked: bool) -> Line:
    if isinstance(own, GroupField):
        return _group(key, own, value, context, masked)
    if isinstance(own, ChecklistField):
        return _checklist(key, own, value, context)
    return Line(key, own.title, show(own, value, context, masked=masked))


def show(own: RowField, value: Any, context: FormContext, *, masked: bool = True) -> list[Shown]:
    """Return an answer as a person reads it, one entry per value of a list; a dash where there is none."""
    given = value if isinstance(value, list) else [value]
    shown = [_single(own, item, context, masked) for item in given if item is not None]
    return shown or [NOTHING]


def _single(own: RowField, value: Any, context: FormContext, masked: bool) -> Shown:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(own, ChoiceField | ChoicesField):
        return own.values.get(value, str(value))
    if isinstance(own, PersonField | PersonsField):
        return dict(context.persons.get(own.role, ())).get(value, str(value))
    if isinstance(own, FileField):
        return context.file_names.get(value, f"#{value}")
    return _figure(own, value, masked)


def _figure(own: RowField, value: Any, masked: bool) -> str:
    if own.type == "money" or (isinstance(own, ComputedField) and own.money):
        return write_money(value)
    if isinstance(own, NumberField | ComputedField):
        return f"{write_number(Decimal(str(value)))} {own.unit or ''}".strip()
    if own.type == "date":
        return write_date(date.fromisoformat(value))
    return mask(own.type, value) if masked else str(value)


def _group(
    key: str, own: GroupField, rows: Sequence[Mapping[str, Any]], context: FormContext, masked: bool
) -> Line:
    cells = [
        [_cell(inner, row.get(name), context, masked) for name, inner in own.fields.items()] for row in rows
    ]
    return Line(
        key, own.title, [] if rows else [NOTHING], [inner.title for inner in own.fields.values()], cells
    )


def _cell(own: RowField, value: Any, context: FormContext, masked: bool) -> Shown:
    shown = show(own, value, context, masked=masked)
    return shown[0] if len(shown) == 1 else ", ".join(str(item) for item in shown)


def _checklist(key: str, own: ChecklistField, value: Mapping[str, Any] | None, context: FormContext) -> Line:
    given = value or {}
    rows: list[list[Shown]] = []
    for requirement in asked_for(own, context):
        item = given.get(requirement.key) or {"state": None, "count": None, "note": ""}
        count = "" if item["count"] is None else f"{item['count']}/{requirement.copies}"
        rows.append([requirement.title, STATE_TITLES.get(item["state"], NOTHING), count, item["note"]])
    return Line(key, own.title, [], [], rows)
