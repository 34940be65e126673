"""Values of a decision table's types: a literal or a fact is read exactly, or refused."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from app.errors import Text

Value = int | Decimal | str | frozenset[str]

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_LISTS = (list, tuple, set, frozenset)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WrongValue(Exception):
    """A value that is not of the type it should be; the text says so to a person."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid % params if params else msgid)
        self.text = Text(msgid, params)


class WrongType(WrongValue):
    """A value that cannot be read as its type at all."""


def number(raw: object) -> Decimal:
    """Read a number without ever rounding it: a float counts as the digits it is written with."""
    if isinstance(raw, float):
        raw = Decimal(repr(float(raw)))
    elif isinstance(raw, int) and not isinstance(raw, bool):
        raw = Decimal(raw)
    elif isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = Decimal(raw.strip())
    if isinstance(raw, Decimal) and raw.is_finite():
        return raw
    raise WrongType("%(value)s is not a number.", value=shown(raw))


def boolean(raw: object) -> int:
    """Read yes or no; nothing but a real boolean will do."""
    if isinstance(raw, bool):
        return int(raw)
    raise WrongType("%(value)s is not yes or no (true, false).", value=shown(raw))


def text_value(raw: object) -> str:
    """Read a text; a number or a date must be quoted in the file, or it is a different value."""
    if isinstance(raw, str):
        return str(raw)
    raise WrongType("%(value)s is not a text; write it in quotes.", value=shown(raw))


def day(raw: object) -> int:
    """Read a date, as its ordinal; a moment with a time of day is refused."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.toordinal()
    if isinstance(raw, str) and _DATE.fullmatch(raw.strip()):
        try:
            return date.fromisoformat(raw.strip()).toordinal()
        except ValueError:
            pass
    raise WrongType("%(value)s is not a date (YYYY-MM-DD).", value=shown(raw))


def texts(raw: object) -> frozenset[str]:
    """Read a list of texts; its order and repetitions do not matter."""
    if isinstance(raw, _LISTS) and all(isinstance(item, str) for item in raw):
        return frozenset(raw)
    raise WrongType("%(value)s is not a list of texts.", value=shown(raw))


READERS: dict[str, Callable[[object], Value]] = {
    "number": number,
    "boolean": boolean,
    "text": text_value,
    "date": day,
    "list": texts,
}


def is_empty(raw: object) -> bool:
    """Absent, null, a blank text and an empty list all mean that nothing was answered."""
    if raw is None or isinstance(raw, str):
        return raw is None or not raw.strip()
    return isinstance(raw, _LISTS) and not raw


def shown(raw: object) -> str:
    """Show a value in a message as the file writes it, shortened."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    written = "null" if raw is None else str(raw)
    return written if len(written) <= 60 else written[:57] + "..."
