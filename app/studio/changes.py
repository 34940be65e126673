"""What changed between two texts of a definition, as the pages show it."""

from typing import Any

from flask_babel import gettext

from app.definitions.catalogue import Catalogue
from app.definitions.difference import Cell, GroupChange, difference
from app.definitions.difference_lines import beside
from app.definitions.difference_words import marked
from app.definitions.letter import Letter
from app.definitions.models_draft import Draft
from app.definitions.outline import outline
from app.definitions.parse import Ref, parse
from app.definitions.shape import Shape
from app.publishing.drafts import base_text
from app.studio.letter_fields import by_path, groups
from app.studio.letter_prose import prose
from app.studio.letter_uses import uses_of_letter
from app.web.i18n import translate


def changes(ref: Ref, before: str, after: str) -> dict[str, Any]:
    """The changes in the terms of the kind and line by line; not `is_readable`: only the lines tell."""
    old = parse(*ref, before) if before else None
    new = parse(*ref, after) if after else None
    readable = all(parsed is None or parsed.shape is not None for parsed in (old, new))
    shapes = (in_words(ref, parsed.shape if parsed else None) for parsed in (old, new))
    found = difference(*(outline(shape) for shape in shapes))
    return {
        "is_readable": readable,
        "is_same": before == after,
        "groups": [group_shown(group) for group in found] if readable else [],
        "lines": beside(before, after),
    }


def in_words(ref: Ref, shape: Shape | None) -> Shape | None:
    """A letter with its text as its editor shows it; everything else as it is."""
    if not isinstance(shape, Letter):
        return shape
    known = by_path(groups(uses_of_letter(ref[1])))
    return shape.model_copy(update={"body": prose(shape.body, known)})


def changes_of(draft: Draft, catalogue: Catalogue) -> dict[str, Any]:
    """What a draft changes on the text that it began from."""
    return changes((draft.kind, draft.key), base_text(draft, catalogue), draft.text)


def group_shown(group: GroupChange) -> dict[str, Any]:
    """One group of changes with its words."""
    words = {
        "added": gettext("added"),
        "removed": gettext("removed"),
        "changed": gettext("changed"),
        "moved": gettext("moved"),
    }
    tones = {"added": "ok", "removed": "late", "changed": "info", "moved": "near"}
    items = [
        {
            "word": words[item.change],
            "tone": tones[item.change],
            "title": item.title,
            "place": "" if item.title and item.before == item.after else place(item.before, item.after),
            "cells": [cell_shown(cell) for cell in item.cells],
        }
        for item in group.items
    ]
    return {"title": translate(group.title), "items": items}


def cell_shown(cell: Cell) -> dict[str, Any]:
    """One property before and after, with the words that changed."""
    before, after = marked(cell.before, cell.after)
    return {"label": gettext(cell.label), "before": before, "after": after}


def place(before: int | None, after: int | None) -> str:
    """Where a thing stands, and where it stood."""
    if before and after and before != after:
        return str(gettext("no. %(one)s → %(two)s", one=before, two=after))
    return str(gettext("no. %(one)s", one=after or before or ""))


def count_of(found: dict[str, Any]) -> int:
    """How many things changed; one where only the markup did."""
    return sum(len(group["items"]) for group in found["groups"]) or int(not found["is_same"])
