"""Compile: a decision table becomes rulesets of generated names and small integers, nothing else.

The engine's limits shape it: 64 pending matches, 511 tests under one node, 255 properties of a message and 32
expressions of a rule. Longer tables are cut into chunks, longer lists become a mark computed beforehand. A
chunk none of whose rows reaches the facts is not asked at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import Invalid, Text
from app.rules.cells import Cell, Members, NoneOf, OneOf
from app.rules.columns import EMPTY, Column, make_column
from app.rules.reach import Reach, reach_of
from app.rules.rows import ReadRow, ReadTable
from app.rules.values import Value, WrongValue

Test = dict[str, object]

MAX_ROWS = 60  # each pending match leads to another row, so 60 rows never need more than 60 of the 64
MAX_WEIGHT = 300
MAX_PROPERTIES = 240
MAX_BRANCHES = 40
MAX_NEGATIONS = 8
MAX_LISTS_PER_ROW = 12
GUARD: Test = {"$eq": {"k": 1}}  # only our messages have k: the engine's own state facts match nothing
END = 0  # the last rule of each chunk: every message is handled, so silence means a fault


@dataclass(frozen=True, slots=True)
class Mark:
    """A property that says whether a column's fact is (or, for a list, has one) of these values."""

    column: int
    values: frozenset[Value | None]

    def holds(self, value: Value | None) -> int:
        """Tell 1 or 0."""
        if isinstance(value, frozenset):
            return int(not self.values.isdisjoint(value))
        return int(value in self.values)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an evaluation needs: how facts become a message, and the rulesets that read it."""

    inputs: tuple[tuple[str, Column], ...]
    sent: tuple[tuple[int, Column], ...]
    marks: tuple[Mark, ...]
    template: str
    rulesets: tuple[str, ...]
    reaches: tuple[Reach, ...]

    def codes(self, facts: Mapping[str, object]) -> tuple[int, ...]:
        """Encode facts; every input is checked, also one that no row tests."""
        try:
            values = [column.read(facts.get(path)) for path, column in self.inputs]
        except WrongValue:
            raise self._refusal(facts) from None
        codes = [column.code(values[place]) for place, column in self.sent]
        if self.marks:
            codes += [mark.holds(values[mark.column]) for mark in self.marks]
        return tuple(codes)

    def message(self, codes: tuple[int, ...]) -> str:
        """Write encoded facts as the engine reads them."""
        return self.template % codes

    def reached(self, codes: tuple[int, ...]) -> list[int]:
        """Number the rulesets in which a row may match; there is no need to ask the others."""
        return [number for number, reach in enumerate(self.reaches) if reach.meets(codes)]

    def _refusal(self, facts: Mapping[str, object]) -> Invalid:
        """Name all facts that are of the wrong type."""
        wrong: dict[str, list[Text]] = {}
        for path, column in self.inputs:
            try:
                column.read(facts.get(path))
            except WrongValue as error:
                wrong[path] = [error.text]
        return Invalid(
            "The facts do not fit the decision table: %(inputs)s.", errors=wrong, inputs=", ".join(wrong)
        )


@dataclass
class _Builder:
    """Collects the marks while the rows are turned into tests."""

    columns: dict[str, tuple[int, Column]]
    marks: dict[Mark, int] = field(default_factory=dict)

    def rule(self, row: ReadRow) -> list[Test]:
        """Turn a row into tests: equalities first, which rows share, so that most rows fall away early."""
        lists = sum(isinstance(cell, OneOf) for cell in row.cells.values())
        width = MAX_BRANCHES if lists <= MAX_LISTS_PER_ROW else 1
        tests = [test for path, cell in row.cells.items() for test in self._cell(path, cell, width)]
        return sorted(tests, key=lambda test: ("$or" in test, "$eq" not in test))

    def _cell(self, path: str, cell: Cell, width: int) -> list[Test]:
        place, column = self.columns[path]
        name = f"c{place}"
        if isinstance(cell, Members):
            return self._members(place, cell)
        if isinstance(cell, OneOf):
            return self._one_of(place, cell, [column.code(value) for value in cell.values], width)
        if isinstance(cell, NoneOf):
            return [{"$gt": {name: EMPTY}}, *self._none_of(place, column, cell)]
        tests: list[Test] = [{_ORDERS[order]: {name: column.code(limit)}} for order, limit in cell.bounds]
        has_low = any(order in (">", ">=") for order, _ in cell.bounds)
        return tests if has_low else [{"$gt": {name: EMPTY}}, *tests]

    def _one_of(self, place: int, cell: OneOf, codes: list[int], width: int) -> list[Test]:
        codes = codes + [EMPTY] * cell.or_empty
        tests: list[Test] = [{"$eq": {f"c{place}": code}} for code in codes]
        if len(codes) == 1:
            return tests
        if len(codes) <= width:
            return [{"$or": tests}]
        return [self._mark(place, {*cell.values, *[None] * cell.or_empty}, 1)]

    def _none_of(self, place: int, column: Column, cell: NoneOf) -> list[Test]:
        if len(cell.values) > MAX_NEGATIONS:
            return [self._mark(place, {*cell.values}, 0)]
        return [{"$neq": {f"c{place}": column.code(value)}} for value in cell.values]

    def _members(self, place: int, cell: Members) -> list[Test]:
        tests = [self._mark(place, {*cell.any_of}, 1)] if cell.any_of else []
        return tests + [self._mark(place, {name}, 0) for name in sorted(cell.none_of)]

    def _mark(self, place: int, values: set[Value | None], expected: int) -> Test:
        number = self.marks.setdefault(Mark(place, frozenset(values)), len(self.marks))
        return {"$eq": {f"m{number}": expected}}


_ORDERS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def make_plan(read: ReadTable) -> Plan:
    """Compile a table that was read without problems."""
    inputs = tuple(
        (path, make_column(item, _cells_of(read, path))) for path, item in read.table.inputs.items()
    )
    builder = _Builder({path: (place, column) for place, (path, column) in enumerate(inputs)})
    rules = [(row, builder.rule(row)) for row in _in_order(read)]
    tested = {path for row in read.rows for path in row.cells}
    sent = tuple((place, column) for place, (path, column) in enumerate(inputs) if path in tested)
    names = [f"c{place}" for place, _ in sent] + [f"m{number}" for number in range(len(builder.marks))]
    if len(names) > MAX_PROPERTIES:
        raise Invalid(
            "The table tests too many different inputs, list values and long lists: %(n)d.", n=len(names)
        )
    template = "{" + ",".join(['"k":1', *(f'"{name}":%d' for name in names)]) + "}"
    chunks = _chunks(rules)
    columns = [(inputs[place][0], column) for place, column in sent]
    reaches = tuple(reach_of([row for row, _ in chunk], columns) for chunk in chunks)
    rulesets = tuple(json.dumps(_ruleset(chunk)) for chunk in chunks)
    return Plan(inputs, sent, tuple(builder.marks), template, rulesets, reaches)


def _cells_of(read: ReadTable, path: str) -> list[Cell]:
    return [row.cells[path] for row in read.rows if path in row.cells]


def _in_order(read: ReadTable) -> list[ReadRow]:
    """Put the winner first: rows of a priority table by priority, all others as printed."""
    if read.table.hit_policy != "priority":
        return list(read.rows)
    return sorted(read.rows, key=lambda row: (row.priority, row.number))


def _chunks(rules: list[tuple[ReadRow, list[Test]]]) -> list[list[tuple[ReadRow, list[Test]]]]:
    chunks: list[list[tuple[ReadRow, list[Test]]]] = [[]]
    weight = 0
    for row, tests in rules:
        added = _weight(tests)
        if chunks[-1] and (len(chunks[-1]) >= MAX_ROWS or weight + added > MAX_WEIGHT):
            chunks.append([])
            weight = 0
        chunks[-1].append((row, tests))
        weight += added
    return chunks


def _weight(tests: list[Test]) -> int:
    return 1 + max(
        (len(branches) for test in tests if isinstance(branches := test.get("$or"), list)), default=0
    )


def _ruleset(chunk: list[tuple[ReadRow, list[Test]]]) -> dict[str, object]:
    rules: dict[str, object] = {
        str(row.number): {"all": [{"m": {"$and": [GUARD, *tests]} if tests else GUARD}], "pri": place}
        for place, (row, tests) in enumerate(chunk)
    }
    rules[str(END)] = {"all": [{"m": GUARD}], "pri": len(chunk)}
    return rules
