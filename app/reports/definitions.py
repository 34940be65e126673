"""Revisions of definitions, for those who edit them."""

from sqlalchemy import select

from app.db import Session
from app.definitions.models import Revision
from app.errors import NotFound

LISTED = 100


def revisions_of(kind: str, key: str) -> list[Revision]:
    """The revisions of a definition, newest first. Raises NotFound where there is none."""
    query = select(Revision).where(Revision.kind == kind, Revision.key == key)
    rows = list(Session.scalars(query.order_by(Revision.number.desc()).limit(LISTED)))
    if not rows:
        raise NotFound("There is no such definition.")
    return rows
