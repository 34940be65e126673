"""A form on a page: its definition, what was answered so far, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.definitions.form import FormDefinition
from app.errors import Text
from app.forms.context import FormContext
from app.forms.display import Line, Shown, display
from app.web.i18n import translate
from app.web.uploads import BY_REQUIREMENT

Errors = Mapping[str, list[Text]]


@dataclass(frozen=True)
class FormPage:
    """What ui/filled.html renders; `answers` are stored values or a refused form post."""

    definition: FormDefinition
    answers: Mapping[str, Any]
    context: FormContext
    errors: Errors = field(default_factory=dict)
    warnings: Errors = field(default_factory=dict)


def at_fields(errors: Errors) -> dict[str, list[Text]]:
    """The errors that belong to fields of the form."""
    return {path: found for path, found in errors.items() if not path.startswith(BY_REQUIREMENT)}


def file_links(errors: Errors) -> list[dict[str, str]]:
    """What is wrong with files for requirements, each leading to its place on the page."""
    return [
        {"title": translate(sentence), "url": f"#requirement-{path.removeprefix(BY_REQUIREMENT)}"}
        for path, sentences in errors.items()
        if path.startswith(BY_REQUIREMENT)
        for sentence in sentences
    ]


def merged(*several: Errors) -> dict[str, list[Text]]:
    """Several findings as one, by path."""
    found: dict[str, list[Text]] = {}
    for errors in several:
        for path, sentences in errors.items():
            found.setdefault(path, []).extend(s for s in sentences if s not in found.get(path, []))
    return found


def answered(
    form: FormDefinition, values: Mapping[str, Any], context: FormContext, *, masked: bool = True
) -> list[dict[str, Any]]:
    """The answers by section, as labels and words."""
    return [
        {"title": part.title, "rows": [(line.title, words(line)) for line in part.lines]}
        for part in display(form, values, context, masked=masked)
    ]


def words(line: Line) -> str:
    """One answer in words; the rows of a group and the items of a checklist are put one after the other."""
    if not line.rows:
        return ", ".join(_translated(line.values))
    return "; ".join(" · ".join(word for word in _translated(row) if word) for row in line.rows)


def _translated(values: Iterable[Shown]) -> list[str]:
    return [value if isinstance(value, str) else translate(value) for value in values]
