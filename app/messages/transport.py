"""Carry one message out of the house and say what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

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


@dataclass(frozen=True)
class Position:
    """Where the other side says a case stands."""

    code: str
    title: str = ""


Carrier = Callable[[Message], Answer]
Check = Callable[[Message], Answer]


class Rest(Protocol):
    """How channels without a carrier of their own are served: by the mode each office has chosen."""

    def carry(self, message: Message) -> Answer:
        """Send."""

    def check(self, message: Message) -> Answer:
        """Ask whether an uncertain message arrived: 200 yes, 404 no."""

    def by_hand(self, message: Message) -> bool:
        """True where a person carries this message."""


_carriers: dict[str, Carrier] = {}
_checks: dict[str, Check] = {}
_rest: list[Rest] = []


def use(channel: str, carrier: Carrier, check: Check | None = None) -> None:
    """Send the channel's messages this way; `check` asks whether an uncertain one arrived."""
    _carriers[channel] = carrier
    if check:
        _checks[channel] = check


def use_for_the_rest(rest: Rest) -> None:
    """Serve every other channel this way; what was set up before is forgotten."""
    _carriers.clear()
    _checks.clear()
    _rest[:] = [rest]


def is_by_hand(message: Message) -> bool:
    """True where no program carries this message."""
    rest = _rest_for(message)
    return rest is not None and rest.by_hand(message)


def leave(channel: str) -> None:
    """Carry nothing on this channel any more."""
    _carriers.pop(channel, None)
    _checks.pop(channel, None)


def is_served(channel: str) -> bool:
    """True if somebody carries the channel's messages."""
    return channel in _carriers


def carry(message: Message, ask_first: bool) -> Answer:
    """Send; where an earlier attempt ended uncertain, ask first whether it arrived."""
    carrier, check = _way(message)
    if carrier is None:  # not set up here yet: it waits, and the messages' page shows it
        return Answer(503, {"error": "no way out is set up"})
    if ask_first and check:
        known = check(message)
        if known.ok or known.status != 404:
            return known
    return carrier(message)


def _way(message: Message) -> tuple[Carrier | None, Check | None]:
    rest = _rest_for(message)
    if rest is None:
        return _carriers.get(message.channel), _checks.get(message.channel)
    return rest.carry, rest.check


def _rest_for(message: Message) -> Rest | None:
    """What calls a method goes to a system; texts to people need a carrier of their own."""
    is_call = message.channel not in _carriers and "method" in message.payload
    return _rest[0] if is_call and _rest else None
