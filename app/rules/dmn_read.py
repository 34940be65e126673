"""DMN import: the first decision table of a DMN 1.1 to 1.3 file, with a doubt for what is not understood."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

from app.definitions.decision_table import Input
from app.definitions.problem import Problem
from app.errors import Invalid, text
from app.rules.cells import parse_cell
from app.rules.dmn_write import LAW, NOTE, OWN, PYTHON, names_of
from app.rules.values import WrongValue

MAX_BYTES = 5_000_000
LONGEST_RANGE = 250
KINDS = {"string": "text", "boolean": "boolean", "date": "date", "tTexts": "list"}
NUMBERS = {"number", "integer", "long", "double", "decimal"}
POLICIES = {
    "UNIQUE": "unique", "FIRST": "first", "ANY": "any", "COLLECT": "collect", "RULE ORDER": "collect",
}  # fmt: skip
_LIST_NAME = re.compile(r"if (\w+) = null then \[\] else \1")
_RANGE = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])")
_DATE = re.compile(r'date\(\s*"([^"]+)"\s*\)')
_CONTAINS = re.compile(r'list contains\(\?, ("(?:[^"\\]|\\.)*")\)( = false)?')
# what nothing closes goes to the end: looking for its end must not begin again at every letter
_PARTS = re.compile(r'"(?:[^"\\]|\\.?)*"?|[\[(][^\])]*[\])]?|,|[^",\[(]+|.', re.S)


class Unknown(Exception):
    """An expression that we do not understand."""


def table_from(data: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """The table of a file as plain values, with the places that somebody has to look at. Raises Invalid."""
    root = _root(data)
    if root.get("expressionLanguage") == PYTHON:
        raise Invalid("Only DMN files with FEEL expressions can be read.")
    table = next((each for each in root.iter() if _name(each) == "decisionTable"), None)
    if table is None:
        raise Invalid("There is no decision table in this file.")
    return _Reader(root, table).read()


def _root(data: bytes) -> ET.Element:
    if len(data) > MAX_BYTES:
        raise Invalid("The file is larger than %(n)d kilobytes.", n=MAX_BYTES // 1000)
    try:
        source = data.decode("utf-8-sig")
        if "<!DOCTYPE" in source or "<!ENTITY" in source:
            raise Invalid("This is no DMN file.")
        return ET.fromstring(source)  # noqa: S314 - without a document type there are no entities
    except (ET.ParseError, UnicodeDecodeError) as wrong:
        raise Invalid("This is no DMN file.") from wrong


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element if _name(child) == name]


def _text(element: ET.Element, *names: str) -> str:
    """The text of a part below, or nothing."""
    for name in names:
        found = _all(element, name)
        if not found:
            return ""
        element = found[0]
    return (element.text or "").strip()


class _Reader:
    def __init__(self, root: ET.Element, table: ET.Element) -> None:
        self._table = table
        self._title = next((e.get("name") for e in root.iter() if _name(e) == "decision"), None)
        own = next((each.text for each in root.iter(f"{{{OWN}}}table")), None)
        self._own: dict[str, Any] = json.loads(own) if own else {}
        self._doubts: list[Problem] = []
        self._inputs = self._read_inputs()
        self._outputs = [out.get("name") or out.get("label") or "" for out in _all(table, "output")]

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        rules = _all(self._table, "rule")
        rows = [self._row(number, rule) for number, rule in enumerate(rules, start=1)]
        outputs, outcomes = self._told(rows)
        policy = POLICIES.get(self._table.get("hitPolicy", "UNIQUE"))
        if policy is None:
            policy = "first"
            self._doubt("hit_policy", self._table.get("hitPolicy", ""))
        value: dict[str, Any] = {
            "kind": "decision_table",
            "title": self._title or "DMN",
            "hit_policy": policy,
            "inputs": dict(self._inputs),
            "outputs": outputs,
            "outcomes": outcomes,
            "rows": rows,
            "default": self._default(),
        }
        names = ("legal_basis", "applies", "examples", "waivers")
        whole = value | {name: self._own[name] for name in names if name in self._own}
        return {key: part for key, part in whole.items() if part is not None and part != {}}, self._doubts

    def _read_inputs(self) -> list[tuple[str, dict[str, Any]]]:
        own: dict[str, Any] = self._own.get("inputs", {})
        paths = {name: path for path, name in names_of(own).items()}
        found = []
        for clause in _all(self._table, "input"):
            name = _text(clause, "inputExpression", "text")
            listed = _LIST_NAME.fullmatch(name)
            path = paths.get(listed[1] if listed else name, listed[1] if listed else name)
            kind = next((e.get("typeRef") for e in _all(clause, "inputExpression")), None) or "string"
            plain: dict[str, Any] = {"type": self._kind(kind), "title": clause.get("label") or path}
            values = [self._literal(part) for part in _split(_text(clause, "inputValues", "text"))]
            if values and plain["type"] == "text":
                plain["values"] = values
            found.append((path, own.get(path, plain)))
        return found

    @staticmethod
    def _kind(written: str) -> str:
        name = written.rpartition(":")[2]
        return "number" if name in NUMBERS else KINDS.get(name, "text")

    def _told(self, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
        """The outputs and outcomes; an output called outcome is the outcome."""
        outputs = {}
        for clause, key in zip(_all(self._table, "output"), self._outputs, strict=True):
            plain = {
                "type": self._kind(clause.get("typeRef") or "string"),
                "title": clause.get("label") or key,
            }
            outputs[key] = self._own.get("outputs", {}).get(key, plain)
        had_outcome = outputs.pop("outcome", None)
        said = [row["then"]["outcome"] for row in rows if row["then"].get("outcome")] if had_outcome else []
        titles = self._own.get("outcomes", {})
        return outputs, {**titles, **{key: titles.get(key, key) for key in said}}

    def _default(self) -> dict[str, Any] | None:
        told = {
            key: self._value(_text(clause, "defaultOutputEntry", "text"), f"default.{key}")
            for clause, key in zip(_all(self._table, "output"), self._outputs, strict=True)
            if _all(clause, "defaultOutputEntry")
        }
        return told or self._own.get("default")

    def _row(self, number: int, rule: ET.Element) -> dict[str, Any]:
        when: dict[str, Any] = {}
        for (path, item), entry in zip(self._inputs, _all(rule, "inputEntry"), strict=False):
            written = _text(entry, "text")
            if written not in ("", "-"):
                when[path] = self._cell(written, item, f"rows.{number}.when.{path}")
        then = {
            key: self._value(_text(entry, "text"), f"rows.{number}.then.{key}")
            for key, entry in zip(self._outputs, _all(rule, "outputEntry"), strict=False)
        }
        words = _words(_text(rule, "description"))
        return {"when": when, "then": {key: told for key, told in then.items() if told is not None}, **words}

    def _cell(self, written: str, item: dict[str, Any], place: str) -> object:
        try:
            raw = self._tests(written, item["type"])
            parse_cell(raw, Input.model_validate(item))
        except (Unknown, WrongValue):
            self._doubt(place, written)
            return written
        return raw

    def _tests(self, written: str, kind: str) -> object:
        if kind == "list":
            return _members(written)
        negated = re.fullmatch(r"not\((.*)\)", written, re.S)
        parts = _split(negated[1] if negated else written)
        if negated:
            values = [self._literal(part) for part in parts]
            given = [value for value in values if value is not None]
            return {"not": given if given else None}
        if len(parts) == 1:
            return _compared(parts[0]) or self._literal(parts[0])
        return [self._literal(part) for part in parts]

    def _value(self, written: str, place: str) -> object:
        if written in ("", "-"):
            return None
        try:
            if written.startswith("[") and written.endswith("]"):
                return [self._literal(part) for part in _split(written[1:-1])]
            return self._literal(written)
        except Unknown:
            self._doubt(place, written)
            return written

    @staticmethod
    def _literal(written: str) -> Any:
        found = _DATE.fullmatch(written)
        if found:
            return found[1]
        try:
            value = json.loads(written)
        except (ValueError, RecursionError) as wrong:
            raise Unknown(written) from wrong
        if isinstance(value, list | dict):
            raise Unknown(written)
        return written if isinstance(value, float) and repr(value) != written else value

    def _doubt(self, place: str, written: str) -> None:
        self._doubts.append(Problem(place, text("%(value)s could not be understood.", value=written)))


def _compared(written: str) -> str | None:
    """A comparison or a range, with the dates of FEEL as plain days."""
    plain = _DATE.sub(r"\1", written)
    found = _RANGE.fullmatch(plain) if len(plain) <= LONGEST_RANGE else None
    if found:
        opening, closing = {"]": "("}.get(found[1], found[1]), {"[": ")"}.get(found[4], found[4])
        return f"{opening}{found[2]} .. {found[3]}{closing}"
    return plain if re.match(r"(<=|>=|<|>)", plain) else None


def _members(written: str) -> object:
    """Tests of a list as our own export writes them. Raises Unknown."""
    if written in ("count(?) = 0", "count(?) > 0"):
        return None if written.endswith("0") and "=" in written else {"not": None}
    rest = _CONTAINS.sub("", written)
    if re.sub(r"\band\b|\bor\b|[()\s]", "", rest):
        raise Unknown(written)
    found: dict[str, list[str]] = {"has": [], "has_not": []}
    for name, negated in _CONTAINS.findall(written):
        found["has_not" if negated else "has"].append(json.loads(name))
    return {key: names for key, names in found.items() if names}


def _split(written: str) -> list[str]:
    """The parts between commas outside of quotes and brackets."""
    parts = [""]
    for part in _PARTS.findall(written):
        if part == ",":
            parts.append("")
        else:
            parts[-1] += part
    return [part.strip() for part in parts if part.strip()]


def _words(description: str) -> dict[str, str]:
    """The legal basis and the note of a rule."""
    found: dict[str, str] = {}
    kept: list[str] = []
    for line in description.split("\n"):
        if line.startswith(LAW):
            found["law"] = line.removeprefix(LAW)
        elif line:
            kept.append(line.removeprefix(NOTE))
    return {**found, **({"note": "\n".join(kept)} if kept else {})}
