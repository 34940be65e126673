"""Random decision tables and facts for them, drawn by hypothesis so that a failure shrinks."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from app.definitions.decision_table import DecisionTable

NUMBERS = ["-3", "0", "0.01", "1", "1.5", "2", "8", "8.01", "200000000.01", "123456789012345678901.25"]
FACT_NUMBERS: list[Any] = [
    *(Decimal(number) for number in NUMBERS), *NUMBERS, -3, 0, 1, 2, 8, 10**30, 1.5, 8.01, 8.011,
    7.999999, 1e-07, 0.1 + 0.2, Decimal("8.0100000000000000000000000000000000001"), "3.14159", -(10**25),
]  # fmt: skip
TEXTS = ["ok", "missing", "wrong", "tidak lengkap", "1", "true", "é", "kosong"]
DAYS = [date(2024, 2, 28) + timedelta(days=step) for step in (0, 1, 2, 30, 366)]
FACT_DAYS: list[Any] = [
    *DAYS,
    *(day.isoformat() for day in DAYS),
    date(1900, 1, 1),
    "2999-12-31",
    DAYS[2] + timedelta(1),
]

numbers = st.sampled_from(NUMBERS)
texts = st.sampled_from(TEXTS)
days = st.sampled_from(DAYS)


def _numeric(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    signs = st.sampled_from(["<", "<=", ">", ">=", "!=", "="])
    return st.one_of(
        values,
        st.builds("{}{}{}".format, signs, st.sampled_from(["", " "]), values),
        st.builds(_range, values, values, st.sampled_from(["[]", "[)", "(]", "()"])),
    )


def _range(one: Any, other: Any, ends: str) -> str:
    low, high = sorted([one, other], key=lambda raw: raw if isinstance(raw, date) else Decimal(raw))
    return f"[{low} .. {high}]" if low == high else f"{ends[0]}{low} .. {high}{ends[1]}"


def _common(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nullable = st.one_of(values, values, st.none())
    several = st.lists(nullable, min_size=1, max_size=4)
    negated = st.builds(lambda value: {"not": value}, st.one_of(nullable, several))
    return st.one_of(values, several, negated, st.none(), st.just("-"))


names = st.one_of(texts, st.lists(texts, min_size=1, max_size=3))
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.one_of(_numeric(numbers), _numeric(numbers), _common(numbers)),
    "date": st.one_of(_numeric(days), _numeric(days), _common(days)),
    "text": st.one_of(_common(texts), st.builds("{} {}".format, st.sampled_from(["=", "!="]), texts)),
    "boolean": st.one_of(_common(st.booleans()), st.sampled_from(["= true", "!= true", "= false"])),
    "list": st.one_of(
        st.fixed_dictionaries({"has": names}), st.fixed_dictionaries({"has_not": names}),
        st.fixed_dictionaries({"has": names, "has_not": names}),
        st.none(), st.just({"not": None}), st.just("-"),
    ),
}  # fmt: skip
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.sampled_from([*FACT_NUMBERS, None, ""]),
    "date": st.sampled_from([*FACT_DAYS, None]),
    "text": st.sampled_from([*TEXTS, "never mentioned", "8", None, ""]),
    "boolean": st.sampled_from([True, False, None]),
    "list": st.one_of(st.none(), st.lists(st.sampled_from([*TEXTS, "never mentioned"]), max_size=4)),
}


@st.composite
def tables(draw: st.DrawFn, max_rows: int = 12) -> DecisionTable:
    policy = draw(st.sampled_from(["first", "unique", "any", "priority", "collect"]))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))
    inputs = {f"form.f{number}": {"type": kind, "title": kind} for number, kind in enumerate(kinds)}
    when = st.fixed_dictionaries({}, optional={path: CELLS[item["type"]] for path, item in inputs.items()})
    rows = [draw(_row(when, policy)) for _ in range(draw(st.integers(1, max_rows)))]
    default = draw(st.sampled_from([None, {"outcome": "b", "fee": 7}])) if policy != "collect" else None
    return DecisionTable.model_validate({
        "kind": "decision_table", "title": "Acak", "hit_policy": policy, "inputs": inputs, "rows": rows,
        "outputs": {"fee": {"type": "number", "title": "Angka"}}, "outcomes": {"a": "A", "b": "B"},
        "default": default,
    })  # fmt: skip


def _row(when: st.SearchStrategy[dict[str, Any]], policy: str) -> st.SearchStrategy[dict[str, Any]]:
    fee = {"fee": st.integers(0, 1)}
    then = st.fixed_dictionaries(fee if policy == "collect" else {**fee, "outcome": st.sampled_from("ab")})
    priority = {"priority": st.integers(1, 3)} if policy == "priority" else {}
    return st.fixed_dictionaries({"when": when, "then": then, **priority})


def facts_for(table: DecisionTable) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={path: FACTS[item.type] for path, item in table.inputs.items()})
