"""Reads a filled-in form, posted by a browser or sent as JSON, into plain values, errors and warnings.

The order is fixed: every answer is read by its type; hidden answers are dropped, their errors with them;
formulas are computed; then the order of days is checked, and what is required is looked for. Both ways in
give the same values and the same error paths (`land_area_m2`, `machines.0.count`, `checklist.npwp`). Rows are
numbered as they were given; rows left entirely blank are dropped. A hidden field has no key in `values`, an
empty one is null (lists: []).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.definitions.form import FormDefinition
from app.errors import Text, text
from app.forms.build import bind
from app.forms.context import FormContext
from app.forms.day_order import out_of_order
from app.forms.refusal import quoted
from app.forms.required import Missing
from app.forms.settle import settle


@dataclass(frozen=True)
class Answers:
    """The plain values of a form, what is wrong with them, and what is only worth a warning."""

    values: dict[str, Any]
    errors: dict[str, list[Text]] = field(default_factory=dict)
    warnings: dict[str, list[Text]] = field(default_factory=dict)

    @property
    def acceptable(self) -> bool:
        """Whether nothing is wrong; warnings do not count."""
        return not self.errors


def read(form: FormDefinition, submitted: object, context: FormContext) -> Answers:
    """Read a form post (anything with `getlist`; names it does not know are ignored) or a JSON object."""
    errors = _unknown(form, submitted)
    bound = bind(form, submitted, context)
    for path, sentence in bound.flaws():
        errors.setdefault(path, []).append(sentence)
    settled = settle(form, bound.data, set(errors))
    errors = {path: found for path, found in errors.items() if not settled.is_hidden(path)}
    if context.draft:
        return Answers(settled.values, errors)
    errors = out_of_order(form, settled.values) | errors
    missing = Missing(context, settled, errors)
    missing.look(form)
    return Answers(settled.values, _in_order(form, errors | missing.errors), missing.warnings)


def _in_order(form: FormDefinition, errors: dict[str, list[Text]]) -> dict[str, list[Text]]:
    """Sort as the screen shows the fields and rows, so that a summary reads from top to bottom."""
    places = {key: number for number, (key, _field) in enumerate(form.fields())}

    def place(path: str) -> tuple[int, int]:
        head, *rest = path.split(".")
        row = int(rest[0]) if rest and rest[0].isascii() and rest[0].isdecimal() else -1
        return places.get(head, -1), row

    return {path: errors[path] for path in sorted(errors, key=place)}


def _unknown(form: FormDefinition, submitted: object) -> dict[str, list[Text]]:
    if hasattr(submitted, "getlist"):
        return {}
    if not isinstance(submitted, Mapping):
        return {"": [text("The answers must be an object.")]}
    known = dict(form.fields())
    return {quoted(key): [text("There is no such field.")] for key in submitted if key not in known}
