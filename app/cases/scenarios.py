"""Scenarios: every way through a process, walked with facts that make its tables decide so. Pure.

Each way out of each step, and each time limit that leads on, has a scenario: the shortest road to it, then
the shortest to an end. So every decision, refusal and return is tried before a process is published.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from app.cases import engine
from app.definitions.process import Process, as_list
from app.errors import Text, text
from app.rules.witness import Facts

MOST_TURNS = 300

# The facts for which the step's table gives an outcome; None where the step has no table or no facts do.
FactsFor = Callable[[str, str], Facts | None]

GRANTED = "granted"
LIMIT = "timeout"  # the way out of a step whose time is over


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that was completed: by which way out, and with which facts where a table decides."""

    step: str
    way: str | None
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A road through the process; `tried` is the way out it is there for, `problem` says why it stops."""

    tried: tuple[str, str | None]
    turns: tuple[Turn, ...]
    result: str | None
    problem: Text | None = None


def scenarios(process: Process, facts_for: FactsFor) -> list[Scenario]:
    """Walk a scenario for every way out, in printed order; the first is the usual road."""
    distances, known = _Distances(process), cache(facts_for)
    return [_Walk(process, distances, known).to(key, way) for key, way in _ways(process)]


def _ways(process: Process) -> Iterator[tuple[str, str | None]]:
    yield process.start.first, None
    for key, step in process.steps.items():
        if step.kind != "route":
            for way in step.outcomes:
                yield key, way
        if step.timeout and step.timeout.next:
            yield key, LIMIT


def _ends(process: Process, *, granted: bool) -> frozenset[str]:
    """All ends; for the usual road those that grant what is asked for, where there are any."""
    ends = {name: step.result for name, step in process.steps.items() if step.kind == "end"}
    wanted = frozenset(name for name, result in ends.items() if result == GRANTED)
    return wanted if granted and wanted else frozenset(ends)


class _Distances:
    """How many arrows lie between two steps."""

    def __init__(self, process: Process) -> None:
        self._before: dict[str, set[str]] = {key: set() for key in process.steps}
        for key, step in process.steps.items():
            for target in step.targets():
                self._before[target].add(key)
        self._known: dict[frozenset[str], Mapping[str, int]] = {}

    def to(self, goals: frozenset[str]) -> Mapping[str, int]:
        """From every step that can reach one of the goals, how far the nearest is."""
        if goals not in self._known:
            found = dict.fromkeys(goals, 0)
            ring = list(goals)
            while ring:
                ring = [key for goal in ring for key in self._reached(goal, found)]
            self._known[goals] = found
        return self._known[goals]

    def _reached(self, goal: str, found: dict[str, int]) -> Iterator[str]:
        for key in self._before[goal]:
            if key not in found:
                found[key] = found[goal] + 1
                yield key


@dataclass
class _Walk:
    process: Process
    distances: _Distances
    facts_for: FactsFor
    open: list[str] = field(default_factory=list)
    joins: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[str, str | None] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    def to(self, key: str, way: str | None) -> Scenario:
        """Go to a step, leave it by a way out, and go on to the nearest end."""
        move = engine.start(self.process)
        self.open = list(move.entered)
        ends = _ends(self.process, granted=way is None)
        is_done = False
        while self.open and move.result is None and len(self.turns) < MOST_TURNS:
            goals = ends if is_done else frozenset({key})
            step = self._nearest(goals)
            chosen = way if step == key and not is_done and way else self._onward(step, goals)
            is_done = is_done or step == key
            problem, move = self._take(step, chosen)
            if problem is not None:
                return Scenario((key, way), tuple(self.turns), None, problem)
        problem = None if move.result and is_done else self._stuck(key, is_done=is_done)
        return Scenario((key, way), tuple(self.turns), move.result, problem)

    def _nearest(self, goals: frozenset[str]) -> str:
        far = self.distances.to(goals)
        return min(self.open, key=lambda step: far.get(step, len(self.process.steps)))

    def _onward(self, step: str, goals: frozenset[str]) -> str | None:
        """The way out that is nearest to a goal; the first of several."""
        far = self.distances.to(goals)
        ways = self.process.steps[step].outcomes
        return min(
            ways, key=lambda way: min(far.get(to, 10**6) for to in as_list(ways[way].next)), default=None
        )

    def _take(self, step: str, way: str | None) -> tuple[Text | None, engine.Move]:
        facts = None
        if self.process.steps[step].decide and way and way != LIMIT:
            facts = self.facts_for(step, way)
            if facts is None:
                message = text('No facts make the table of "%(step)s" decide "%(way)s".',
                               step=self.process.steps[step].title, way=self._titled(step, way))  # fmt: skip
                return message, engine.Move()
        if way == LIMIT:
            move = engine.expire(self.process, self.joins, step, self.taken.get)
        else:
            move = engine.advance(self.process, self.joins, step, way, self.taken.get)
        self.turns.append(Turn(step, way, facts))
        self.taken[step], self.joins = way, move.joins
        rest = [] if move.returned_to else [key for key in self.open if key != step]
        self.open = rest + [key for key in move.entered if key not in rest]
        return None, move

    def _titled(self, step: str, way: str) -> str:
        return self.process.steps[step].outcomes[way].title

    def _stuck(self, key: str, *, is_done: bool) -> Text:
        title = self.process.steps[key].title
        if is_done:
            return text('After "%(step)s" the case does not come to an end.', step=title)
        return text('No road leads to "%(step)s".', step=title)
