"""Notation: how a person writes one cell in a grid or a spreadsheet, and back without loss.

Conditions: `> 8`, `[2 .. 8)`, `ya`, `tidak`, `Tidak ada; Kurang`, `bukan Sesuai`, `kosong`, `terisi`,
`memuat neon; video tanpa cat`; nothing at all where anything will do. Values of a closed list are written
with their titles. The words are Indonesian like the definitions themselves.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from app.definitions.decision_table import Input, Output
from app.rules.cells import Cell, NoneOf, OneOf, UnknownValue, Within, parse_cell
from app.rules.hints import unread
from app.rules.values import READERS, Value, WrongType, WrongValue, is_empty

EMPTY, GIVEN, NOT, HAS, HAS_NOT, YES, NO, ANY = (
    "kosong",
    "terisi",
    "bukan",
    "memuat",
    "tanpa",
    "ya",
    "tidak",
    "-",
)
WORDS = {EMPTY, GIVEN, NOT, HAS, HAS_NOT, "null", ANY}
# a quote that nothing closes goes to the end: looking for its end must not begin again at every letter
_PARTS = re.compile(r'"(?:[^"\\]|\\.?)*"?|;|\bmemuat\b|\btanpa\b|[^";\s]+?(?=\b|[";\s]|$)|\s+|.', re.I | re.S)
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+")
_COMMA = re.compile(r"([0-9]),([0-9])")
_ORDERED, _NAMED = frozenset("<>=![("), frozenset("=!")
_CONDITION = {"number": _ORDERED, "date": _ORDERED, "text": _NAMED, "boolean": _NAMED, "list": _NAMED}
_TRUE, _FALSE = {YES, "true", "benar"}, {NO, "false", "salah"}
_SURE_DIGITS = 15


def write_condition(raw: object, column: Input) -> str:
    """Write a cell of `when`; what is no condition stays as it is."""
    try:
        cell = parse_cell(raw, column)
    except WrongValue:
        return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return ANY if cell is None else _written(cell, column)


def _written(cell: Cell, column: Input) -> str:
    if isinstance(cell, OneOf):
        return "; ".join([*_several(cell.values, column), *[EMPTY] * cell.or_empty])
    if isinstance(cell, NoneOf):
        return f"{NOT} {'; '.join(_several(cell.values, column))}" if cell.values else GIVEN
    if isinstance(cell, Within):
        return _range(cell, column)
    has = f"{HAS} {'; '.join(_several(sorted(cell.any_of), column))}" if cell.any_of else ""
    has_not = f"{HAS_NOT} {'; '.join(_several(sorted(cell.none_of), column))}" if cell.none_of else ""
    return f"{has} {has_not}".strip()


def _range(cell: Within, column: Input) -> str:
    limits = [_value(limit, column) for _, limit in cell.bounds]
    orders = [order for order, _ in cell.bounds]
    if len(limits) == 1:
        return f"{orders[0]} {limits[0]}"
    opening, closing = "[" if orders[0] == ">=" else "(", "]" if orders[1] == "<=" else ")"
    return f"{opening}{limits[0]} .. {limits[1]}{closing}"


def _several(values: Iterable[Value], column: Input) -> list[str]:
    return [_value(value, column) for value in values]


def _value(value: Value, column: Input) -> str:
    if column.type == "number":
        return format(Decimal(str(value)), "f")
    if column.type == "date":
        return date.fromordinal(int(value)).isoformat()  # type: ignore[arg-type]
    if column.type == "boolean":
        return YES if value else NO
    return quoted(_titles(column).get(str(value), str(value)))


def _titles(column: Input) -> dict[str, str]:
    """The title of each value, where it names just that value."""
    if not isinstance(column.values, dict):
        return {}
    titles = [*column.values.values()]
    return {
        key: title
        for key, title in column.values.items()
        if titles.count(title) == 1 and (title == key or title not in column.values)
    }


def quoted(value: str) -> str:
    """A text as it is, or in quotes where it would read as something else."""
    words = value.split()
    odd = not words or value != value.strip() or any(sign in value for sign in ';"\n\t')
    odd = odd or value[0] in "<>=![(+@-" or any(word.lower() in WORDS for word in words)
    return json.dumps(value, ensure_ascii=False) if odd else value


def read_condition(written: str, column: Input) -> object:
    """Read a cell of `when` as the file has it. Raises WrongValue, which says how it could be written."""
    try:
        raw = _condition(written.strip(), column)
        parse_cell(raw, column)
    except WrongType as wrong:
        raise unread(written, column) if column.type in ("number", "date") else wrong from wrong
    except UnknownValue as wrong:
        titles = _titles(column)
        allowed = "; ".join(titles.get(key, key) for key in column.values or ())
        raise UnknownValue(wrong.value, allowed) from wrong
    return raw


def _condition(text: str, column: Input) -> object:
    first, _, rest = text.partition(" ")
    if first.lower() == NOT and column.type != "list":
        return {"not": _one([_literal(part, column) for part in split(rest)])}
    if column.type == "list" and text.lower() not in (EMPTY, "null", GIVEN, ANY):
        return _members(text, column)
    return _whole(text, column)


def _whole(text: str, column: Input) -> object:
    if text.lower() in (EMPTY, "null"):
        return None
    if text.lower() == GIVEN:
        return {"not": None}
    if text == ANY:
        return ANY
    if text[:1] in _CONDITION[column.type]:
        return _COMMA.sub(r"\1.\2", text) if column.type == "number" else text
    return _one([_literal(part, column) for part in split(text)])


def _members(text: str, column: Input) -> object:
    found: dict[str, list[object]] = {}
    for kind, names in _clauses(text):
        named = [_key(_unquoted(name), column) for name in split(names)]
        found.setdefault("has" if kind == HAS else "has_not", []).extend(named)
    return {key: _one(found[key]) for key in ("has", "has_not") if key in found}


def _clauses(text: str) -> list[tuple[str, str]]:
    """Each of the two words with what stands behind it. Raises WrongValue for text before the first."""
    found: list[tuple[str, str]] = []
    for part in _PARTS.findall(text):
        if part.lower() in (HAS, HAS_NOT):
            found.append((part.lower(), ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + part)
        elif part.strip():
            raise WrongValue(
                "What a list has is written as “memuat …”, what it has not as “tanpa …”, several with "
                "semicolons; “kosong” is an empty list."
            )
    return found


def _one(values: list[object]) -> object:
    alone = len(values) == 1 and (values[0] is None or not _is_operator(values[0]))
    return values[0] if alone else values


def _is_operator(value: object) -> bool:
    return isinstance(value, str) and (value == ANY or value[:1] in ("<", ">", "=", "!"))


def split(text: str) -> list[str]:
    """The parts between semicolons that stand outside quotes."""
    found = [""]
    for part in _PARTS.findall(text):
        if part == ";":
            found.append("")
        else:
            found[-1] += part
    return [part.strip() for part in found]


def _unquoted(part: str) -> str:
    if part.startswith('"') and part.endswith('"') and len(part) > 1:
        try:
            return str(json.loads(part))
        except ValueError:
            return part
    return part


def _literal(part: str, column: Input) -> object:
    if part.lower() in (EMPTY, "null"):
        return None
    if column.type in ("text", "list"):
        return _key(_unquoted(part), column)
    return read_value(part, column.type)


def _key(value: str, column: Input) -> str:
    """The value that a title stands for."""
    if column.closed is not None and value in column.closed:
        return value
    return {title: key for key, title in _titles(column).items()}.get(value, value)


def read_value(part: str, kind: str) -> object:
    """Read a value of a fact or an output. Raises WrongValue."""
    text = part.strip()
    if kind == "number":
        text = _COMMA.sub(r"\1.\2", text)
        exact = Decimal(str(READERS["number"](text)))
        if _PLAIN_NUMBER.fullmatch(text):
            return int(text)
        sure = len(exact.as_tuple().digits) <= _SURE_DIGITS and Decimal(repr(float(exact))) == exact
        return float(exact) if sure else text
    if kind == "boolean" and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind == "list":
        return [_unquoted(one) for one in split(text)]
    READERS[kind](text if kind != "text" else part)
    return text if kind == "date" else part


def write_value(raw: object, kind: str) -> str:
    """Write a fact or an output; a text stands as it is."""
    if isinstance(raw, bool):
        return YES if raw else NO
    if isinstance(raw, list):
        return "; ".join(
            quoted(str(one)) if kind in ("text", "list") else write_value(one, kind) for one in raw
        )
    if isinstance(raw, float):
        return format(Decimal(repr(raw)), "f")
    return str(raw)


def read_fact(written: str, column: Input) -> object:
    """Read a fact as an example or the try-out gives it. Raises WrongValue."""
    if written.strip().lower() in (EMPTY, "null"):
        return None
    if column.type == "list":
        return [_key(_unquoted(one), column) for one in split(written)]
    if column.type == "text":
        return _key(_unquoted(written.strip()), column)
    return read_value(written, column.type)


def write_fact(raw: object, column: Input) -> str:
    """Write a fact; a closed list's values with their titles."""
    if is_empty(raw):
        return EMPTY
    titles = _titles(column)
    if column.type == "list" and isinstance(raw, list):
        return "; ".join(quoted(titles.get(str(one), str(one))) for one in raw)
    if column.type == "text":
        return quoted(titles.get(str(raw), str(raw)))
    return write_value(raw, column.type)


def read_output(written: str, output: Output, *, several: bool = False) -> object:
    """Read an output, or the outputs of all rows together. Raises WrongValue."""
    if several:
        return [read_value(_unquoted(one), output.type) for one in split(written)]
    return read_value(written, output.type)
