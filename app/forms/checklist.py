"""The WTForms field of a requirement checklist: a state, a count of copies and a note per requirement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wtforms.utils import unset_value

from app.definitions.form import ChecklistField
from app.errors import Text, text
from app.forms.context import FormContext, Requirement
from app.forms.fields import QuestionField
from app.forms.reading import read_note
from app.forms.refusal import Refused, quoted

STATE_TITLES = {
    "ok": text("Complete and correct"),
    "missing": text("Missing"),
    "incomplete": text("Incomplete"),
    "wrong": text("Not correct"),
    "not_applicable": text("Not applicable"),
}
STATES = tuple(STATE_TITLES)
_PARTS = ("state", "count", "note")
LONGEST_NOTE = 1000
MOST_COPIES = 999


@dataclass
class Item:
    """One requirement of a checklist: what was given for it and what came of that."""

    requirement: Requirement
    name: str
    state: str | None = None
    count: int | None = None
    note: str = ""
    shown: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_PARTS, ""))
    flaws: list[tuple[str, Text]] = field(default_factory=list)

    def take(self, given: Mapping[str, Any]) -> None:
        """Read state, count and note, keeping what was given for the screen."""
        self.shown = {part: _as_shown(given.get(part)) for part in _PARTS}
        for part, read in (("state", self._state), ("count", self._count), ("note", self._note)):
            raw = given.get(part)
            if raw is None or raw == "":
                continue
            try:
                setattr(self, part, read(raw))
            except Refused as refused:
                self.flaws.append((part, refused.text))
        self._complete_count()

    def _state(self, raw: object) -> str:
        if not isinstance(raw, str) or raw not in STATES:
            raise Refused(
                "%(title)s: “%(value)s” is not one of the states.",
                title=self.requirement.title,
                value=quoted(raw),
            )
        return raw

    def _count(self, raw: object) -> int:
        short = isinstance(raw, str) and raw.strip().isascii() and raw.strip().isdecimal() and len(raw) < 9
        value = int(raw.strip()) if isinstance(raw, str) and short else raw
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COPIES:
            raise Refused("%(title)s: enter the number of copies received.", title=self.requirement.title)
        return value

    def _note(self, raw: object) -> str:
        return read_note(self.requirement.title, raw, LONGEST_NOTE)

    def _complete_count(self) -> None:
        # whoever only ticks "ok" or "missing" has counted: all copies, or none
        if self.requirement.copies > 1 and self.count is None and not self.flaws:
            self.count = {"ok": self.requirement.copies, "missing": 0}.get(self.state or "")
            self.shown["count"] = _as_shown("" if self.count is None else self.count)

    @property
    def states(self) -> list[tuple[str, Text]]:
        """The states to choose from."""
        return list(STATE_TITLES.items())

    @property
    def value(self) -> dict[str, Any]:
        """The answer as it is stored."""
        return {"state": self.state, "count": self.count, "note": self.note}


def _as_shown(raw: object) -> str:
    return str(raw) if isinstance(raw, str | int) else ""


class ChecklistAnswer(QuestionField):
    """The answers to a checklist; the requirements come from the context."""

    definition: ChecklistField
    asked: list[Item]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the states from a form post, or from an object of states or of {state, count, note}."""
        self.process_errors, self.misshapen = [], list[tuple[str, Text]]()
        asked = asked_for(self.definition, self.context)
        self.asked = [Item(requirement, f"{self.name}-{requirement.key}") for requirement in asked]
        if formdata is not None:
            self._from_post(formdata)
        elif isinstance(data, Mapping):
            self._from_object(data)
        elif data not in (None, unset_value):
            sentence = text("%(title)s must be an object of requirements.", title=self.definition.title)
            self.process_errors.append(sentence)
        answered = [item for item in self.asked if item.state or item.count is not None or item.note]
        self.data = {item.requirement.key: item.value for item in answered}

    def _from_post(self, formdata: Any) -> None:
        for item in self.asked:
            given = {part: formdata.getlist(f"{item.name}-{part}") for part in _PARTS}
            item.take({part: values[0] for part, values in given.items() if values})

    def _from_object(self, data: Mapping[str, Any]) -> None:
        keys = {item.requirement.key for item in self.asked}
        self.misshapen += [(quoted(key), text("There is no such field.")) for key in data if key not in keys]
        for item in self.asked:
            given = data.get(item.requirement.key)
            if isinstance(given, Mapping):
                self._unknown_parts(item, given)
                item.take(given)
            else:
                item.take({"state": given})

    def _unknown_parts(self, item: Item, given: Mapping[str, Any]) -> None:
        parts = [key for key in given if key not in _PARTS]
        path = item.requirement.key
        self.misshapen += [(f"{path}.{quoted(part)}", text("There is no such field.")) for part in parts]

    def flaws(self) -> Iterator[tuple[str, Text]]:
        """Yield what is wrong; a wrong state is told at the requirement itself."""
        yield from super().flaws()
        yield from self.misshapen
        for item in self.asked:
            for part, sentence in item.flaws:
                path = item.requirement.key
                yield (path if part == "state" else f"{path}.{part}"), sentence


def asked_for(definition: ChecklistField, context: FormContext) -> list[Requirement]:
    """Return the requirements a checklist asks for, in the order of the service."""
    wanted = definition.requirements
    return [item for item in context.requirements if wanted == "all" or item.key in wanted]
