"""Rows of definitions: who acts on them, one at a time, and how a new one is numbered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.db import Session
from app.definitions.catalogue import Catalogue, refresh
from app.definitions.models import CatalogueVersion, Revision
from app.definitions.parse import Ref, digest

CHAIN = "office:0"
CONFLICT, DISCARDED = "conflict", "discarded"


@dataclass(frozen=True)
class Act:
    """Who publishes, when and why; `effective_on` is the first day in force, None for at once."""

    author: str
    now: datetime
    note: str = ""
    effective_on: date | None = None
    source: str = "web"


@contextmanager
def transaction() -> Iterator[None]:
    """One function of publishing is one transaction."""
    try:
        yield
        Session.commit()
    except BaseException:
        Session.rollback()
        raise


def lock() -> Catalogue:
    """Wait for whoever publishes now, and read what is published after that."""
    Session.execute(insert(CatalogueVersion).values(id=1, version=0).on_conflict_do_nothing())
    Session.execute(select(CatalogueVersion.id).with_for_update()).one()
    return refresh()


def next_number(ref: Ref) -> int:
    """The number that the next revision of a definition gets."""
    query = select(func.max(Revision.number)).where(Revision.kind == ref[0], Revision.key == ref[1])
    return (Session.scalar(query) or 0) + 1


def add(row: Revision, ref: Ref, act: Act) -> Revision:
    """Add a row that has a text and a state, as the next of its definition; the caller holds the lock."""
    row.kind, row.key = ref
    row.number = next_number(ref)
    row.sha256 = digest(row.text)
    row.author, row.note, row.source, row.created_at = act.author, act.note, act.source, act.now
    Session.add(row)
    Session.flush()
    return row
