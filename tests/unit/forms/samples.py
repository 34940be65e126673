"""Forms and surroundings that the tests of forms share, and both ways of handing in the same answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.definitions.form import FormDefinition
from app.forms.answers import Answers, read
from app.forms.context import FormContext, Requirement, SignedLetter

TODAY = date(2026, 11, 23)
REQUIREMENTS = (
    Requirement("npwp", "Fotokopi NPWP"),
    Requirement("deed", "Akta perubahan", required=False),
    Requirement("photo", "Pas foto 4 x 6", copies=2),
)
TEAM = (("budi", "Budi Contoh"), ("ratna", "Ratna Contoh"), ("joko", "Joko Contoh"))


def form(sections: Any = None, **fields: Any) -> FormDefinition:
    """A form of one section with these fields, or of these sections."""
    given = sections or [{"title": "Data", "fields": fields}]
    return FormDefinition.model_validate({"kind": "form", "title": "Contoh", "sections": given})


def context(**changes: Any) -> FormContext:
    defaults: dict[str, Any] = {
        "today": TODAY,
        "requirements": REQUIREMENTS,
        "persons": {"technical_team": TEAM},
        "attachments": {1: None, 2: "npwp", 3: "photo", 4: "photo", 5: "photo"},
        "file_names": {1: "denah.pdf"},
        "letters": {"task_order": SignedLetter("Surat Tugas", date(2026, 11, 20))},
    }
    return FormContext(**{**defaults, **changes})


def posted(answers: Mapping[str, Any]) -> MultiDict[str, str]:
    """The same answers as a browser would post them."""
    pairs: list[tuple[str, str]] = []
    for name, value in answers.items():
        pairs += _pairs(name, value)
    return MultiDict(pairs)


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in _pairs(f"{name}-{key}", inner)]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [pair for index, row in enumerate(value) for pair in _pairs(f"{name}-{index}", row)]
    if isinstance(value, list):
        return [(name, str(item)) for item in value]
    if value is None:
        return [(name, "")]
    if isinstance(value, float):
        return [(name, str(value).replace(".", ","))]
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


def read_both(definition: FormDefinition, answers: Mapping[str, Any], **changes: Any) -> Answers:
    """Read answers as JSON and as a form post; both must come to the same."""
    surroundings = context(**changes)
    by_machine = read(definition, answers, surroundings)
    by_browser = read(definition, posted(answers), surroundings)
    assert by_machine == by_browser
    return by_machine


def msgids(found: Mapping[str, Any]) -> dict[str, list[str]]:
    return {path: [sentence.msgid for sentence in sentences] for path, sentences in found.items()}


def sentences(found: Mapping[str, Any]) -> dict[str, str]:
    return {path: str(texts[0]) for path, texts in found.items()}
