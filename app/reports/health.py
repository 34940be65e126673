"""What is configured wrongly now, or will be soon: every finding with the place that mends it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.errors import Text

Tone = Literal["now", "soon", "know"]
ORDER: tuple[Tone, ...] = ("now", "soon", "know")


@dataclass(frozen=True)
class Place:
    """Where a finding is mended: a definition, a generated screen, a page of the studio, or the settings."""

    what: Literal["definition", "screen", "change_set", "files", "messages", "settings"]
    name: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing: `now` is wrong already, `soon` will be, `know` is meant but should not be forgotten."""

    tone: Tone
    message: Text
    place: Place


@dataclass(frozen=True)
class Installation:
    """What the checks must know beside the database."""

    now: datetime
    data_dir: str
    uses_simulators: bool
    uses_trial_ca: bool
    sends_mail: bool


Check = Callable[[Installation], Iterable[Finding]]


def gather(checks: Iterable[Check], installation: Installation) -> list[Finding]:
    """Run every check; what is wrong now comes first."""
    found = [finding for check in checks for finding in check(installation)]
    return sorted(found, key=lambda finding: ORDER.index(finding.tone))


def definition(kind: str, key: str) -> Place:
    """A definition in the studio."""
    return Place("definition", key, kind)


def screen(name: str) -> Place:
    """A generated screen."""
    return Place("screen", name)


def when(condition: object, tone: Tone, message: Text, place: Place) -> Iterator[Finding]:
    """One finding, where the condition holds."""
    if condition:
        yield Finding(tone, message, place)
