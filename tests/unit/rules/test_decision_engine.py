"""The fence around the engine: threads, hot swaps, republishing, memory, and answers that fail to come."""

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import durable_rules_engine as durable
import pytest

from app.rules.engine import Engine, EngineFault
from app.rules.evaluate import CompiledTable, TableCache, compile_table
from tests.unit.rules.written import SIGNAGE, load, numbered, table

FIVE = '{"all": [{"m": {"$and": [{"$eq": {"k": 1}}, {"$eq": {"c0": 5}}]}}], "pri": 0}'
END = '{"all": [{"m": {"$eq": {"k": 1}}}], "pri": 1}'
RULES = [f'{{"1": {FIVE}, "0": {END}}}']


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def shifted(version: int, policy: str = "first") -> CompiledTable:
    """Compile a table in which n is found in row n + version, so that each version answers differently."""
    data = numbered(60, policy).model_dump(exclude_defaults=True)
    data["kind"] = "decision_table"
    for number, row in enumerate(data["rows"], 1):
        row["when"] = {"n": number - version}
    return compile_table(table(data))


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Let threads interrupt each other a thousand times more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
def test_eight_threads_get_their_own_answers_while_tables_are_swapped() -> None:
    current: list[tuple[int, CompiledTable]] = [(0, shifted(0))]
    wrong: list[object] = []
    asked = [0] * 8
    done = threading.Event()

    def ask(seat: int) -> None:
        random = Random(seat)
        while not done.is_set() or asked[seat] < 500:
            version, compiled = current[0]
            n = random.randint(1, 40)
            rows = compiled.evaluate({"n": n}).rows
            asked[seat] += 1
            if rows != [n + version]:
                wrong.append((version, n, rows))

    with ThreadPoolExecutor(8) as seats:
        asking = [seats.submit(ask, seat) for seat in range(8)]
        try:
            for swap in range(1, 121):
                version = swap % 20
                current[0] = (version, shifted(version, "first" if swap % 2 else "unique"))
        finally:
            done.set()
    assert [one.result() for one in asking] == [None] * 8
    assert wrong == []
    assert min(asked) >= 500


@pytest.mark.usefixtures("impatient_threads")
@pytest.mark.parametrize("policy", ["first", "collect"])
def test_eight_threads_share_one_table_without_mixing_answers(policy: str) -> None:
    compiled = shifted(0, policy)
    network = compiled._engine._network

    def ask(seat: int) -> list[tuple[int, list[int]]]:
        random = Random(seat)
        asked = [(n, compiled.evaluate({"n": n}).rows) for n in (random.randint(1, 60) for _ in range(1500))]
        return [(n, rows) for n, rows in asked if rows != [n]]

    with ThreadPoolExecutor(8) as seats:
        assert list(seats.map(ask, range(8))) == [[]] * 8
    assert compiled._engine._network is network, "nothing had to be rebuilt: no answer was incomplete"


def test_thousands_of_republishings_leave_memory_flat() -> None:
    data = load(SIGNAGE)

    def publish(count: int) -> None:
        for version in range(count):
            data["rows"][0]["when"]["application.area_m2"] = f"> {version}"
            assert compile_table(table(data)).evaluate({"application.area_m2": version + 1}).rows == [1]

    publish(300)
    gc.collect()
    before = resident_mb()
    publish(2000)
    gc.collect()
    assert resident_mb() - before < 8


def test_hundreds_of_thousands_of_messages_leave_memory_flat() -> None:
    compiled = {policy: shifted(0, policy) for policy in ("first", "collect")}
    for n in range(3000):
        compiled["first"].evaluate({"n": n})
        compiled["collect"].evaluate({"n": n})
    before = resident_mb()
    for n in range(100_000):
        compiled["first" if n % 2 else "collect"].evaluate({"n": n})
    assert resident_mb() - before < 4


@pytest.fixture
def freed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    handles: list[int] = []
    really: Callable[[int], None] = durable.delete_ruleset

    def delete(handle: int) -> None:
        handles.append(handle)
        really(handle)

    gc.collect()
    monkeypatch.setattr(durable, "delete_ruleset", delete)
    return handles


def test_a_table_that_nobody_refers_to_is_freed_once_and_whole(freed: list[int]) -> None:
    compiled = compile_table(numbered(130, "first"))
    assert freed == []
    del compiled
    gc.collect()
    assert len(freed) == len(set(freed)) == 3


def test_compiling_and_asking_start_no_threads() -> None:
    before = threading.active_count()
    assert Engine(RULES, first_only=True).ask('{"k":1,"c0":5}', [0]) == [1]
    assert threading.active_count() == before


def failing(monkeypatch: pytest.MonkeyPatch, name: str, failures: int, silence: object) -> None:
    """Let the engine fall silent at one of its calls, that many times."""
    really, left = getattr(durable, name), [failures]

    def call(*args: Any) -> object:
        if left[0]:
            left[0] -= 1
            return silence
        return really(*args)

    monkeypatch.setattr(durable, name, call)


@pytest.mark.parametrize(
    ("first_only", "name", "silence"),
    [(True, "assert_event", (1, 0)), (True, "assert_event", (2, 0)), (True, "start_action_for_state", None),
     (True, "complete_and_start_action", '{"1":{}}'), (False, "assert_fact", (2, 0)),
     (False, "complete_and_start_action", None), (False, "retract_fact", (1, 0))],
)  # fmt: skip
def test_an_incomplete_answer_is_asked_again_of_a_rebuilt_network(
    monkeypatch: pytest.MonkeyPatch, first_only: bool, name: str, silence: object
) -> None:
    asked = Engine(RULES, first_only=first_only)
    failing(monkeypatch, name, 1, silence)
    assert asked.ask('{"k":1,"c0":5}', [0]) == [1]
    assert asked.ask('{"k":1,"c0":6}', [0]) == []


def test_an_answer_that_fails_twice_is_a_fault_and_never_an_empty_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Engine(RULES, first_only=False)
    failing(monkeypatch, "retract_fact", 2, (1, 0))
    with pytest.raises(EngineFault):
        asked.ask('{"k":1,"c0":5}', [0])
    assert asked.ask('{"k":1,"c0":5}', [0]) == [1]


def test_a_state_left_locked_by_an_interrupted_evaluation_is_thrown_away() -> None:
    asked = Engine(RULES, first_only=True)
    handle = asked._network._handles[0]
    _, state = durable.assert_event(handle, '{"k":1,"c0":6}')
    assert durable.start_action_for_state(handle, state) is not None
    assert [asked.ask('{"k":1,"c0":5}', [0]), asked.ask('{"k":1,"c0":6}', [0])] == [[1], []]


def test_the_cache_keeps_the_revisions_used_last_and_compiles_each_once() -> None:
    cache, signage = TableCache(2), table(load(SIGNAGE))
    one, two = cache.get("one", signage), cache.get("two", signage)
    assert cache.get("one", signage) is one
    cache.get("three", signage)
    assert cache.get("one", signage) is one
    assert cache.get("two", signage) is not two
    assert two.evaluate({"on_road_land": True}).rows == [2]
