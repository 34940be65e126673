"""Files that were changed while the web published: an administrator takes their text over, or leaves it."""

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.definitions.merge import merged
from app.definitions.models import Revision
from app.definitions.models_draft import Draft
from app.definitions.parse import Ref
from app.errors import Conflict, NotFound
from app.publishing.drafts import Edited, find, save
from app.publishing.revisions import CHAIN, CONFLICT, DISCARDED, Act, lock, transaction


def conflicts() -> list[Revision]:
    """The texts of files that somebody has to decide on."""
    query = select(Revision).where(Revision.state == CONFLICT).order_by(Revision.kind, Revision.key)
    return list(Session.scalars(query))


def conflict(row_id: int) -> Revision:
    """One of them. Raises NotFound where it is settled."""
    row = Session.get(Revision, row_id, populate_existing=True)
    if row is None or row.state != CONFLICT:
        raise NotFound("This file is settled already.")
    return row


def take_over(row_id: int, act: Act) -> Draft:
    """Make a draft of a file's text, merged with what was published since where that is possible.

    Raises Conflict where the definition is being edited already.
    """
    row = conflict(row_id)
    ref: Ref = (row.kind, row.key)
    if find(ref):
        raise Conflict("There is another draft of %(key)s; publish or discard it first.", key=row.key)
    with transaction():
        catalogue = lock()
        newest = catalogue.newest(*ref)
        theirs = catalogue.text(*ref, newest.number) if newest else ""
        base = catalogue.text(*ref, row.base_number) if row.base_number else ""
        source = merged(ref[0], base, row.text, theirs) or row.text
    draft = save(ref, Edited(source, 0, newest.number if newest else None), act)
    leave(row_id, act)
    return draft


def leave(row_id: int, act: Act) -> Revision:
    """Give a file's text up; the row stays, and the file may be written over."""
    with transaction():
        lock()
        row = conflict(row_id)
        row.state = DISCARDED
        what = {"kind": row.kind, "key": row.key, "number": row.number, "sha256": row.sha256}
        record(CHAIN, "file.settled", act.author, act.now, **what)
        return row
