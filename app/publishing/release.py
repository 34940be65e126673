"""Release: a change set is proposed, approved, scheduled, published as a whole, or taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.models import Revision
from app.definitions.models_draft import ChangeSet, Draft
from app.definitions.parse import Ref
from app.definitions.problem import Problem
from app.errors import Conflict, Forbidden, Invalid, NotFound, OfficeError
from app.publishing.change_sets import (
    EDITING,
    PROPOSED,
    PUBLISHED,
    SCHEDULED,
    WAITING,
    drafts_of,
    hold,
    locked,
    reopen,
    texts_of,
    told,
)
from app.publishing.check import Trial
from app.publishing.drafts import PUBLISHED as DRAFT_PUBLISHED
from app.publishing.drafts import Edited, Outdated, find, stale
from app.publishing.publish import Refused, problems_of, put_checked
from app.publishing.revisions import Act, lock, transaction
from app.publishing.second_person import needs_second, needs_second_now

CLOCKWORK = "system:schedule"


def check(drafts: Sequence[Draft], trial: Trial | None = None, on: date | None = None) -> list[Problem]:
    """Every problem that publishing these drafts together would have today, or on a later day."""
    return problems_of(texts_of(list(drafts)), current(on), trial)


def propose(set_id: int, act: Act, trial: Trial | None = None) -> ChangeSet:
    """Ask a second person; the drafts stand still until it is decided. Raises Refused, Stale."""
    with transaction():
        lock()
        found = locked(set_id, EDITING)
        drafts = _fit(found, act, trial)
        hold(drafts)
        found.state, found.proposed_by, found.proposed_at = PROPOSED, act.author, act.now
        found.effective_on, found.updated_at, found.reason = act.effective_on, act.now, ""
        told("change_set.proposed", found, act, effective_on=_day(act.effective_on))
        return found


def reject(set_id: int, reason: str, act: Act) -> ChangeSet:
    """Give a proposed set back to its editors with a reason."""
    if not reason.strip():
        raise Invalid("Say why the change set is given back.")
    return _back(set_id, reason.strip(), act, "change_set.rejected")


def take_back(set_id: int, act: Act) -> ChangeSet:
    """Edit a set again that waits for its approval or its day."""
    return _back(set_id, "", act, "change_set.taken_back")


def publish_set(set_id: int, act: Act, trial: Trial | None = None) -> ChangeSet:
    """Publish a set now, or with `act.effective_on` in the future let it wait for its day.

    For a set that was proposed this is the approval. Raises Refused with every problem, Stale where
    something was published since a draft began, Forbidden where a second person has to do it.
    """
    with transaction():
        lock()
        found = locked(set_id, EDITING, PROPOSED)
        drafts = _fit(found, act, trial)
        _approve(found, drafts, act)
        if act.effective_on and act.effective_on > current().on:
            hold(drafts)
            found.state, found.effective_on, found.updated_at = SCHEDULED, act.effective_on, act.now
            told("change_set.scheduled", found, act, effective_on=_day(act.effective_on))
            return found
        return _publish(found, drafts, act, trial)


def publish_draft(ref: Ref, act: Act, trial: Trial | None = None) -> Revision:
    """Publish one draft by itself, as a set of its own where it is in none. Raises like `publish_set`."""
    with transaction():
        lock()
        draft = find(ref)
        if draft is None:
            raise NotFound("There is no such draft.")
        if draft.change_set_id:
            raise Conflict("This draft goes live with its change set; take it out first.")
        needs_second_now([ref])
        _fresh([draft])
        made = put_checked(texts_of([draft]), act, trial)
        if not made:
            raise Conflict("This text is in force already.")
        draft.state, draft.published_number = DRAFT_PUBLISHED, made[0].number
        return made[0]


def due_sets() -> list[int]:
    """The sets whose day has come, by the installation's calendar."""
    query = select(ChangeSet.id).where(ChangeSet.state == SCHEDULED, ChangeSet.effective_on <= current().on)
    return list(Session.scalars(query.order_by(ChangeSet.effective_on, ChangeSet.id)))


def publish_due(set_id: int, now: datetime, trial: Trial | None = None) -> ChangeSet:
    """Publish a set on its day; one that does not fit any more goes back to its editors and says why."""
    act = Act(CLOCKWORK, now)
    try:
        with transaction():
            lock()
            found = locked(set_id, SCHEDULED)
            drafts = drafts_of(found)
            _fresh(drafts)
            return _publish(found, drafts, act, trial)
    except (Refused, Conflict) as error:
        return _stopped(set_id, error, act)


def _stopped(set_id: int, error: OfficeError, act: Act) -> ChangeSet:
    with transaction():
        found = locked(set_id, SCHEDULED)
        found.state, found.reason, found.updated_at = PROPOSED, str(error), act.now
        told("change_set.stopped", found, act, reason=str(error))
        return found


def _back(set_id: int, reason: str, act: Act, action: str) -> ChangeSet:
    with transaction():
        lock()
        found = locked(set_id, *WAITING)
        reopen(drafts_of(found))
        found.state, found.reason, found.effective_on, found.updated_at = EDITING, reason, None, act.now
        found.approved_by, found.approved_at = "", None
        told(action, found, act, reason=reason)
        return found


def _fit(found: ChangeSet, act: Act, trial: Trial | None) -> list[Draft]:
    """The drafts of a set that could go live. Raises Invalid, Stale, Refused."""
    drafts = drafts_of(found)
    if not drafts:
        raise Invalid("There is nothing in this change set yet.")
    _fresh(drafts)
    catalogue = current()
    if act.effective_on:
        catalogue = catalogue.at(max(act.effective_on, catalogue.on))
    problems = problems_of(texts_of(drafts), catalogue, trial)
    if problems:
        raise Refused(problems)
    return drafts


def _fresh(drafts: Sequence[Draft]) -> None:
    """Raises Outdated where something was published since a draft began."""
    for draft in drafts:
        if is_outdated(draft):
            raise stale(draft, Edited(draft.text), current(), Outdated)


def is_outdated(draft: Draft) -> bool:
    """True where something was published since a draft began."""
    newest = current().newest(draft.kind, draft.key)
    return draft.base_number != (newest.number if newest else None)


def _approve(found: ChangeSet, drafts: Sequence[Draft], act: Act) -> None:
    """Note who lets a set go live. Raises Forbidden where that must be somebody else."""
    if not needs_second([(draft.kind, draft.key) for draft in drafts]):
        return
    if found.state != PROPOSED:
        raise Forbidden("This office has changes approved by a second person: propose the change set.")
    if act.author in {found.author, found.proposed_by, *(name for each in drafts for name in each.editors)}:
        raise Forbidden("Whoever worked on a change set may not approve it.")
    found.approved_by, found.approved_at = act.author, act.now
    told("change_set.approved", found, act)


def _publish(found: ChangeSet, drafts: Sequence[Draft], act: Act, trial: Trial | None) -> ChangeSet:
    made = put_checked(
        texts_of(list(drafts)), Act(act.author, act.now, act.note or found.title, source=act.source), trial
    )
    numbers = {(row.kind, row.key): row.number for row in made}
    for draft in drafts:
        draft.state = DRAFT_PUBLISHED
        draft.published_number = numbers.get((draft.kind, draft.key), draft.base_number)
    found.state, found.published_by, found.published_at = PUBLISHED, act.author, act.now
    found.updated_at = act.now
    revisions = [{"kind": row.kind, "key": row.key, "number": row.number} for row in made]
    told("change_set.published", found, act, revisions=revisions)
    return found


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
