"""Revisions, drafts and problems of definitions as the public contract names them."""

from typing import Any

from app.definitions.models import Revision
from app.definitions.models_draft import Draft
from app.definitions.parse import digest
from app.definitions.problem import Problem
from app.publishing.revisions import next_number
from app.web.i18n import translate


def revision_json(row: Revision, *, whole: bool = False) -> dict[str, Any]:
    """A revision as api.md names it."""
    names = ("kind", "key", "sha256", "state", "note", "author", "source")
    days = {"effective_on": row.effective_on.isoformat() if row.effective_on else None}
    at = {"published_at": row.published_at.isoformat() if row.published_at else None}
    shown = {**{name: getattr(row, name) for name in names}, "revision": row.number, **days, **at}
    return {**shown, "text": row.text} if whole else shown


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft as a revision that is still to come; `revision` is the number it is going to get."""
    names = ("kind", "key", "note", "author", "version")
    shown = {**{name: getattr(draft, name) for name in names}, "sha256": digest(draft.text)}
    coming = {"revision": next_number((draft.kind, draft.key)), "base_revision": draft.base_number}
    return {**shown, **coming, "state": "draft", "source": "web", "effective_on": None, "published_at": None}


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem with its place, in the reader's language."""
    place = {"path": problem.path, "line": problem.line, "file": problem.file}
    return {**place, "message": translate(problem.message)}
