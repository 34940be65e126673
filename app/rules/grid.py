"""Grid: a decision table as texts in rows and columns, as a person edits it, and back.

What cannot be read stays in its cell as it was typed, with a problem at its place; so nothing is lost.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from app.definitions.decision_table import DecisionTable, Input, Output
from app.definitions.problem import Problem
from app.errors import text
from app.rules.notation import (
    read_condition,
    read_fact,
    read_output,
    split,
    write_condition,
    write_fact,
    write_value,
)
from app.rules.values import WrongValue

Grid = dict[str, Any]
NO_ROWS = "-"


def grid_of(table: DecisionTable) -> Grid:
    """The table as texts; columns in their order."""
    return {
        "title": table.title,
        "legal_basis": table.legal_basis or "",
        "hit_policy": table.hit_policy,
        "applies": table.applies,
        "inputs": [_input(path, item) for path, item in table.inputs.items()],
        "outputs": [{"key": key, "type": o.type, "title": o.title} for key, o in table.outputs.items()],
        "outcomes": [{"key": key, "title": title} for key, title in table.outcomes.items()],
        "rows": [_row(row.model_dump(), table) for row in table.rows],
        "default": None if table.default is None else _then(table.default, table),
        "examples": [_example(example.model_dump(), table) for example in table.examples],
        "waivers": [
            {**waiver.model_dump(), "input": waiver.input or "", "when": _when(waiver.when, table)}
            for waiver in table.waivers
        ],
    }


def _input(path: str, item: Input) -> Grid:
    values = item.values
    listed = [] if values is None else [[key, key] for key in values]
    if isinstance(values, dict):
        listed = [[key, title] for key, title in values.items()]
    own = {
        "type": item.type,
        "title": item.title,
        "decimals": "" if item.decimals is None else str(item.decimals),
    }
    return {"path": path, **own, "values": listed, "titled": isinstance(values, dict)}


def _row(row: dict[str, Any], table: DecisionTable) -> Grid:
    priority = "" if row["priority"] is None else str(row["priority"])
    words = {"law": row["law"] or "", "note": row["note"] or "", "priority": priority}
    return {"when": _when(row["when"], table), "then": _then(row["then"], table), **words}


def _when(when: dict[str, Any], table: DecisionTable) -> dict[str, str]:
    return {
        path: write_condition(raw, table.inputs[path]) if path in table.inputs else str(raw)
        for path, raw in when.items()
    }


def _then(then: dict[str, Any], table: DecisionTable) -> dict[str, str]:
    kinds = {key: output.type for key, output in table.outputs.items()}
    return {key: write_value(raw, kinds.get(key, "text")) for key, raw in then.items() if raw is not None}


def _example(example: dict[str, Any], table: DecisionTable) -> Grid:
    given = {
        path: write_fact(raw, table.inputs[path]) if path in table.inputs else str(raw)
        for path, raw in example["given"].items()
    }
    expect = {key: value for key, value in example["expect"].items() if key != "rows"}
    told = _then(expect, table)
    if "rows" in example["expect"]:
        told["rows"] = "; ".join(map(str, example["expect"]["rows"])) or NO_ROWS
    return {"given": given, "expect": told, "note": example["note"] or ""}


class Reading:
    """A grid being read: the plain values of the file, and the problems by their place."""

    def __init__(self, grid: Grid) -> None:
        self.problems: list[Problem] = []
        self._grid = grid
        self._inputs = {item["path"]: _column(item) for item in grid["inputs"]}
        self._outputs = {item["key"]: Output(type=item["type"], title="-") for item in grid["outputs"]}

    def value(self) -> dict[str, Any]:
        """The whole table as its file has it; empty parts are left out."""
        grid = self._grid
        default = grid.get("default")
        parts = {
            "kind": "decision_table",
            "title": grid["title"],
            "legal_basis": grid.get("legal_basis") or None,
            "hit_policy": grid["hit_policy"],
            "applies": grid.get("applies") or "decision",
            "inputs": {item["path"]: _described(item) for item in grid["inputs"]},
            "outputs": {i["key"]: {"type": i["type"], "title": i["title"]} for i in grid["outputs"]},
            "outcomes": {item["key"]: item["title"] for item in grid["outcomes"]},
            "rows": [self._row(n, row) for n, row in enumerate(grid["rows"], start=1)],
            "default": None if default is None else self._then(default, "default"),
            "examples": [self._example(n, one) for n, one in enumerate(grid["examples"], start=1)],
            "waivers": [self._waiver(n, one) for n, one in enumerate(grid.get("waivers", []), start=1)],
        }
        return {key: part for key, part in parts.items() if part is not None and part not in ({}, [])}

    def _row(self, number: int, row: Grid) -> dict[str, Any]:
        place = f"rows.{number}"
        read: dict[str, Any] = {"when": self._when(row["when"], f"{place}.when")}
        read["then"] = self._then(row["then"], f"{place}.then")
        read |= {key: row[key] for key in ("law", "note") if row.get(key)}
        if row.get("priority", "").strip():
            read["priority"] = self._try(f"{place}.priority", row["priority"], int)
        return read

    def _when(self, when: dict[str, str], place: str) -> dict[str, Any]:
        """Conditions in the order of the columns."""
        paths = [*self._inputs, *(path for path in when if path not in self._inputs)]
        return {
            path: self._try(f"{place}.{path}", when[path], partial(self._condition, path))
            for path in paths
            if when.get(path, "").strip()
        }

    def _condition(self, path: str, written: str) -> object:
        if path not in self._inputs:
            raise WrongValue("%(path)s is not an input of this table.", path=path)
        return read_condition(written, self._inputs[path])

    def _then(self, then: dict[str, str], place: str, several: bool = False) -> dict[str, Any]:
        keys = ["outcome", *self._outputs, *(key for key in then if key not in self._outputs)]
        return {
            key: self._try(f"{place}.{key}", then[key], partial(self._output, key, several))
            for key in dict.fromkeys(keys)
            if then.get(key, "") != ""
        }

    def _output(self, key: str, several: bool, written: str) -> object:
        if key not in self._outputs:
            return written.strip()
        return read_output(written, self._outputs[key], several=several)

    def _example(self, number: int, example: Grid) -> dict[str, Any]:
        place = f"examples.{number}"
        given = {
            path: self._try(f"{place}.given.{path}", written, partial(self._fact, path))
            for path, written in example["given"].items()
            if written.strip()
        }
        told = {key: written for key, written in example["expect"].items() if key != "rows"}
        expect = self._then(told, f"{place}.expect", self._grid["hit_policy"] == "collect")
        rows = example["expect"].get("rows", "").strip()
        if rows:
            expect["rows"] = self._try(f"{place}.expect.rows", rows, _row_numbers)
        return {
            "given": given,
            "expect": expect,
            **({"note": example["note"]} if example.get("note") else {}),
        }

    def _fact(self, path: str, written: str) -> object:
        return read_fact(written, self._inputs[path]) if path in self._inputs else written

    def _waiver(self, number: int, waiver: Grid) -> dict[str, Any]:
        when = self._when(waiver.get("when") or {}, f"waivers.{number}.when")
        named = {
            "finding": waiver["finding"],
            "when": when,
            "input": waiver.get("input"),
            "reason": waiver["reason"],
        }
        return {key: part for key, part in named.items() if part}

    def _try(self, place: str, written: str, read: Callable[[str], object]) -> object:
        try:
            return read(written)
        except WrongValue as wrong:
            self.problems.append(Problem(place, wrong.text))
        except ValueError:
            self.problems.append(Problem(place, text("%(value)s is not a number.", value=written)))
        return written


def _row_numbers(written: str) -> list[int]:
    return [] if written == NO_ROWS else [int(part) for part in split(written)]


def _described(item: Grid) -> dict[str, Any]:
    """An input as its file describes it."""
    found: dict[str, Any] = {"type": item["type"], "title": item["title"]}
    if str(item.get("decimals") or "").strip():
        found["decimals"] = int(item["decimals"])
    values = item.get("values") or []
    if values:
        found["values"] = dict(values) if item.get("titled") else [key for key, _ in values]
    return found


def _column(item: Grid) -> Input:
    return Input.model_construct(**{"decimals": None, "values": None, **_described(item)})


def kept(value: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The same table, written as it was (`before`, plain values) wherever it means the same."""
    meant = Reading(grid_of(DecisionTable.model_validate(before))).value()
    found = {
        key: _kept_part(value[key], meant.get(key), before.get(key))
        for key in [*before, *value]
        if key in value
    }
    unsaid = {"applies": "decision", "hit_policy": "first"}
    return {key: part for key, part in found.items() if key in before or part != unsaid.get(key)}


def _kept_part(new: Any, meant: Any, old: Any) -> Any:
    if isinstance(new, list) and isinstance(old, list) and isinstance(meant, list):
        known = {_said(means): was for means, was in reversed(list(zip(meant, old, strict=True)))}
        return [known.get(_said(item), item) for item in new]
    if isinstance(new, dict) and isinstance(old, dict) and isinstance(meant, dict):
        return {
            name: old[name] if name in old and same(meant.get(name), part) else part
            for name, part in new.items()
        }
    return new


def _said(part: Any) -> str:
    """The same for what means the same; the order of keys does not count."""
    return json.dumps(part, sort_keys=True)


def same(one: Any, other: Any) -> bool:
    """Equal values; yes is not 1, and what is left out is not null."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)
