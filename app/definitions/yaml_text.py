"""Read YAML 1.2 as plain JSON values, with the line of every value; refuse what is ambiguous or a trick."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.errors import Text, text

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_VALUES = 100_000
MAX_DIGITS = 18

# The core schema of YAML 1.2 (chapter 10.3.2), less what would lose a digit on the way.
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# PostgreSQL holds no NUL, JSON no lone surrogate, and no keyboard types the rest.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# What ruamel.yaml says, in the words of this house; the first that occurs in its message counts.
_SYNTAX = {
    "cannot start any token": text(
        "This character cannot stand here; indent with spaces, and put texts that begin with a special "
        "character into quotes."
    ),
    "mapping values are not allowed": text(
        "A colon cannot stand here: put texts that contain a colon into quotes, and check the indentation."
    ),
    "could not find expected ':'": text("A colon after the key is missing near here."),
    "while scanning a quoted scalar": text("A quotation mark is not closed."),
    "expected ',' or": text("A list or a mapping in brackets is not closed, or a comma is missing."),
    "expected <block end>": text("The indentation does not fit the lines above."),
    "special characters are not allowed": text("The file contains a character that cannot be shown."),
}


class Refused(Exception):
    """A text that is not read: why, and in which line, counted from 1."""

    def __init__(self, reason: Text, line: int | None = None, path: str = "") -> None:
        super().__init__(str(reason))
        self.reason, self.line, self.path = reason, line, path


@dataclass(frozen=True)
class Read:
    """Plain values, and the line of every key and list item by its dotted path (list items count from 1)."""

    value: Any
    lines: dict[str, int]
    events: tuple[Event, ...] = field(default=(), repr=False)


def read(source: str) -> Read:
    """Read one document; raise Refused with the first reason that it cannot be read."""
    if len(source.encode(errors="replace")) > MAX_BYTES:
        raise Refused(text("The file is larger than %(n)d kilobytes.", n=MAX_BYTES // 1000))
    seen: list[Event] = []
    builder = _Builder(_events(source, seen))
    value = builder.document()
    return Read(value, builder.lines, tuple(seen))


@lru_cache(maxsize=8)
def read_once(source: str) -> Read:
    """The same for a whole text, which is read again and again while it is edited; change no value of it."""
    return read(source)


def _events(source: str, seen: list[Event]) -> Iterator[Event]:
    try:
        for event in YAML(typ="safe", pure=True).parse(source):
            seen.append(event)
            yield event
    except YAMLError as error:
        raise _as_refused(error) from error
    except (ValueError, LookupError, AttributeError, AssertionError, ArithmeticError, TypeError) as error:
        # The scanner stumbles over some malformed escapes and directives instead of naming them.
        raise Refused(text("This cannot be read as YAML.")) from error


def _as_refused(error: YAMLError) -> Refused:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(error)
    known = next((ours for theirs, ours in _SYNTAX.items() if theirs in said), None)
    reason = known or text("This cannot be read as YAML: check the indentation, colons and quotes here.")
    return Refused(reason, mark.line + 1 if mark else None)


class _Builder:
    """Turns the parser's events into values, so that no alias or tag is ever followed."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._values = 0
        self.lines: dict[str, int] = {}

    def document(self) -> Any:
        """Build the only document of the stream."""
        value: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._check_document(event, documents)
                value = self._value(next(self._events), "", 0)
        if value is None:
            raise Refused(text("The file is empty."), 1)
        return value

    def _check_document(self, event: DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            raise Refused(
                text("A file holds one definition: remove the line of three hyphens."), _line(event)
            )
        if event.tags or event.version not in (None, (1, 2)):
            raise Refused(
                text("Directives, lines that begin with a percent sign, are not allowed."), _line(event)
            )

    def _value(self, event: Event, path: str, depth: int) -> Any:
        _check_plain(event, path)
        self._values += 1
        if depth > MAX_DEPTH:
            raise Refused(text("This is nested too deeply."), _line(event), path)
        if self._values > MAX_VALUES:
            raise Refused(text("The file holds more than %(n)d values.", n=MAX_VALUES), _line(event), path)
        if isinstance(event, ScalarEvent):
            return _scalar(event, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            below = joined(path, str(len(items) + 1))
            self.lines[below] = _line(event)
            items.append(self._value(event, below, depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = _key(event, path)
            below = joined(path, key)
            if key in found:
                first = self.lines[below]
                reason = text('The key "%(key)s" stands here twice; first in line %(n)d.', key=key, n=first)
                raise Refused(reason, _line(event), below)
            self.lines[below] = _line(event)
            found[key] = self._value(next(self._events), below, depth + 1)
        return found


def joined(path: str, part: str) -> str:
    """One step further down a dotted path."""
    return f"{path}.{part}" if path else part


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _check_plain(event: Event, path: str) -> None:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
        raise Refused(
            text("Anchors (&) and aliases (*) are not allowed; write the text out."), _line(event), path
        )
    if getattr(event, "tag", None) is not None:
        raise Refused(text("Tags (!) are not allowed; put the text into quotes."), _line(event), path)
    if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
        raise Refused(text("This cannot be read as YAML."), _line(event), path)


def _key(event: Event, path: str) -> str:
    """A key is text as it is written, even where it looks like a number."""
    _check_plain(event, path)
    if not isinstance(event, ScalarEvent):
        raise Refused(text("A key must be a text."), _line(event), path)
    return _wanted(event, path)


def _wanted(event: ScalarEvent, path: str) -> str:
    value: str = event.value
    if _UNWANTED.search(value):
        raise Refused(text("The text contains a character that cannot be shown."), _line(event), path)
    return value


def _scalar(event: ScalarEvent, path: str) -> str | int | float | bool | None:
    value = _wanted(event, path)
    if not event.implicit[0]:
        return value
    if value in _NULL:
        return None
    if value in _BOOLEAN:
        return _BOOLEAN[value]
    return _number(value, _line(event), path) if value[0] in "+-.0123456789" else value


def _number(value: str, line: int, path: str) -> str | int | float:
    """A number, or the text where it is none; a number that would lose digits must be put into quotes."""
    if _LEADING_ZERO.fullmatch(value) or _NOT_FINITE.fullmatch(value):
        raise Refused(
            text('Put "%(value)s" into quotes, or write an ordinary number.', value=value), line, path
        )
    if not _FLOAT.fullmatch(value):
        return value
    if sum(letter.isdigit() for letter in value) > MAX_DIGITS or float(value) in (
        float("inf"),
        float("-inf"),
    ):
        raise Refused(text("This number is too long; put it into quotes if it is a text."), line, path)
    return int(value) if _WHOLE.fullmatch(value) else float(value)
