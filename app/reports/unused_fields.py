"""Fields of a form that no rule, letter, message, process or condition names: used by nobody."""

import re

from app.definitions.catalogue import Catalogue, current
from app.definitions.form import FormDefinition

USERS = ("decision_table", "letter", "messages", "process", "form")
SHOWN_ANYWAY = frozenset({"file", "checklist"})  # officers look at them whether anything names them or not


def unused_fields(key: str, form: FormDefinition) -> list[tuple[str, str]]:
    """Key and title of each field whose name stands in no other definition of the service.

    A name that stands anywhere counts as used, so nothing that is used is ever listed.
    """
    words = _words(current(), key) | _conditions(form)
    fields = [(name, field) for name, field in form.fields() if field.type not in SHOWN_ANYWAY]
    return [(name, field.title) for name, field in fields if name not in words]


def _words(catalogue: Catalogue, key: str) -> set[str]:
    folder = key.partition("/")[0]
    found: set[str] = set()
    for kind in USERS:
        for other in catalogue.keys(kind):
            if (kind, other) != ("form", key) and other.startswith(f"{folder}/"):
                found.update(re.findall(r"[a-z][a-z0-9_]*", catalogue.text(kind, other)))
    return found


def _conditions(form: FormDefinition) -> set[str]:
    written = [section.show_if or "" for section in form.sections]
    for _, field in form.fields():
        written += [field.show_if or "", field.require_if or "", getattr(field, "formula", "")]
    return set(re.findall(r"[a-z][a-z0-9_]*", " ".join(written)))
