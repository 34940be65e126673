"""Drafts: one text for each definition being changed, kept apart from what is in force."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.definitions.catalogue import Catalogue, current
from app.definitions.merge import merged
from app.definitions.models import Revision
from app.definitions.models_draft import ChangeSet, Draft
from app.definitions.parse import ROLES, Ref, file_of, normal
from app.errors import Conflict, Forbidden, NotFound, text
from app.publishing.revisions import CHAIN, Act, lock, transaction

OPEN, HELD, PUBLISHED, DISCARDED = "open", "held", "published", "discarded"


@dataclass(frozen=True)
class Opened:
    """What an editor starts from: the open draft, or with version 0 the text in force."""

    ref: Ref
    text: str
    version: int
    base_number: int | None
    newest_number: int | None
    draft: Draft | None = field(default=None, repr=False)

    @property
    def is_outdated(self) -> bool:
        """True where something was published since the text that this draft changes."""
        return self.base_number != self.newest_number


@dataclass(frozen=True)
class Edited:
    """A text as an editor saves it, with the version (and for version 0 the revision) it started from.

    `begun` is the text of that version where the editor still has it: both changes merge best on it.
    """

    text: str
    version: int = 0
    base_number: int | None = None
    is_withdrawal: bool = False
    begun: str | None = None


class Stale(Conflict):
    """Somebody saved or published meanwhile; both texts are here, and both merged where that is possible."""

    said = text("%(who)s changed %(key)s meanwhile; nothing is lost.")

    def __init__(self, opened: Opened, mine: str, base: str, who: str) -> None:
        super().__init__(self.said.msgid, who=who, key=opened.ref[1], number=opened.newest_number)
        self.opened, self.mine, self.theirs, self.who, self.base = opened, mine, opened.text, who, base
        self.merged = merged(opened.ref[0], base, mine, opened.text)


class Outdated(Stale):
    """Something was published since a draft began, so it may not go live as it is."""

    said = text(
        "Revision %(number)s of %(key)s was published since the draft began: "
        "put the draft on top of it first."
    )


def open_draft(ref: Ref) -> Opened:
    """What an editor of a definition starts from. Raises NotFound where there is nothing yet."""
    catalogue, draft = current(), find(ref)
    newest = catalogue.newest(*ref)
    number = newest.number if newest else None
    if draft:
        return Opened(ref, draft.text, draft.version, draft.base_number, number, draft)
    if newest is None or newest.is_withdrawal:
        raise NotFound("There is no definition %(key)s (%(kind)s).", kind=ref[0], key=ref[1])
    return Opened(ref, catalogue.text(*ref, newest.number), 0, number, number)


def save(ref: Ref, edited: Edited, act: Act) -> Draft:
    """Keep a text as the definition's draft; the first save begins it.

    Raises Stale where somebody else saved since `edited.version`, or published since `edited.base_number`
    when this begins a draft; NotFound for a kind or key that cannot exist.
    """
    file_of(*ref)
    with transaction():
        catalogue = lock()
        draft = find(ref)
        if draft is None:
            return begin(ref, edited, act, catalogue)
        if draft.version != edited.version:
            _stale_or_same(draft, edited, catalogue)
            return draft
        return _write(draft, edited, act)


def create(ref: Ref, source: str, act: Act) -> Draft:
    """Begin a definition that does not exist yet. Raises Conflict where it does."""
    if current().has(*ref) or find(ref):
        raise Conflict("There is a definition %(key)s already.", key=ref[1])
    newest = current().newest(*ref)
    return save(ref, Edited(source, 0, newest.number if newest else None), act)


def withdraw(ref: Ref, act: Act) -> Draft:
    """Draft that a definition is taken out of force; that nothing uses it is checked like all else."""
    if ref == ROLES:
        raise Forbidden("The roles are always in force; take single roles out of them.")
    opened = open_draft(ref)
    if opened.newest_number is None:
        raise NotFound("There is no definition %(key)s (%(kind)s).", kind=ref[0], key=ref[1])
    return save(ref, Edited("", opened.version, opened.base_number, is_withdrawal=True), act)


def discard(ref: Ref, act: Act, version: int | None = None) -> None:
    """Give an open draft up. Raises NotFound, or Stale where it was saved since `version`."""
    with transaction():
        catalogue = lock()
        draft = find(ref)
        if draft is None:
            raise NotFound("There is no such draft.")
        if version is not None and draft.version != version:
            raise stale(draft, Edited(""), catalogue)
        draft.state, draft.change_set_id = DISCARDED, None
        told("draft.discarded", draft, act)


def rebase(ref: Ref, edited: Edited, act: Act) -> Draft:
    """Put a draft, as the editor has settled it, on the newest revision. Raises Stale, NotFound."""
    with transaction():
        newest = lock().newest(*ref)
        draft = find(ref)
        if draft is None:
            raise NotFound("There is no such draft.")
        if draft.version != edited.version:
            raise stale(draft, edited, current())
        draft.base_number = newest.number if newest else None
        return _write(draft, edited, act)


def find(ref: Ref) -> Draft | None:
    """The open draft of a definition."""
    query = select(Draft).where(Draft.kind == ref[0], Draft.key == ref[1], Draft.state == OPEN)
    return Session.scalar(query.execution_options(populate_existing=True))


def open_refs() -> list[Ref]:
    """Which definitions have a draft."""
    query = select(Draft.kind, Draft.key).where(Draft.state == OPEN)
    return [(kind, key) for kind, key in Session.execute(query)]


def base_text(draft: Draft, catalogue: Catalogue) -> str:
    """The text that a draft began from; empty for a new definition."""
    if draft.base_number is None:
        return ""
    return catalogue.text(draft.kind, draft.key, draft.base_number)


def stale(draft: Draft, mine: Edited, catalogue: Catalogue, kind: type[Stale] = Stale) -> Stale:
    """The conflict of a text with the draft that somebody else saved."""
    newest = catalogue.newest(draft.kind, draft.key)
    number = newest.number if newest else None
    opened = Opened((draft.kind, draft.key), draft.text, draft.version, draft.base_number, number, draft)
    base = base_text(draft, catalogue) if mine.begun is None else normal(mine.begun)
    return kind(opened, normal(mine.text), base, draft.author)


def told(action: str, draft: Draft, act: Act, **more: object) -> None:
    """Leave a line in the audit trail."""
    what = {"kind": draft.kind, "key": draft.key, "draft": draft.id, "version": draft.version}
    record(CHAIN, action, act.author, act.now, **what, **more)


def begin(ref: Ref, edited: Edited, act: Act, catalogue: Catalogue) -> Draft:
    """Begin a draft in the transaction of the caller, who holds the lock. Raises Stale."""
    newest = catalogue.newest(*ref)
    number = newest.number if newest else None
    if edited.version or edited.base_number != number:
        theirs = catalogue.text(*ref, number) if number else ""
        base = catalogue.text(*ref, edited.base_number) if edited.base_number else ""
        raise Stale(Opened(ref, theirs, 0, number, number), normal(edited.text), base, _publisher(ref))
    draft = Draft(kind=ref[0], key=ref[1], base_number=number, state=OPEN, version=0, editors=[])
    draft.created_at = act.now
    Session.add(draft)
    return _write(draft, edited, act)


def _write(draft: Draft, edited: Edited, act: Act) -> Draft:
    begins = draft.version == 0 or draft.author != act.author
    draft.text, draft.is_withdrawal = normal(edited.text), edited.is_withdrawal
    draft.editors = [*(name for name in draft.editors if name != act.author), act.author]
    draft.updated_at, draft.version = act.now, draft.version + 1
    draft.note = act.note or draft.note or ""
    if draft.change_set_id:
        Session.get_one(ChangeSet, draft.change_set_id).updated_at = act.now
    Session.flush()
    if begins:  # who works on it is worth a line, every pause in typing is not
        told("draft.withdrawal" if draft.is_withdrawal else "draft.edited", draft, act)
    return draft


def _stale_or_same(draft: Draft, edited: Edited, catalogue: Catalogue) -> None:
    """A save that was sent twice is no conflict."""
    if draft.text != normal(edited.text) or draft.is_withdrawal != edited.is_withdrawal:
        raise stale(draft, edited, catalogue)


def _publisher(ref: Ref) -> str:
    """Who published the newest revision."""
    query = select(Revision.author).where(Revision.kind == ref[0], Revision.key == ref[1])
    query = query.where(Revision.published_at.is_not(None)).order_by(Revision.number.desc())
    return Session.scalar(query.limit(1)) or "-"
