"""Rows: a decision table read into typed rows, with every problem found on the way and its exact place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.definitions.decision_table import DecisionTable, Input, Output, Row
from app.definitions.problem import Problem
from app.errors import Text, text
from app.rules.cells import Cell, parse_cell
from app.rules.values import READERS, WrongValue, shown

RESERVED = ("outcome", "rows")


@dataclass(frozen=True, slots=True)
class Result:
    """What a row, or the default, tells when it applies."""

    outcome: str | None
    outputs: dict[str, object]
    reason: str | None
    law: str | None

    @property
    def told(self) -> tuple[str | None, dict[str, object]]:
        """What rows must agree on under hit policy any."""
        return self.outcome, self.outputs

    def own_outputs(self) -> dict[str, object]:
        """Copy the outputs for a caller, who may change them."""
        return {key: [*value] if isinstance(value, list) else value for key, value in self.outputs.items()}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row with its number, counted from 1, and the cells that restrict it."""

    number: int
    cells: dict[str, Cell]
    result: Result
    priority: int


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table whose cells are parsed; complete only when no problem was found."""

    table: DecisionTable
    rows: tuple[ReadRow, ...]
    default: Result | None
    waived_gaps: tuple[dict[str, Cell], ...] = ()


def read_table(table: DecisionTable) -> tuple[ReadTable, list[Problem]]:
    """Read all rows and collect what is wrong with them."""
    problems = [*_heading_problems(table)]
    rows = tuple(_row(number, row, table, problems) for number, row in enumerate(table.rows, start=1))
    default = None
    if table.default is not None:
        default = _result(table.default, table, "default", problems)
        if table.hit_policy == "collect":
            problems.append(Problem("default", text("A table that collects rows has no default.")))
    waived = tuple(_waived_gaps(table, problems))
    return ReadTable(table, rows, default, waived), problems


def _waived_gaps(table: DecisionTable, problems: list[Problem]) -> Iterator[dict[str, Cell]]:
    """Read the conditions of the gaps that are meant."""
    for number, waiver in enumerate(table.waivers, start=1):
        place = f"waivers.{number}"
        if waiver.finding == "gap":
            yield _cells(waiver.when, number, f"{place}.when", (table, problems))
        elif waiver.input not in table.inputs:
            message = text("%(path)s is not an input of this table.", path=waiver.input or "-")
            problems.append(Problem(f"{place}.input", message))


def _heading_problems(table: DecisionTable) -> Iterator[Problem]:
    for path, item in table.inputs.items():
        yield from _input_problems(f"inputs.{path}", item)
    for name in RESERVED:
        if name in table.outputs:
            yield Problem(f"outputs.{name}", text("An output cannot have the name %(name)s.", name=name))
    if table.hit_policy != "collect" and not table.outcomes and not table.outputs:
        yield Problem("outcomes", text("The table decides nothing: it has no outcomes and no outputs."))


def _input_problems(place: str, item: Input) -> Iterator[Problem]:
    if item.decimals is not None and item.type != "number":
        yield Problem(f"{place}.decimals", text("Only numbers have decimals."))
    if item.values is None:
        return
    if item.type not in ("text", "list"):
        yield Problem(f"{place}.values", text("Only texts and lists have a closed list of values."))
    if not item.values or len(set(item.values)) != len(item.values):
        yield Problem(f"{place}.values", text("The list of values is empty or repeats a value."))


def _row(number: int, row: Row, table: DecisionTable, problems: list[Problem]) -> ReadRow:
    place = f"rows.{number}"
    cells = _cells(row.when, number, f"{place}.when", (table, problems))
    problems.extend(_priority_problems(place, row, table))
    result = _result(row.then, table, f"{place}.then", problems)
    reason = result.reason or row.note
    return ReadRow(number, cells, Result(result.outcome, result.outputs, reason, row.law), row.priority or 0)


def _cells(
    when: Mapping[str, object], number: int, place: str, into: tuple[DecisionTable, list[Problem]]
) -> dict[str, Cell]:
    table, problems = into
    cells: dict[str, Cell] = {}
    for path, raw in when.items():
        try:
            cell = _cell(path, raw, table)
        except WrongValue as wrong:
            problems.append(Problem(f"{place}.{path}", _located(wrong, number, path, table)))
        else:
            cells.update({path: cell} if cell is not None else {})
    return cells


def _cell(path: str, raw: object, table: DecisionTable) -> Cell | None:
    if path not in table.inputs:
        raise WrongValue("%(path)s is not an input of this table.", path=path)
    return parse_cell(raw, table.inputs[path])


def _located(wrong: WrongValue, number: int, path: str, table: DecisionTable) -> Text:
    """Add the row and the column to the parameters, for screens that put the place into words."""
    column = table.inputs[path].title if path in table.inputs else path
    return Text(wrong.text.msgid, {**wrong.text.params, "row": number, "column": column})


def _priority_problems(place: str, row: Row, table: DecisionTable) -> Iterator[Problem]:
    if table.hit_policy == "priority" and row.priority is None:
        yield Problem(f"{place}.priority", text("With hit policy priority every row needs a priority."))
    if table.hit_policy != "priority" and row.priority is not None:
        yield Problem(f"{place}.priority", text("A priority has a meaning only with hit policy priority."))


def _result(then: Mapping[str, object], table: DecisionTable, place: str, problems: list[Problem]) -> Result:
    problems.extend(_outcome_problems(then, table, place))
    outputs: dict[str, object] = dict.fromkeys(table.outputs)
    for key, raw in then.items():
        if key == "outcome":
            continue
        if key not in table.outputs:
            problems.append(
                Problem(f"{place}.{key}", text("%(key)s is not an output of this table.", key=key))
            )
            continue
        try:
            outputs[key] = output_value(raw, table.outputs[key])
        except WrongValue as wrong:
            problems.append(Problem(f"{place}.{key}", wrong.text))
    outcome, reason = then.get("outcome"), outputs.get("reason")
    return Result(_str_or_none(outcome), outputs, _str_or_none(reason), None)


def _str_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _outcome_problems(then: Mapping[str, object], table: DecisionTable, place: str) -> Iterator[Problem]:
    outcome = then.get("outcome")
    if table.hit_policy == "collect":
        if "outcome" in then:
            yield Problem(
                f"{place}.outcome", text("Rows of a table that collects have no outcome of their own.")
            )
    elif outcome is None:
        if table.outcomes or "outcome" in then:
            yield Problem(f"{place}.outcome", text("An outcome is missing."))
    elif not isinstance(outcome, str) or outcome not in table.outcomes:
        message = text("%(value)s is not one of the outcomes of this table.", value=shown(outcome))
        yield Problem(f"{place}.outcome", message)


def output_value(raw: object, output: Output) -> object:
    """Read an output as plain data: numbers as written, dates as ISO text."""
    if raw is None:
        return None
    if output.type == "number" and isinstance(raw, str):
        raise WrongValue("%(value)s is not a number.", value=shown(raw))
    READERS[output.type](raw)
    if isinstance(raw, date):
        return raw.isoformat()
    return [str(item) for item in raw] if isinstance(raw, list) else raw
