"""Errors that a person can act on, worded in English msgids and translated at the doors."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence for a person: an English msgid and its parameters, translated where it is shown."""

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid


def text(msgid: str, **params: Any) -> Text:
    """Mark a sentence for translation without translating it yet."""
    return Text(msgid, params)


class OfficeError(Exception):
    """Something a person can put right; `errors` names the fields by path. Everything else is a bug."""

    status = 400

    def __init__(self, msgid: str, *, errors: dict[str, list[Text]] | None = None, **params: Any) -> None:
        super().__init__(msgid % params if params else msgid)
        self.text = Text(msgid, params)
        self.errors = errors or {}

    def __str__(self) -> str:
        faults = "; ".join(f"{path}: {', '.join(map(str, texts))}" for path, texts in self.errors.items())
        return f"{self.text} ({faults})" if faults else str(self.text)


class NotFound(OfficeError):
    """There is no such thing, or this person may not know of it."""

    status = 404


class Forbidden(OfficeError):
    """The person is known but may not do this."""

    status = 403


class Conflict(OfficeError):
    """Somebody else was first, or the version shown is stale."""

    status = 409


class Invalid(OfficeError):
    """The values given are not acceptable; `errors` says which and why."""

    status = 422
