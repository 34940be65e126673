"""Answers that a table could ask for: paths, titles and values, from the forms of the steps it decides."""

from collections.abc import Iterator
from typing import Any

from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.parse import Ref, parse
from app.definitions.process import Process
from app.definitions.provided import Fact, facts_at
from app.forms.checklist import STATE_TITLES
from app.publishing.drafts import open_draft, open_refs
from app.publishing.overlay import Overlay
from app.web.i18n import translate

KINDS = ("process", "form", "service")
Called = tuple[str, dict[str, str]]  # a title, and the titles of the values


def answers_for(key: str) -> list[dict[str, Any]]:
    """The answers known where a table decides; where it decides nowhere yet, in any step of its service."""
    folder = key.partition("/")[0]
    drafted: list[Ref] = [ref for ref in open_refs() if ref[0] in KINDS and ref[1].startswith(f"{folder}/")]
    overlay = Overlay(current(), {ref: parse(*ref, open_draft(ref).text) for ref in drafted})
    known: dict[str, Fact] = {}
    for process in _processes(overlay, folder):
        deciding = [name for name, step in process.steps.items() if step.decide and step.decide.table == key]
        for name in deciding or process.steps:
            known |= facts_at(process, name, overlay)
    titles = dict(_titles(overlay, folder))
    return [_answer(path, fact, titles) for path, fact in known.items()]


def _processes(overlay: Overlay, folder: str) -> Iterator[Process]:
    for kind, key in overlay.refs("process"):
        shape = overlay.shape(kind, key)
        if key.startswith(f"{folder}/") and isinstance(shape, Process):
            yield shape


def _titles(overlay: Overlay, folder: str) -> Iterator[tuple[str, Called]]:
    """What fields are called, and their values; requirements by the checklist that asks for them."""
    states = {state: translate(title) for state, title in STATE_TITLES.items()}
    for kind, key in overlay.refs("form"):
        shape = overlay.shape(kind, key)
        if not key.startswith(f"{folder}/") or not isinstance(shape, FormDefinition):
            continue
        for name, field in shape.fields():
            yield name, (field.title, dict(getattr(field, "values", None) or {}))
            if field.type == "checklist":
                items = overlay.requirements(key) or ()
                yield from ((f"{name}.{item.key}", (item.title, states)) for item in items)


def _answer(path: str, fact: Fact, titles: dict[str, Called]) -> dict[str, Any]:
    *before, last = path.removesuffix(".count").split(".")
    title, called = titles.get(".".join([*before[-1:], last])) or titles.get(last) or (path, {})
    values = [[value, called.get(value, value)] for value in fact.values or ()]
    return {"path": path, "type": fact.type, "title": title, "values": values}
