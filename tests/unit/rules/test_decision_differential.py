"""durable-rules, fenced in, says of random tables and facts what plain Python says."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.definitions.decision_table import DecisionTable
from app.errors import Conflict
from app.rules.evaluate import CompiledTable, compile_table
from tests.unit.rules import reference
from tests.unit.rules.tables import facts_for, tables

EXAMPLES = 600
FACTS_PER_TABLE = 10
SEEN: dict[str, int] = {}


def ours(table: CompiledTable, facts: dict[str, Any]) -> reference.Answer:
    try:
        verdict = table.evaluate(facts)
    except Conflict as conflict:
        return "conflict", None, None, [int(row) for row in conflict.text.params["rows"].split(", ")]
    return "verdict", verdict.outcome, verdict.outputs, verdict.rows


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(table=tables(), data=st.data())
def test_random_tables_decide_as_plain_python_does(table: DecisionTable, data: st.DataObject) -> None:
    compiled = compile_table(table)
    asked = data.draw(st.lists(facts_for(table), min_size=FACTS_PER_TABLE, max_size=FACTS_PER_TABLE))
    for facts in asked:
        expected = reference.answer(table, facts)
        assert ours(compiled, facts) == expected
        assert ours(compiled, facts) == expected, "the remembered answer differs"
        for kind in (table.hit_policy, expected[0], "matched" if expected[3] else "empty"):
            SEEN[kind] = SEEN.get(kind, 0) + 1


def test_the_random_tables_meet_every_case_often_enough() -> None:
    if not SEEN:
        test_random_tables_decide_as_plain_python_does()
    assert SEEN["matched"] + SEEN["empty"] >= EXAMPLES * FACTS_PER_TABLE
    for kind in ("first", "unique", "any", "priority", "collect", "conflict", "matched", "empty"):
        assert SEEN[kind] > 100, kind
