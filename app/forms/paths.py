"""The facts a form gives to decision tables: which paths there are, of what kind, and their values.

Kinds are those of table inputs: number, boolean, text, date, list. A checklist gives one text per requirement
(`checklist.npwp`: its state) and, where more than one copy is asked for, `checklist.photo.count`. A repeating
group gives no fact of its own: a computed field (`sum(machines.count)`, `count(machines)`) carries it out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.definitions.form import (
    LETTERS,
    AnyField,
    ChecklistField,
    ChoiceField,
    ChoicesField,
    DateField,
    FileField,
    FormDefinition,
    GroupField,
    PersonField,
    PersonsField,
)
from app.forms.checklist import STATES
from app.forms.context import Requirement

_KINDS = {
    "number": "number",
    "money": "number",
    "computed": "number",
    "yes_no": "boolean",
    "date": "date",
    **dict.fromkeys(("choices", "persons", "file", "group"), "list"),
}


def kind_of_field(field: AnyField) -> str:
    """Return the kind of fact a field gives."""
    return _KINDS.get(field.type, "text")


def provided_facts(form: FormDefinition, requirements: Sequence[Requirement] = ()) -> dict[str, str]:
    """Return the kind of every fact the form gives, by path."""
    found: dict[str, str] = {}
    for key, field in form.fields():
        if isinstance(field, ChecklistField):
            found.update(_checklist_kinds(key, field, requirements))
        elif not isinstance(field, GroupField):
            found[key] = kind_of_field(field)
    return found


def _checklist_kinds(
    key: str, field: ChecklistField, requirements: Sequence[Requirement]
) -> Iterator[tuple[str, str]]:
    for item in requirements:
        if field.requirements == "all" or item.key in field.requirements:
            yield f"{key}.{item.key}", "text"
            if item.copies > 1:
                yield f"{key}.{item.key}.count", "number"


def closed_values(
    form: FormDefinition, requirements: Sequence[Requirement] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the only values a fact can have, for the facts that have such a list (of lists: their items)."""
    found: dict[str, tuple[str, ...]] = {}
    for key, field in form.fields():
        if isinstance(field, ChoiceField | ChoicesField):
            found[key] = tuple(field.values)
        elif isinstance(field, ChecklistField):
            kinds = _checklist_kinds(key, field, requirements)
            found.update({path: STATES for path, kind in kinds if kind == "text"})
    return found


def facts(
    form: FormDefinition, values: Mapping[str, Any], requirements: Sequence[Requirement] = ()
) -> dict[str, Any]:
    """Turn answers into facts by path; what was not answered or asked is null."""
    found: dict[str, Any] = dict.fromkeys(provided_facts(form, requirements))
    for key, field in form.fields():
        if isinstance(field, ChecklistField):
            for requirement, item in (values.get(key) or {}).items():
                found[f"{key}.{requirement}"] = item["state"]
                found[f"{key}.{requirement}.count"] = item["count"]
        elif not isinstance(field, GroupField):
            found[key] = values.get(key)
    return found


def roles(form: FormDefinition) -> set[str]:
    """Return the roles whose holders the form lets a person name."""
    return {field.role for field in _every_field(form) if isinstance(field, PersonField | PersonsField)}


def asks_for_files(form: FormDefinition) -> bool:
    """Tell whether any field, also of a group, is answered by attachments."""
    return any(isinstance(field, FileField) for field in _every_field(form))


def is_bound_by_letters(form: FormDefinition) -> bool:
    """Tell whether the day of a letter bounds any date, also of a group."""
    bounds = (
        bound
        for field in _every_field(form)
        if isinstance(field, DateField)
        for bound in (field.not_before, field.not_after)
    )
    return any(isinstance(bound, str) and bound.startswith(LETTERS) for bound in bounds)


def _every_field(form: FormDefinition) -> Iterator[AnyField]:
    for _key, field in form.fields():
        yield field
        if isinstance(field, GroupField):
            yield from field.fields.values()
