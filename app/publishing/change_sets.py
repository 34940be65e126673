"""Change sets: drafts that go live together; made, filled, talked about, given up."""

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.definitions.models_draft import ChangeSet, ChangeSetComment, Draft
from app.definitions.parse import Ref
from app.errors import Conflict, NotFound, text
from app.publishing.check import Changes
from app.publishing.drafts import DISCARDED as DRAFT_DISCARDED
from app.publishing.drafts import HELD, OPEN, find
from app.publishing.revisions import CHAIN, Act, lock, transaction

EDITING, PROPOSED, SCHEDULED, PUBLISHED, DISCARDED = (
    "editing",
    "proposed",
    "scheduled",
    "published",
    "discarded",
)
WAITING = (PROPOSED, SCHEDULED)
UNFINISHED = (EDITING, *WAITING)
NOT_EDITING = text("This change set waits for its approval or its day; take it back before you change it.")

CLOSED = text("This change set is closed; nothing can be changed in it.")


def make(title: str, act: Act) -> ChangeSet:
    """Begin a change set."""
    with transaction():
        made = ChangeSet(title=title.strip() or "-", state=EDITING, author=act.author)
        made.created_at = made.updated_at = act.now
        Session.add(made)
        Session.flush()
        told("change_set.made", made, act, title=made.title)
        return made


def rename(set_id: int, title: str, act: Act) -> ChangeSet:
    """Give a change set another name."""
    with transaction():
        found = locked(set_id, *UNFINISHED)
        found.title, found.updated_at = title.strip() or found.title, act.now
        told("change_set.renamed", found, act, title=found.title)
        return found


def put_in(set_id: int, ref: Ref, act: Act) -> ChangeSet:
    """Put the open draft of a definition into a change set, out of the one that it was in."""
    with transaction():
        lock()
        found, draft = locked(set_id, EDITING), _open(ref)
        draft.change_set_id, found.updated_at = found.id, act.now
        told("change_set.draft_in", found, act, kind=ref[0], key=ref[1], draft=draft.id)
        return found


def take_out(set_id: int, ref: Ref, act: Act) -> ChangeSet:
    """Take a draft out of a change set; it stays a draft."""
    with transaction():
        lock()
        found, draft = locked(set_id, EDITING), _open(ref)
        if draft.change_set_id != found.id:
            raise NotFound("This draft is not in the change set.")
        draft.change_set_id, found.updated_at = None, act.now
        told("change_set.draft_out", found, act, kind=ref[0], key=ref[1], draft=draft.id)
        return found


def comment(set_id: int, words: str, act: Act) -> ChangeSetComment:
    """Say something about a change set."""
    with transaction():
        found = locked(set_id, *UNFINISHED, PUBLISHED)
        said = ChangeSetComment(change_set_id=found.id, author=act.author, at=act.now, text=words.strip())
        Session.add(said)
        found.updated_at = act.now
        told("change_set.comment", found, act, text=said.text)
        return said


def give_up(set_id: int, act: Act) -> ChangeSet:
    """Discard a change set with its drafts."""
    with transaction():
        lock()
        found = locked(set_id, EDITING)
        for draft in drafts_of(found):
            draft.state = DRAFT_DISCARDED
        found.state, found.updated_at = DISCARDED, act.now
        told("change_set.discarded", found, act)
        return found


def get(set_id: int) -> ChangeSet:
    """A change set. Raises NotFound."""
    found = Session.get(ChangeSet, set_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such change set.")
    return found


def listed(*states: str) -> list[ChangeSet]:
    """The change sets in these states, the one that was touched last first."""
    query = select(ChangeSet).where(ChangeSet.state.in_(states))
    return list(Session.scalars(query.order_by(ChangeSet.updated_at.desc()).limit(100)))


def drafts_of(found: ChangeSet) -> list[Draft]:
    """The drafts of a change set as they stand in the database."""
    query = select(Draft).where(Draft.change_set_id == found.id).order_by(Draft.kind, Draft.key)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def texts_of(drafts: list[Draft]) -> Changes:
    """What these drafts come to together; None for a withdrawal."""
    return {(each.kind, each.key): None if each.is_withdrawal else each.text for each in drafts}


def comments_of(found: ChangeSet) -> list[ChangeSetComment]:
    """What was said about a change set, oldest first."""
    query = select(ChangeSetComment).where(ChangeSetComment.change_set_id == found.id)
    return list(Session.scalars(query.order_by(ChangeSetComment.id)))


def locked(set_id: int, *states: str) -> ChangeSet:
    """The change set, held until the transaction ends. Raises NotFound, or Conflict in another state."""
    query = select(ChangeSet).where(ChangeSet.id == set_id).with_for_update()
    found = Session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such change set.")
    if found.state not in states:
        raise Conflict((NOT_EDITING if found.state in WAITING else CLOSED).msgid)
    return found


def hold(drafts: list[Draft]) -> None:
    """Freeze drafts while their set waits; a definition may get another draft meanwhile."""
    for draft in drafts:
        draft.state = HELD


def reopen(drafts: list[Draft]) -> None:
    """Let drafts be edited again. Raises Conflict where the definition has another draft by now."""
    for draft in drafts:
        other = find((draft.kind, draft.key))
        if other and other.id != draft.id:
            raise Conflict("There is another draft of %(key)s; publish or discard it first.", key=draft.key)
        draft.state = OPEN
    Session.flush()


def told(action: str, found: ChangeSet, act: Act, **more: object) -> None:
    """Leave a line in the audit trail."""
    record(CHAIN, action, act.author, act.now, change_set=found.id, **more)


def _open(ref: Ref) -> Draft:
    draft = find(ref)
    if draft is None:
        raise NotFound("There is no such draft.")
    return draft
