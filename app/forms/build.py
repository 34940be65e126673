"""Builds the WTForms class of a form definition, once per text of it, and binds it to what was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wtforms.fields.core import UnboundField

from app.definitions.form import AnyField, FormDefinition, Section
from app.forms.checklist import ChecklistAnswer
from app.forms.context import FormContext
from app.forms.expression import as_json, parse
from app.forms.fields import AnswerField, AnswerForm, QuestionField, RowsField
from app.forms.keyed import Keyed, keyed


@dataclass(frozen=True)
class BoundSection:
    """A section with its bound fields; `show_if` is the tree of its condition for the browser."""

    definition: Section
    show_if: list[Any] | None
    fields: list[QuestionField]


class BoundForm(AnswerForm):
    """The answers to a whole form."""

    definition: FormDefinition

    def sections(self) -> list[BoundSection]:
        """Return the sections in the order of the screen."""
        return [self._section(section) for section in self.definition.sections]

    def _section(self, section: Section) -> BoundSection:
        tree = as_json(parse(section.show_if).tree) if section.show_if else None
        return BoundSection(section, tree, [self._fields[key] for key in section.fields])  # type: ignore[misc]


def form_class(definition: FormDefinition) -> type[BoundForm]:
    """Return the WTForms class of a definition."""
    return _build(keyed(definition))


@lru_cache(maxsize=256)
def _build(form: Keyed) -> type[BoundForm]:
    unbound = {key: _unbound(definition) for key, definition in form.definition.fields()}
    return type("BoundForm", (BoundForm,), {"unbound": unbound, "definition": form.definition})


def _unbound(definition: AnyField) -> "UnboundField[Any]":
    if definition.type == "group":
        rows = {key: _unbound(inner) for key, inner in definition.fields.items()}
        return UnboundField(RowsField, definition, type("Row", (AnswerForm,), {"unbound": rows}))
    if definition.type == "checklist":
        return UnboundField(ChecklistAnswer, definition)
    return UnboundField(AnswerField, definition)


def bind(definition: FormDefinition, submitted: Any, context: FormContext) -> BoundForm:
    """Bind what was given: a form post (anything with `getlist`) or an object of plain values."""
    if hasattr(submitted, "getlist"):
        return form_class(definition)(context, submitted)
    values = submitted if isinstance(submitted, Mapping) else {}
    return form_class(definition)(context, None, values)


def open_form(definition: FormDefinition, context: FormContext, given: Any = None) -> BoundForm:
    """Bind stored values, or a refused form post, for the screen: groups get empty rows to fill in."""
    bound = bind(definition, given or {}, context)
    for rows in bound:
        if isinstance(rows, RowsField):
            rows.offer()
    return bound
