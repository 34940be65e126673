"""The WTForms fields of an answer and of a group's rows: they keep what was given and read it by one rule.

Each has `data` (the plain value), `flaws()` (path inside the field, sentence) and, for the screen, `shown`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms.fields.core import Field, UnboundField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.utils import unset_value

from app.definitions.form import (
    AnyField,
    ChoicesField,
    ComputedField,
    FileField,
    GroupField,
    PersonsField,
    Question,
)
from app.errors import Text, text
from app.forms import notation
from app.forms.amounts import bound_day
from app.forms.context import FormContext
from app.forms.expression import as_json, parse
from app.forms.files import accept_attribute
from app.forms.reading import LISTS, read_answer
from app.forms.refusal import quoted

TEMPLATE_INDEX = "__row__"


class AnswerMeta(DefaultMeta):
    """What every field of a form reaches through `meta`: the surroundings it is filled in."""

    def __init__(self, context: FormContext) -> None:
        self.context = context


class AnswerForm(BaseForm):
    """Answers to the questions of a form or of one row; given as a form post or as plain values."""

    unbound: ClassVar[dict[str, "UnboundField[Any]"]] = {}

    def __init__(
        self,
        context: FormContext,
        submitted: Any = None,
        values: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__(self.unbound, prefix=prefix, meta=AnswerMeta(context))
        self.process(formdata=submitted, data=values)

    def flaws(self) -> Iterator[tuple[str, Text]]:
        """Yield what is wrong with each answer, by its path from this form."""
        for name, field in self._fields.items():
            for path, sentence in field.flaws():  # type: ignore[attr-defined]
                yield (f"{name}.{path}" if path else name), sentence


class QuestionField(Field):
    """What all our fields share: their definition, and an id that no other part of a page uses."""

    meta: AnswerMeta

    def __init__(self, definition: Question, **kwargs: Any) -> None:
        super().__init__(label=definition.title, description=definition.help or "", **kwargs)
        self.definition = definition
        self.id = f"f-{self.name}"
        self.process_errors: list[Any] = []

    @property
    def context(self) -> FormContext:
        """The surroundings this form is filled in."""
        return self.meta.context

    @property
    def is_marked(self) -> bool:
        """Whether the field is marked as required."""
        return self.definition.required

    @property
    def unit(self) -> str:
        """What stands behind a number."""
        return getattr(self.definition, "unit", None) or ""

    @property
    def conditions(self) -> dict[str, list[Any]]:
        """The trees of the field's conditions and formula, for the browser."""
        names = ("show_if", "require_if", "formula")
        found = {name: getattr(self.definition, name, None) for name in names}
        return {name: as_json(parse(source).tree) for name, source in found.items() if source}

    def flaws(self) -> Iterator[tuple[str, Text]]:
        """Yield what is wrong, by path from this field ("" for the field itself)."""
        for sentence in self.process_errors:
            yield "", sentence


