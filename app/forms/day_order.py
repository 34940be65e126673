"""Days that another day of the same form bounds: a visit ends when it has begun, or later."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.definitions.form import FIELDS, DateField, FormDefinition, GroupField
from app.definitions.problem import Problem
from app.errors import Text, text
from app.forms.notation import write_date

SIDES = ("not_before", "not_after")


def out_of_order(form: FormDefinition, values: Mapping[str, Any]) -> dict[str, list[Text]]:
    """What is wrong at each day that stands on the wrong side of another; only days that were given count."""
    fields = dict(form.fields())
    found: dict[str, list[Text]] = {}
    for key, field in fields.items():
        for side, other in _bounds(field):
            own, limit = values.get(key), values.get(other)
            if own and limit and (own < limit if side == "not_before" else own > limit):
                found.setdefault(key, []).append(_said(side, field.title, fields[other].title, own, limit))
    return found


def check_days(form: FormDefinition) -> Iterator[Problem]:
    """A bound that names a field needs a day of that name; rows cannot be bounded so."""
    days = {key for key, field in form.fields() if isinstance(field, DateField)}
    for number, section in enumerate(form.sections):
        for key, field in section.fields.items():
            path = f"sections.{number}.fields.{key}"
            for side, other in _bounds(field):
                if other not in days or other == key:
                    yield Problem(f"{path}.{side}", text("This form has no other day “%(key)s”.", key=other))
            for name, inner in field.fields.items() if isinstance(field, GroupField) else ():
                for side, _ in _bounds(inner):
                    reason = text("A day in a row cannot be bounded by another field.")
                    yield Problem(f"{path}.fields.{name}.{side}", reason)


def _bounds(field: object) -> Iterator[tuple[str, str]]:
    for side in SIDES:
        bound = getattr(field, side, None)
        if isinstance(bound, str) and bound.startswith(FIELDS):
            yield side, bound.removeprefix(FIELDS)


def _said(side: str, title: str, other: str, own: str, limit: str) -> Text:
    days = {"limit": write_date(date.fromisoformat(limit)), "value": write_date(date.fromisoformat(own))}
    if side == "not_before":
        sentence = text("%(title)s cannot be earlier than “%(other)s” (%(limit)s); you entered %(value)s.",
                        title=title, other=other, **days)  # fmt: skip
    else:
        sentence = text("%(title)s cannot be later than “%(other)s” (%(limit)s); you entered %(value)s.",
                        title=title, other=other, **days)  # fmt: skip
    return sentence
