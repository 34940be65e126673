"""What changed between two texts of a definition, as the pages show it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from app.definitions.catalogue import Catalogue
from app.definitions.difference import GroupChange, difference
from app.definitions.difference_lines import beside
from app.definitions.models_draft import Draft
from app.definitions.outline import outline
from app.definitions.parse import Ref, parse
from app.publishing.drafts import base_text
from app.web.i18n import translate


def changes(ref: Ref, before: str, after: str) -> dict[str, Any]:
    """The changes in the terms of the kind and line by line; not `is_readable`: only the lines tell."""
    old = parse(*ref, before) if before else None
    new = parse(*ref, after) if after else None
    readable = all(parsed is None or parsed.shape is not None for parsed in (old, new))
    groups = difference(outline(old.shape if old else None), outline(new.shape if new else None))
    return {
        "is_readable": readable,
        "is_same": before == after,
        "groups": [group_shown(group) for group in groups] if readable else [],
        "lines": beside(before, after),
    }


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
            "cells": [
                {"label": gettext(cell.label), "before": cell.before, "after": cell.after}
                for cell in item.cells
            ],
        }
        for item in group.items
    ]
    return {"title": translate(group.title), "items": items}


def place(before: int | None, after: int | None) -> str:
    """Where a thing stands, and where it stood."""
    if before and after and before != after:
        return str(gettext("no. %(one)s → %(two)s", one=before, two=after))
    return str(gettext("no. %(one)s", one=after or before or ""))


def count_of(groups: Sequence[dict[str, Any]]) -> int:
    """How many things changed."""
    return sum(len(group["items"]) for group in groups)
