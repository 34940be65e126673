"""Carry one message out of the house and say what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.messages.models import Message


@dataclass(frozen=True)
class Answer:
    """What the other side said: an HTTP status; `certain` is false where the message may have arrived."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    certain: bool = True

    @property
    def ok(self) -> bool:
        """The other side has it."""
        return 200 <= self.status < 300

    @property
    def worth_retrying(self) -> bool:
        """Its fault or the network's, not ours: the guide's 500 and 504, and being unreachable."""
        return self.status >= 500 or self.status == 0


Carrier = Callable[[Message], Answer]
Check = Callable[[Message], Answer]
_carriers: dict[str, Carrier] = {}
_checks: dict[str, Check] = {}


def use(channel: str, carrier: Carrier, check: Check | None = None) -> None:
    """Send the channel's messages this way; `check` asks whether an uncertain one arrived."""
    _carriers[channel] = carrier
    if check:
        _checks[channel] = check


def carry(message: Message, ask_first: bool) -> Answer:
    """Send; where an earlier attempt ended uncertain, ask first whether it arrived."""
    if message.channel not in _carriers:  # not set up here yet: it waits, and the messages' page shows it
        return Answer(503, {"error": "no way out is set up"})
    if ask_first and message.channel in _checks:
        known = _checks[message.channel](message)
        if known.ok or known.status != 404:
            return known
    return _carriers[message.channel](message)
