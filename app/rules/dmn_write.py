"""DMN: a decision table as OMG DMN 1.3, in FEEL, or with Python expressions for engines that speak only that.

DMN has no priority of rows: a table of policy priority becomes FIRST with its rows in that order, which gives
the same answers. What DMN cannot say at all (titles of values, examples, waivers) goes along as an extension
of the definitions, so that our own export comes back whole. Missing answers are null; a list that is missing
is the empty list.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Literal
from xml.etree import ElementTree as ET

from app.definitions.decision_table import DecisionTable, Input
from app.rules.cells import Cell, Members, OneOf, Within
from app.rules.rows import ReadRow, read_table
from app.rules.values import Value

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OWN = "https://alurizin.example.org/dmn"
PYTHON = "https://docs.python.org/3/"
TYPES = {"number": "number", "boolean": "boolean", "text": "string", "date": "date", "list": "tTexts"}
POLICIES = {"first": "FIRST", "unique": "UNIQUE", "any": "ANY", "priority": "FIRST", "collect": "COLLECT"}
LAW, NOTE = "Dasar hukum: ", "Catatan: "
_SURE_DIGITS = 15
_UNWANTED = re.compile(r"[?'\"\\]")

Language = Literal["feel", "python"]


def dmn_of(table: DecisionTable, key: str, language: Language = "feel") -> bytes:
    """The DMN file of a table that can be read without problems."""
    ET.register_namespace("", MODEL)
    ET.register_namespace("alur", OWN)
    name = key.replace("/", "_")
    given = {"id": f"definitions_{name}", "name": table.title, "namespace": f"{OWN}/{key}"}
    if language == "python":
        given["expressionLanguage"] = PYTHON
    root = ET.Element(_tag("definitions"), given)
    _extension(root, table)
    texts = _part(root, "itemDefinition", name="tTexts", isCollection="true")
    _part(texts, "typeRef").text = "string"
    decision = _part(root, "decision", id=name, name=table.title)
    given = {"id": f"table_{name}", "hitPolicy": POLICIES[table.hit_policy]}
    _Writer(table, language).write(_part(decision, "decisionTable", **given))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """The variable of each input: its path without dots."""
    names: dict[str, str] = {}
    for path in paths:
        name = path.replace(".", "_")
        while name in names.values():
            name += "_"
        names[path] = name
    return names


def _tag(name: str) -> str:
    return f"{{{MODEL}}}{name}"


def _part(parent: ET.Element, name: str, /, **given: str) -> ET.Element:
    return ET.SubElement(parent, _tag(name), given)


def _extension(root: ET.Element, table: DecisionTable) -> None:
    """What only we understand, as one text."""
    whole = table.model_dump(mode="json", exclude_unset=True)
    kept = {key: part for key, part in whole.items() if key != "rows"}
    own = ET.SubElement(_part(root, "extensionElements"), f"{{{OWN}}}table")
    own.text = json.dumps(kept, ensure_ascii=False)


class _Writer:
    def __init__(self, table: DecisionTable, language: Language) -> None:
        self._table = table
        self._names = names_of(table.inputs)
        self._tests = feel_test if language == "feel" else python_test
        self._value = feel_value if language == "feel" else python_value
        self._language = language

    def write(self, into: ET.Element) -> None:
        for number, (path, item) in enumerate(self._table.inputs.items(), start=1):
            self._input(into, number, path, item)
        keys = ["outcome"] if self._table.outcomes and self._table.hit_policy != "collect" else []
        for key in [*keys, *self._table.outputs]:
            self._output(into, key)
        rows, _ = read_table(self._table)
        for row in sorted(rows.rows, key=lambda row: (row.priority, row.number)):
            self._rule(into, row, [*keys, *self._table.outputs])

    def _input(self, into: ET.Element, number: int, path: str, item: Input) -> None:
        clause = _part(into, "input", id=f"input_{number}", label=item.title)
        given = {"id": f"expression_{number}", "typeRef": TYPES[item.type]}
        expression, name = _part(clause, "inputExpression", **given), self._names[path]
        is_list = item.type == "list" and self._language == "feel"
        _part(expression, "text").text = f"if {name} = null then [] else {name}" if is_list else name
        if item.closed and item.type == "text":
            values = _part(clause, "inputValues", id=f"values_{number}")
            _part(values, "text").text = ",".join(self._value(value) for value in item.values or ())

    def _output(self, into: ET.Element, key: str) -> None:
        kind = self._table.outputs[key].type if key in self._table.outputs else "text"
        clause = _part(into, "output", id=f"output_{key}", name=key, typeRef=TYPES[kind])
        default = (self._table.default or {}).get(key)
        if key == "outcome":
            values = _part(clause, "outputValues", id="outcomes")
            _part(values, "text").text = ",".join(map(self._value, self._table.outcomes))
        if default is not None:
            entry = _part(clause, "defaultOutputEntry", id=f"default_{key}")
            _part(entry, "text").text = self._value(default)

    def _rule(self, into: ET.Element, row: ReadRow, keys: Iterable[str]) -> None:
        rule = _part(into, "rule", id=f"rule_{row.number}")
        written = self._table.rows[row.number - 1]
        words = [LAW + written.law] if written.law else []
        words += [NOTE + written.note] if written.note else []
        if words:
            _part(rule, "description").text = "\n".join(words)
        for number, path in enumerate(self._table.inputs, start=1):
            entry = _part(rule, "inputEntry", id=f"rule_{row.number}_input_{number}")
            cell = row.cells.get(path)
            _part(entry, "text").text = "-" if cell is None else self._tests(cell, self._table.inputs[path])
        for key in keys:
            entry = _part(rule, "outputEntry", id=f"rule_{row.number}_output_{key}")
            _part(entry, "text").text = self._value(written.then.get(key))


def _joined(values: Iterable[Value], column: Input, write: Callable[[object], str]) -> list[str]:
    return [write(_plain(value, column)) for value in values]


def _plain(value: Value, column: Input) -> object:
    """A value as the file has it; dates as dates."""
    if column.type == "date":
        return date.fromordinal(int(value))  # type: ignore[arg-type]
    return bool(value) if column.type == "boolean" else value


def feel_test(cell: Cell, column: Input) -> str:
    """A cell as unary tests of FEEL."""
    if isinstance(cell, Members):
        return _feel_members(cell)
    if column.type == "list":
        return "count(?) = 0" if isinstance(cell, OneOf) else "count(?) > 0"
    if isinstance(cell, Within):
        return _feel_range(cell, column)
    values = _joined(cell.values, column, feel_value)
    if isinstance(cell, OneOf):
        return ",".join([*values, *["null"] * cell.or_empty])
    return f"not({','.join(['null', *values])})"


def _feel_range(cell: Within, column: Input) -> str:
    limits = _joined((limit for _, limit in cell.bounds), column, feel_value)
    orders = [order for order, _ in cell.bounds]
    if len(limits) == 1:
        return f"{orders[0]} {limits[0]}"
    opening, closing = "[" if orders[0] == ">=" else "(", "]" if orders[1] == "<=" else ")"
    return f"{opening}{limits[0]}..{limits[1]}{closing}"


def _feel_members(cell: Members) -> str:
    has = [f"list contains(?, {feel_value(name)})" for name in sorted(cell.any_of)]
    has_not = [f"list contains(?, {feel_value(name)}) = false" for name in sorted(cell.none_of)]
    return " and ".join([*([f"({' or '.join(has)})"] if has else []), *has_not])


def feel_value(value: object) -> str:
    """A literal of FEEL."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, list):
        return f"[{', '.join(map(feel_value, value))}]"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)), "f")
    return json.dumps(str(value), ensure_ascii=False)


