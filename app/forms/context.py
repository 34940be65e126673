"""What a form must know of its surroundings: the day, the requirements, the persons, the attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.definitions import service


@dataclass(frozen=True)
class Requirement:
    """A document the applicant brings, as a checklist asks for it."""

    key: str
    title: str
    required: bool = True
    copies: int = 1


@dataclass(frozen=True)
class SignedLetter:
    """A letter that bounds a day: what it is called and its date."""

    title: str
    on: date


@dataclass(frozen=True)
class FormContext:
    """The surroundings of one filling-in.

    `persons` gives (user name, full name) by role; `attachments` the requirement each existing attachment was
    uploaded for (None: for none), `file_names` their names; `letters` the signed letters by slot. With
    `lenient_files` a missing required file is a warning; with `draft` nothing is required yet, while what is
    given must still be well-formed.
    """

    today: date
    requirements: Sequence[Requirement] = ()
    persons: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    attachments: Mapping[int, str | None] = field(default_factory=dict)
    file_names: Mapping[int, str] = field(default_factory=dict)
    letters: Mapping[str, SignedLetter] = field(default_factory=dict)
    lenient_files: bool = False
    draft: bool = False


def requirements_of(definition: service.Service) -> tuple[Requirement, ...]:
    """Return the requirements of a service in their printed order."""
    items = definition.requirements.items()
    return tuple(Requirement(key, item.title, item.required, item.copies) for key, item in items)
