"""Check: everything that makes a decision table wrong, each problem with its exact place."""

from collections.abc import Iterator

from app.definitions.decision_table import DecisionTable, Example
from app.definitions.problem import Problem
from app.errors import Conflict, Invalid, Text, text
from app.rules.evaluate import CompiledTable, Verdict
from app.rules.proof import prove
from app.rules.rows import output_value, read_table
from app.rules.values import WrongValue, shown


def check_table(table: DecisionTable) -> list[Problem]:
    """Read, compile and try a table; an empty list means that it may be published."""
    read, problems = read_table(table)
    if problems:
        return problems
    try:
        compiled = CompiledTable(read)
    except Invalid as refused:
        return [Problem("rows", refused.text)]
    proved = [Problem(one.path, one.message) for one in prove(read) if one.stops]
    return [*proved, *(problem for failed in example_problems(compiled) for problem in failed)]


def example_problems(compiled: CompiledTable) -> list[list[Problem]]:
    """What each example does not get from the table; nothing where it passes."""
    examples = enumerate(compiled.table.examples, start=1)
    return [list(_example(compiled, example, f"examples.{number}")) for number, example in examples]


def _example(compiled: CompiledTable, example: Example, place: str) -> Iterator[Problem]:
    unknown = [path for path in example.given if path not in compiled.table.inputs]
    for path in unknown:
        yield Problem(f"{place}.given.{path}", text("%(path)s is not an input of this table.", path=path))
    if unknown:
        return
    try:
        verdict = compiled.evaluate(example.given)
    except Conflict as conflict:
        yield Problem(place, conflict.text)
    except Invalid as invalid:
        for path, messages in invalid.errors.items():
            yield Problem(f"{place}.given.{path}", messages[0])
    else:
        for key, expected in example.expect.items():
            yield from _expectation(compiled.table, verdict, (key, expected), f"{place}.expect.{key}")


def _expectation(
    table: DecisionTable, verdict: Verdict, expectation: tuple[str, object], place: str
) -> Iterator[Problem]:
    key, expected = expectation
    try:
        actual, expected = _compared(table, verdict, key, expected)
    except WrongValue as wrong:
        yield Problem(place, wrong.text)
        return
    if actual != expected:
        yield Problem(place, _differs(actual, expected, verdict))


def _compared(table: DecisionTable, verdict: Verdict, key: str, expected: object) -> tuple[object, object]:
    """Pair what the table gives with what is expected, in the same form."""
    if key == "rows":
        return verdict.rows, expected
    if key == "outcome":
        if table.hit_policy == "collect":
            raise WrongValue("A table that collects has no outcome; expect rows.")
        return verdict.outcome, expected
    if key not in table.outputs:
        raise WrongValue("%(key)s is not an output of this table.", key=key)
    output = table.outputs[key]
    if table.hit_policy == "collect" and isinstance(expected, list):
        return verdict.outputs[key], [output_value(item, output) for item in expected]
    return verdict.outputs[key], output_value(expected, output)


def _differs(actual: object, expected: object, verdict: Verdict) -> Text:
    return text(
        "The table gives %(actual)s (rows: %(rows)s), not %(expected)s as the example expects.",
        actual=shown(actual),
        expected=shown(expected),
        rows=", ".join(map(str, verdict.rows)) or "-",
    )
