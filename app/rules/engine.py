"""The only door to durable-rules: asks compiled rulesets one message at a time and trusts no silence.

It speaks to the extension module directly. The library's own Host starts two threads that never stop, runs
actions in whichever thread comes first, swallows what they raise, and is five times slower. Here the name
of the rule that fired is the whole answer.
"""

import threading
import weakref
from collections.abc import Sequence

import durable_rules_engine as durable

_END = 0  # the rule that closes every chunk, whatever else matched
_STATE = "0"  # one state per ruleset: number 1,025 would exhaust the engine's memory


class EngineFault(RuntimeError):
    """The engine gave an incomplete answer twice; never a person's mistake."""


class _Incomplete(Exception):
    pass


class Engine:
    """Rulesets that answer with the rules that match; safe for many threads, one at a time."""

    def __init__(self, rulesets: Sequence[str], *, first_only: bool) -> None:
        self._rulesets = tuple(rulesets)
        self._first_only = first_only
        self._lock = threading.Lock()
        self._network = _Network(self._rulesets)

    def ask(self, message: str, rulesets: Sequence[int]) -> list[int]:
        """Answer with the rules of these rulesets that match, in order; with `first_only` at most one."""
        with self._lock:
            try:
                return self._network.ask(message, rulesets, first_only=self._first_only)
            except (_Incomplete, durable.error):
                self._network = _Network(self._rulesets)
            try:
                return self._network.ask(message, rulesets, first_only=self._first_only)
            except (_Incomplete, durable.error) as fault:
                raise EngineFault(f"no complete answer to {message}") from fault


class _Network:
    """The rulesets in the engine's memory, freed when nobody refers to them any more."""

    def __init__(self, rulesets: Sequence[str]) -> None:
        self._handles: list[int] = []
        # Not at exit: the process frees its memory itself, and the engine may be gone by then.
        weakref.finalize(self, _free, self._handles).atexit = False
        for number, ruleset in enumerate(rulesets):
            handle = durable.create_ruleset(f"t{number}", ruleset)
            # Deleting a state in which nothing has ever fired is a segmentation fault.
            _first(handle, '{"k":1}')
            self._handles.append(handle)

    def ask(self, message: str, rulesets: Sequence[int], *, first_only: bool) -> list[int]:
        if not first_only:
            return sorted({rule for number in rulesets for rule in _all(self._handles[number], message)})
        for number in rulesets:
            rule = _first(self._handles[number], message)
            if rule:
                return [rule]
        return []


def _first(handle: int, message: str) -> int:
    """Post an event: the rule of the lowest priority consumes it."""
    action, state = _fired(handle, durable.assert_event(handle, message))
    if durable.complete_and_start_action(handle, state) is not None:
        raise _Incomplete
    return _rule(action)


def _all(handle: int, message: str) -> list[int]:
    """Assert a fact, which every matching rule sees, and take it back."""
    first, state = _fired(handle, durable.assert_fact(handle, message))
    action: str | None = first
    found: list[int] = []
    while action is not None:
        found.append(_rule(action))
        action = durable.complete_and_start_action(handle, state)
    retracted, _ = durable.retract_fact(handle, message)
    if retracted != 0 or found.pop() != _END:
        raise _Incomplete
    return found


def _fired(handle: int, posted: tuple[int, int]) -> tuple[str, int]:
    result, state = posted
    action = durable.start_action_for_state(handle, state) if result == 0 else None
    if action is None:
        raise _Incomplete
    return str(action[1]), state


def _rule(action: str) -> int:
    """Read the rule's number from `{"17":{"m":{…}}}`."""
    return int(action.split('"', 2)[1])


def _free(handles: list[int]) -> None:
    for handle in handles:
        durable.delete_state(handle, _STATE)
        durable.delete_ruleset(handle)
