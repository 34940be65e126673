"""Where a letter is drafted, and therefore what it may speak of; drafts of its change set count."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.definitions.catalogue import current
from app.definitions.process import Process, Step
from app.definitions.process_graph import certain_steps, earlier_steps
from app.definitions.provided import APPLICATION, drafts_in, letter_facts
from app.letters.sample import STANDARD_PATHS
from app.publishing.change_sets import drafts_of, get, texts_of
from app.publishing.check import ANY_FACTS, parsed_set
from app.publishing.drafts import find
from app.publishing.overlay import Overlay


@dataclass(frozen=True)
class Uses:
    """The steps that draft a letter; where no process does, the last step of its folder's."""

    overlay: Overlay
    places: list[tuple[Process, str]]
    is_drafted: bool

    @cached_property
    def provided(self) -> list[frozenset[str]]:
        """For each place, what a letter may use there as it is."""
        if not self.is_drafted:
            return [ANY_FACTS | STANDARD_PATHS]
        return [letter_facts(process, step, self.overlay) | STANDARD_PATHS for process, step in self.places]

    def is_certain(self, step: str) -> bool:
        """True where every way to the letter leads through this step."""
        return step == APPLICATION or all(
            step == place or step in certain_steps(process, place) for process, place in self.places
        )

    def decided(self) -> dict[str, Step]:
        """The steps at or before the letter at which a table decides."""
        found: dict[str, Step] = {}
        for process, place in self.places:
            names = {*earlier_steps(process, place), place}
            found |= {
                name: process.steps[name]
                for name in process.steps
                if name in names and process.steps[name].decide
            }
        return found

    def slots(self) -> dict[str, str]:
        """The letters of the same processes by slot, with their titles."""
        return {name: slot.title for process, _ in self.places for name, slot in process.slots.items()}


def uses_of_letter(key: str) -> Uses:
    """Where the letter of this key is drafted."""
    draft = find(("letter", key))
    beside = texts_of(drafts_of(get(draft.change_set_id))) if draft and draft.change_set_id else {}
    overlay = Overlay(current(), parsed_set(beside))
    places = [
        (process, step)
        for process in _processes(overlay)
        for step, letter in drafts_in(process)
        if letter == key
    ]
    return Uses(overlay, places or list(_likely(key, overlay)), bool(places))


def services_using(key: str, uses: Uses) -> list[str]:
    """The services whose cases get this letter."""
    used = {id(process) for process, _ in uses.places}
    return [
        name
        for name, service in uses.overlay.services().items()
        if id(uses.overlay.shape("process", service.process)) in used
    ]


def _processes(overlay: Overlay) -> Iterator[Process]:
    for ref in overlay.refs("process"):
        shape = overlay.shape(*ref)
        if isinstance(shape, Process):
            yield shape


def _likely(key: str, overlay: Overlay) -> Iterator[tuple[Process, str]]:
    """Where a letter that no process names yet would most likely be drafted."""
    process = overlay.shape("process", f"{key.partition('/')[0]}/process")
    if isinstance(process, Process):
        yield process, list(process.steps)[-1]