def python_test(cell: Cell, column: Input) -> str:
    """A cell as a Python expression about `?`; dates are ISO texts, which sort like dates."""
    if isinstance(cell, Members):
        has = " or ".join(f"{python_value(name)} in (? or [])" for name in sorted(cell.any_of))
        has_not = [f"{python_value(name)} not in (? or [])" for name in sorted(cell.none_of)]
        return " and ".join([*([f"({has})"] if has else []), *has_not])
    if column.type == "list":
        return "not ?" if isinstance(cell, OneOf) else "bool(?)"
    if isinstance(cell, Within):
        limits = _joined((limit for _, limit in cell.bounds), column, python_value)
        orders = [order for order, _ in cell.bounds]
        tests = [f"? {order} {limit}" for order, limit in zip(orders, limits, strict=True)]
        return " and ".join(["? is not None", *tests])
    values = _joined(cell.values, column, python_value)
    if isinstance(cell, OneOf):
        return f"? in ({''.join(f'{value}, ' for value in [*values, *['None'] * cell.or_empty])})"
    return f"? is not None and ? not in ({''.join(f'{value}, ' for value in values)})"


def python_value(value: object) -> str:
    """A literal of Python; signs that an engine could take for a mark are written as escapes."""
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(python_value, value))}]"
    if isinstance(value, int | float | Decimal):
        exact = Decimal(str(value))
        if exact == exact.to_integral_value() or len(exact.as_tuple().digits) <= _SURE_DIGITS:
            return format(exact, "f")
        return f'Decimal("{exact:f}")'
    text = value.isoformat() if isinstance(value, date) else str(value)
    escaped = _UNWANTED.sub(lambda sign: f"\\x{ord(sign.group()):02x}", text)
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'
