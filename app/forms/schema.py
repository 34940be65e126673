"""The JSON Schema of a form, by the conventions of the public API.

Files are arrays of attachment ids, a group an array of objects, a checklist an object keyed by requirement
whose members take one of the states (or, for a count and a note, the object under `x-object`), persons user
names. Conditions are `x-show-if` and `x-require-if`; what is not always required may also be null.
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.definitions.form import (
    AnyField,
    ChecklistField,
    ChoiceField,
    ChoicesField,
    ComputedField,
    DateField,
    FileField,
    FormDefinition,
    GroupField,
    IdentifierField,
    KbliField,
    MoneyField,
    NumberField,
    PersonField,
    PersonsField,
    RowField,
    TextField,
    YesNoField,
)
from app.forms.checklist import LONGEST_NOTE, MOST_COPIES, STATES
from app.forms.context import Requirement
from app.forms.settle import plain

Schema = dict[str, Any]

_PATTERNS = {
    "nik": r"^\d{16}$",
    "npwp": r"^\d{15,16}$",
    "nib": r"^\d{13}$",
    "nip": r"^\d{18}$",
    "kbli": r"^\d{5}$",
    "region": r"^\d{10}$",
}


def json_schema(form: FormDefinition, requirements: Sequence[Requirement] = ()) -> Schema:
    """Return the schema of the form's answers."""
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for section in form.sections:
        for key, field in section.fields.items():
            properties[key] = _property(field, requirements)
            if section.show_if:
                properties[key]["x-show-if"] = _joined(section.show_if, field.show_if)
            elif _always(field):
                required.append(key)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _joined(section: str, field: str | None) -> str:
    return f"({section}) and ({field})" if field else section


def _always(field: AnyField) -> bool:
    """Whether an answer is needed whatever the others are; a missing document never blocks a submission."""
    if field.show_if or isinstance(field, ComputedField | FileField):
        return False
    least = field.min if isinstance(field, GroupField | PersonsField | ChoicesField) else 0
    return field.required or least > 0


def _property(field: AnyField, requirements: Sequence[Requirement]) -> Schema:
    schema: Schema = {"title": field.title}
    if field.help:
        schema["description"] = field.help
    schema |= (
        _checklist(field, requirements) if isinstance(field, ChecklistField) else _BUILD[field.type](field)
    )
    if "type" in schema and schema["type"] != "array" and not _always(field):
        _allow_null(schema)
    conditions = {"x-show-if": field.show_if, "x-require-if": field.require_if}
    return schema | {name: source for name, source in conditions.items() if source}


def _allow_null(schema: Schema) -> None:
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]


def _given(**members: Any) -> Schema:
    return {
        name.replace("_", "-") if name.startswith("x_") else name: v
        for name, v in members.items()
        if v is not None
    }


def _text(field: TextField) -> Schema:
    return _given(type="string", minLength=field.min_length or None, maxLength=field.max_length)


def _number(field: NumberField) -> Schema:
    low, high = (plain(bound) for bound in (field.min, field.max))
    if field.decimals == 0:
        return _given(type="integer", minimum=low, maximum=high, x_unit=field.unit)
    return _given(type="number", minimum=low, maximum=high, x_decimals=field.decimals, x_unit=field.unit)


def _money(field: MoneyField) -> Schema:
    return _given(type="integer", minimum=field.min, maximum=field.max, x_unit="IDR")


def _date(field: DateField) -> Schema:
    bounds = {"x_not_before": field.not_before, "x_not_after": field.not_after}
    return _given(type="string", format="date", **{name: str(day) for name, day in bounds.items() if day})


def _choice(field: ChoiceField) -> Schema:
    return {"type": "string", "enum": list(field.values), "x-titles": dict(field.values)}


def _choices(field: ChoicesField) -> Schema:
    items = {"type": "string", "enum": list(field.values)}
    return _given(
        type="array",
        items=items,
        uniqueItems=True,
        minItems=field.min or None,
        maxItems=field.max,
        x_titles=dict(field.values),
    )


def _yes_no(field: YesNoField) -> Schema:
    return (
        {"type": "boolean", "enum": [True]} if field.must_be_yes and field.required else {"type": "boolean"}
    )


def _file(field: FileField) -> Schema:
    return _given(
        type="array",
        items={"type": "integer"},
        maxItems=field.max_files,
        x_accept=list(field.accept),
        x_max_mb=field.max_mb,
        x_requirement=field.requirement,
    )


def _person(field: PersonField) -> Schema:
    return {"type": "string", "x-role": field.role}


def _persons(field: PersonsField) -> Schema:
    least = max(field.min, int(field.required)) or None
    return _given(
        type="array",
        items={"type": "string"},
        uniqueItems=True,
        minItems=least,
        maxItems=field.max,
        x_role=field.role,
    )


def _group(field: GroupField) -> Schema:
    rows: dict[str, RowField] = field.fields
    row = {
        "type": "object",
        "properties": {key: _property(inner, ()) for key, inner in rows.items()},
        "required": [key for key, inner in rows.items() if _always(inner)],
        "additionalProperties": False,
    }
    least = max(field.min, int(field.required)) or None
    return _given(type="array", items=row, minItems=least, maxItems=field.max)


def _checklist(field: ChecklistField, requirements: Sequence[Requirement]) -> Schema:
    asked = [item for item in requirements if field.requirements == "all" or item.key in field.requirements]
    return {
        "type": "object",
        "properties": {item.key: _item(item) for item in asked},
        "required": [item.key for item in asked] if _always(field) else [],
        "additionalProperties": False,
    }


def _item(item: Requirement) -> Schema:
    count: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_COPIES}
    note: Schema = {"type": "string", "maxLength": LONGEST_NOTE}
    members: dict[str, Schema] = {"state": {"enum": list(STATES)}, "count": count, "note": note}
    object_form = {
        "type": "object",
        "properties": members,
        "required": ["state"],
        "additionalProperties": False,
    }
    return {"title": item.title, "enum": list(STATES), "x-copies": item.copies, "x-object": object_form}


def _computed(field: ComputedField) -> Schema:
    kind = "integer" if field.money or field.decimals == 0 else "number"
    return _given(
        type=kind, readOnly=True, x_formula=field.formula, x_unit="IDR" if field.money else field.unit
    )


def _identifier(field: IdentifierField | KbliField) -> Schema:
    version = field.version if isinstance(field, KbliField) else None
    return _given(type="string", format=field.type, pattern=_PATTERNS.get(field.type), x_version=version)


_BUILD: dict[str, Callable[[Any], Schema]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "file": _file,
    "person": _person,
    "persons": _persons,
    "group": _group,
    "computed": _computed,
    **dict.fromkeys(("nik", "npwp", "nib", "nip", "kbli", "phone", "region", "email"), _identifier),
}
