"""The first page of the studio: services with their definitions, drafts, change sets, health in a line."""

from collections import Counter
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import Catalogue, Entry, current
from app.definitions.models_draft import Draft
from app.definitions.parse import SHAPES, Ref
from app.people.models import Office
from app.publishing.drafts import OPEN
from app.reports.names import names_of
from app.studio.page import editor_url, title_of

ORDER = ("service", "process", "decision_table", "form", "letter", "clauses", "messages", "roles")
GENERAL = ""


def cards(catalogue: Catalogue, drafts: dict[Ref, Draft]) -> list[dict[str, Any]]:
    """A card for each service, and one for what belongs to none."""
    entries = [entry for kind in ORDER for entry in catalogue.entries(kind)]
    services = {entry.key.partition("/")[0]: entry for entry in entries if entry.kind == "service"}
    folders: dict[str, list[Entry]] = {folder: [] for folder in services}
    for entry in entries:
        folder = entry.key.partition("/")[0]
        folders.setdefault(folder if folder in services else GENERAL, []).append(entry)
    shown = [_card(services.get(folder), found, drafts) for folder, found in folders.items()]
    offices: dict[str, str] = dict(Session.execute(select(Office.key, Office.short_name)).all())
    return [{**card, "office": offices.get(card["office"], card["office"])} for card in shown]


def _card(service: Entry | None, entries: list[Entry], drafts: dict[Ref, Draft]) -> dict[str, Any]:
    kinds = [kind for kind in ORDER if any(entry.kind == kind for entry in entries)]
    return {
        "title": service.shape.title if service else "",
        "folder": service.key.partition("/")[0] if service else "",
        "office": service.shape.office if service else "",
        "groups": [
            {
                "title": title_of(kind),
                "items": _lines([entry for entry in entries if entry.kind == kind], drafts),
            }
            for kind in kinds
        ],
    }


def _lines(entries: list[Entry], drafts: dict[Ref, Draft]) -> list[dict[str, Any]]:
    """Lines of one kind; those that are called the same are told apart by the names of their files."""
    lines = [_line(entry, drafts) for entry in entries]
    times = Counter(line["title"] for line in lines)
    return [{**line, "name": line["key"] if times[line["title"]] > 1 else ""} for line in lines]


def _line(entry: Entry, drafts: dict[Ref, Draft]) -> dict[str, Any]:
    draft = drafts.get((entry.kind, entry.key))
    return {
        "key": entry.key,
        "title": getattr(entry.shape, "title", "") or title_of(entry.kind),
        "url": editor_url(entry.kind, entry.key),
        "number": entry.number,
        "has_draft": draft is not None,
        "history_url": url_for("StudioView.show", kind=entry.kind, key=entry.key),
    }


def open_drafts() -> dict[Ref, Draft]:
    """Every draft that is being edited."""
    rows = Session.scalars(select(Draft).where(Draft.state == OPEN).order_by(Draft.updated_at.desc()))
    return {(row.kind, row.key): row for row in rows}


def loose(drafts: dict[Ref, Draft]) -> list[dict[str, Any]]:
    """Drafts that are in no change set, the newest first."""
    rows = [draft for draft in drafts.values() if draft.change_set_id is None]
    names = names_of([draft.author for draft in rows])
    catalogue = current()
    return [
        {
            "kind": draft.kind,
            "key": draft.key,
            "kind_title": title_of(draft.kind),
            "title": _title(catalogue, draft),
            "url": editor_url(draft.kind, draft.key),
            "author": names.get(draft.author, draft.author),
            "updated_at": draft.updated_at,
            "is_withdrawal": draft.is_withdrawal,
        }
        for draft in rows
    ]


def _title(catalogue: Catalogue, draft: Draft) -> str:
    if not catalogue.has(draft.kind, draft.key):
        return draft.key
    return str(getattr(catalogue.get(draft.kind, draft.key).shape, "title", "") or draft.key)


def kinds() -> list[tuple[str, str]]:
    """The kinds of which a new definition may be made."""
    return [(kind, title_of(kind)) for kind in SHAPES if kind != "roles"]