class AnswerField(QuestionField):
    """One answer."""

    definition: AnyField

    @property
    def is_marked(self) -> bool:
        """Whether the field is marked as required; a least number of values requires one too."""
        least = self.definition.min if isinstance(self.definition, ChoicesField | PersonsField) else 0
        return self.definition.required or least > 0

    def process_data(self, value: Any) -> None:
        """Take a plain value, stored or from a machine."""
        self._take(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what a browser posted."""
        if self.definition.type in LISTS:
            self._take(valuelist)
        else:
            self._take(valuelist[0] if valuelist else None)

    def _take(self, raw: object) -> None:
        self.raw, self.data = raw, [] if self.definition.type in LISTS else None
        self.data = read_answer(self.definition, raw, self.context)

    @property
    def shown(self) -> str:
        """What stands in the input: the answer as people write it, or what was refused."""
        if self.process_errors:
            return self.raw if isinstance(self.raw, str) else quoted(self.raw)
        if isinstance(self.definition, ComputedField):
            return _computed(self.definition, self.raw)
        if self.data is None or isinstance(self.data, list):
            return ""
        return _written(self.definition.type, self.data)

    @property
    def accept(self) -> str:
        """What the browser's file dialog offers."""
        return accept_attribute(self.definition) if isinstance(self.definition, FileField) else ""

    @property
    def latest(self) -> date | None:
        """The last day a date may name."""
        return bound_day(getattr(self.definition, "not_after", None), self.context)

    @property
    def earliest(self) -> date | None:
        """The first day a date may name."""
        return bound_day(getattr(self.definition, "not_before", None), self.context)

    def chosen(self, value: str) -> bool:
        """Whether this value of a choice is ticked."""
        given = self.raw if self.process_errors else self.data
        return value in given if isinstance(given, list) else value == (self.shown or None)


def is_blank(answers: Mapping[str, Any]) -> bool:
    """Whether none of these answers was given."""
    return all(value in (None, []) for value in answers.values())


def _computed(definition: ComputedField, stored: object) -> str:
    # what was computed when the answers were stored; the browser and the server compute it anew
    if isinstance(stored, bool) or not isinstance(stored, int | float):
        return ""
    return notation.write_money(int(stored)) if definition.money else notation.write_number(stored)


def _written(kind: str, value: Any) -> str:
    if kind == "number":
        return notation.write_number(value)
    if kind == "money":
        return notation.write_money(value).removeprefix("Rp")
    return str(value).lower() if kind == "yes_no" else str(value)


class RowsField(QuestionField):
    """The rows of a group; blank rows are kept here, so that paths stay those of what was given."""

    definition: GroupField
    rows: list[AnswerForm]

    @property
    def is_marked(self) -> bool:
        """Whether at least one row is required."""
        return self.definition.required or self.definition.min > 0

    def __init__(self, definition: GroupField, row_class: type[AnswerForm], **kwargs: Any) -> None:
        super().__init__(definition, **kwargs)
        self.row_class = row_class
        self.rows = []
        self.misshapen: list[tuple[str, Text]] = []

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rows from a form post or from a list."""
        self.process_errors, self.rows, self.misshapen = [], [], []
        if formdata is not None:
            indices = self._indices(formdata)
            self._limit(len(indices))
            self.rows = [self._row(index, formdata, None) for index in indices[: self.definition.max]]
            self._number_again()
        elif isinstance(data, list):
            self._limit(len(data))
            self.rows = [self._given(i, item) for i, item in enumerate(data[: self.definition.max])]
        elif data not in (None, unset_value):
            self.process_errors.append(text("%(title)s must be a list of rows.", title=self.definition.title))
        self.data = [row.data for row in self.rows]

    def _indices(self, formdata: Any) -> list[int]:
        pattern = re.compile(re.escape(self.name) + r"-(\d{1,6})-", re.ASCII)
        return sorted({int(match[1]) for key in formdata if (match := pattern.match(key))})

    def _number_again(self) -> None:
        # names and ids follow the position, as error paths do, where a browser left out a row
        for position, row in enumerate(self.rows):
            for key, field in row._fields.items():
                field.name = f"{self.name}-{position}-{key}"
                field.id = f"f-{field.name}"

    def _limit(self, given: int) -> None:
        if given > self.definition.max:
            self.process_errors.append(
                text("%(title)s has at most %(n)d rows.", title=self.definition.title, n=self.definition.max)
            )

    def _row(self, index: int | str, formdata: Any, values: Mapping[str, Any] | None) -> AnswerForm:
        return self.row_class(self.context, formdata, values, prefix=f"{self.name}-{index}-")

    def _given(self, index: int, item: object) -> AnswerForm:
        if not isinstance(item, Mapping):
            self.misshapen.append((str(index), text("A row must be an object.")))
            return self._row(index, None, None)
        for key in item:
            if key not in self.definition.fields:
                self.misshapen.append((f"{index}.{quoted(key)}", text("There is no such field.")))
        return self._row(index, None, item)

    def flaws(self) -> Iterator[tuple[str, Text]]:
        """Yield what is wrong with the group and with each row's answers."""
        yield from super().flaws()
        yield from self.misshapen
        for index, row in enumerate(self.rows):
            for path, sentence in row.flaws():
                yield f"{index}.{path}", sentence

    def offer(self) -> None:
        """Add the empty rows a person without JavaScript needs: up to the least number, and one to go on."""
        while len(self.rows) < min(self.definition.max, max(self.definition.min, self._filled() + 1)):
            self.rows.append(self._row(len(self.rows), None, None))

    def _filled(self) -> int:
        return sum(not is_blank(row.data) or any(row.flaws()) for row in self.rows)

    @property
    def template(self) -> AnswerForm:
        """An empty row whose index the browser fills in when it adds one."""
        return self._row(TEMPLATE_INDEX, None, None)
