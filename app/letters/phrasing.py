"""Writes variables and conditions for letters, so that an answer that may be absent does no harm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Invalid
from app.letters.expressions import CHOICE, JOINED, YES_NO

_SIGNS = {"equals": "==", "differs": "!=", "more": ">", "less": "<", "at_least": ">=", "at_most": "<="}
_NONE = '"-"'


@dataclass(frozen=True)
class Access:
    """How to get at a variable: plainly, or with `get` where it (or what holds it) may be absent."""

    path: str
    is_certain: bool = True
    may_be_absent: bool = False

    @property
    def text(self) -> str:
        """The expression, without filters."""
        parts = self.path.split(".")
        if not self.is_certain:
            return (
                parts[0] + "".join(f'.get("{part}", {{}})' for part in parts[1:-1]) + f'.get("{parts[-1]}")'
            )
        if self.may_be_absent:
            return ".".join(parts[:-1]) + f'.get("{parts[-1]}")'
        return self.path

    @property
    def is_safe(self) -> bool:
        """True where there always is a value."""
        return self.is_certain and not self.may_be_absent


def written_as(access: Access, filter_name: str, choices: Mapping[str, str] | None = None) -> str:
    """The expression of a field, written with a filter, as a choice's title, or as yes or no."""
    text = access.text
    if filter_name == CHOICE:
        table = json.dumps(dict(choices or {}), ensure_ascii=False)
        return f"{table}[{text}]" if access.is_safe else f"{table}.get({text}, {_NONE})"
    if filter_name == YES_NO:
        return f'"ya" if {text} else "tidak"'
    if filter_name == JOINED:
        filter_name = 'join("; ")'
    if not filter_name:
        return text if access.is_safe else f"{text} or {_NONE}"
    return f"{text}|{filter_name}" if access.is_safe else f"{text}|{filter_name} if {text} else {_NONE}"


def condition(access: Access, operator: str, value: Any = None) -> str:
    """The statement that begins a condition. Raises Invalid for an operator or value that cannot be."""
    text = access.text
    if operator == "filled":
        return f"if {text}"
    if operator == "empty":
        return f"if not {text}"
    if operator == "one_of" and isinstance(value, list) and value and all(map(_is_plain, value)):
        return f"if {text} in {_constant(value)}"
    if operator == "contains" and _is_plain(value):
        return f"if {_constant(value)} in " + (text if access.is_safe else f"({text} or [])")
    if operator not in _SIGNS or not _is_plain(value):
        raise Invalid("The request cannot be read.")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    compared = f"({text} or 0)" if is_number and not access.is_safe else text
    return f"if {compared} {_SIGNS[operator]} {_constant(value)}"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _constant(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
