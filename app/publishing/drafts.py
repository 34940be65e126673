"""Drafts: texts kept on top of a published revision until they are published or given up."""

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.definitions.catalogue import Catalogue
from app.definitions.models import Revision
from app.definitions.parse import Ref, digest, file_of, normal
from app.errors import Conflict, NotFound
from app.publishing.revisions import CHAIN, CONFLICT, DISCARDED, DRAFT, Act, add, lock, transaction


def save_draft(ref: Ref, source: str, base: int | None, act: Act) -> Revision:
    """Keep a text as a draft on top of revision `base` (None: the first of its kind and key).

    The author's earlier draft on the same base is replaced. Raises Conflict where something was published
    since `base`, NotFound for a kind or key that cannot exist.
    """
    file_of(*ref)
    with transaction():
        newest = lock().newest(*ref)
        if base != (newest.number if newest else None):
            raise _published_since(ref, newest.number if newest else 0)
        draft = _own_draft(ref, base, act)
        if draft is None:
            return add(Revision(state=DRAFT, base_number=base, text=normal(source)), ref, act)
        draft.text, draft.sha256, draft.note = normal(source), digest(source), act.note
        return draft


def discard(row_id: int, act: Act) -> None:
    """Give up a draft or a conflict. Raises NotFound where it is none any more."""
    with transaction():
        lock()
        draft = _row(row_id)
        if draft is None or draft.state not in (DRAFT, CONFLICT):
            raise NotFound("There is no such draft.")
        draft.state = DISCARDED
        what = {"kind": draft.kind, "key": draft.key, "number": draft.number}
        record(CHAIN, "definition.discarded", act.author, act.now, **what)


def open_draft(row_id: int, catalogue: Catalogue) -> Revision:
    """A draft that may still be published. Raises NotFound, or Conflict where its base is not the newest."""
    draft = _row(row_id)
    if draft is None or draft.state != DRAFT:
        raise NotFound("There is no such draft.")
    newest = catalogue.newest(draft.kind, draft.key)
    if draft.base_number != (newest.number if newest else None):
        raise _published_since((draft.kind, draft.key), newest.number if newest else 0)
    return draft


def _row(row_id: int) -> Revision | None:
    return Session.get(Revision, row_id, populate_existing=True)


def _own_draft(ref: Ref, base: int | None, act: Act) -> Revision | None:
    query = select(Revision).where(
        Revision.kind == ref[0],
        Revision.key == ref[1],
        Revision.state == DRAFT,
        Revision.author == act.author,
        Revision.base_number.is_not_distinct_from(base),
    )
    return Session.scalars(query.order_by(Revision.number.desc())).first()


def _published_since(ref: Ref, number: int) -> Conflict:
    return Conflict(
        "Revision %(number)d of %(key)s was published meanwhile; look at it before you go on.",
        number=number,
        key=ref[1],
    )
