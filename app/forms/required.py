"""Finds what should have been answered and was not: errors, and warnings for documents that may follow."""

from collections.abc import Callable, Mapping
from typing import Any

from app.definitions.form import AnyField, ChecklistField, FileField, FormDefinition, GroupField, YesNoField
from app.errors import Text, text
from app.forms.checklist import asked_for
from app.forms.context import FormContext
from app.forms.evaluate import Lookup
from app.forms.order import scope
from app.forms.settle import Settled, is_needed

Tell = Callable[[str, Text], None]


class Missing:
    """Collects what is missing from settled answers; paths that already have an error are left alone."""

    def __init__(self, context: FormContext, settled: Settled, errors: Mapping[str, list[Text]]) -> None:
        self.context, self.settled, self.given_errors = context, settled, errors
        self.errors: dict[str, list[Text]] = {}
        self.warnings: dict[str, list[Text]] = {}

    def look(self, form: FormDefinition) -> None:
        """Look through every visible field of the form."""
        for key, field in form.fields():
            if key in self.settled.values:
                self._field(key, field, self.settled.values[key], self.settled.lookup)

    def _field(self, path: str, field: AnyField, value: Any, lookup: Lookup) -> None:
        needed = is_needed(field, lookup)
        if isinstance(field, GroupField):
            self._rows(path, field, value)
            self._at_least(path, field, len(value), needed)
        elif isinstance(field, ChecklistField):
            self._checklist(path, field, value or {}, needed)
        elif isinstance(field, FileField):
            self._file(path, field, value, needed)
        elif isinstance(value, list):
            self._at_least(path, field, len(value), needed)
        elif field.type != "computed":
            self._single(path, field, value, needed)

    def _tell(self, path: str, sentence: Text) -> None:
        if path not in self.given_errors:
            self.errors.setdefault(path, []).append(sentence)

    def _single(self, path: str, field: AnyField, value: Any, needed: bool) -> None:
        if (
            isinstance(field, YesNoField)
            and field.must_be_yes
            and (value is False or (needed and value is None))
        ):
            self._tell(path, text("%(title)s must be confirmed.", title=field.title))
        elif needed and value is None:
            self._tell(path, text("%(title)s is required.", title=field.title))

    def _at_least(self, path: str, field: AnyField, given: int, needed: bool) -> None:
        least = max(getattr(field, "min", 0), 1 if needed else 0)
        if given >= least:
            return
        if least == 1:
            self._tell(path, text("%(title)s is required.", title=field.title))
        elif field.type == "group":
            self._tell(path, text("%(title)s needs at least %(n)d rows.", title=field.title, n=least))
        else:
            self._tell(path, text("%(title)s: choose at least %(n)d.", title=field.title, n=least))

    def _file(self, path: str, field: FileField, value: list[int], needed: bool) -> None:
        if not needed or value or path in self.given_errors:
            return
        sentence = text("%(title)s has not been attached.", title=field.title)
        if self.context.lenient_files or not field.blocking:
            self.warnings.setdefault(path, []).append(sentence)
        else:
            self._tell(path, sentence)

    def _checklist(self, path: str, field: ChecklistField, value: Mapping[str, Any], needed: bool) -> None:
        for requirement in asked_for(field, self.context) if needed else ():
            if not value.get(requirement.key, {}).get("state"):
                sentence = text("Choose the state of %(title)s.", title=requirement.title)
                self._tell(f"{path}.{requirement.key}", sentence)

    def _rows(self, path: str, group: GroupField, rows: list[dict[str, Any]]) -> None:
        for origin, row in zip(self.settled.origins[path], rows, strict=True):
            lookup = scope(group.fields, row, self.settled.lookup)
            for key, value in row.items():
                self._field(f"{path}.{origin}.{key}", group.fields[key], value, lookup)
