"""Roll a whole change set back: what was in force before it is published again, as one set."""

from app.audit.chain import record
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.models_draft import ChangeSet, Draft
from app.errors import Conflict
from app.publishing.change_sets import PUBLISHED, drafts_of, locked, texts_of, told
from app.publishing.check import Trial
from app.publishing.drafts import PUBLISHED as DRAFT_PUBLISHED
from app.publishing.publish import put_checked
from app.publishing.revisions import CHAIN, Act, lock, transaction
from app.publishing.second_person import needs_second_now

# ends the name of a set that restores what was in force before another
ROLLED_BACK = " ↶"


def roll_back_set(set_id: int, act: Act, trial: Trial | None = None) -> ChangeSet:
    """Publish what each definition of a set said before it; what was new goes out of force.

    Raises Conflict where one of them was published again since, Refused where the older texts do not fit
    what was published since, Forbidden where a second person has to do it.
    """
    with transaction():
        lock()
        found = locked(set_id, PUBLISHED)
        before = [_before(draft, act) for draft in drafts_of(found) if _has_changed(draft)]
        needs_second_now([(draft.kind, draft.key) for draft in before])
        note = found.title + ROLLED_BACK
        made = put_checked(texts_of(before), Act(act.author, act.now, note, source=act.source), trial)
        if not made:
            raise Conflict("This text is in force already.")
        numbers = {(row.kind, row.key): row.number for row in made}
        restoring = _set_of(found, note, act)
        for draft in before:
            draft.change_set_id = restoring.id
            draft.published_number = numbers.get((draft.kind, draft.key), draft.base_number)
            Session.add(draft)
        told("change_set.rolled_back", found, act, by=restoring.id)
        record(CHAIN, "change_set.published", act.author, act.now, change_set=restoring.id, restores=found.id)
        return restoring


def _has_changed(draft: Draft) -> bool:
    return draft.published_number != draft.base_number


def _before(draft: Draft, act: Act) -> Draft:
    """The text before a published draft, as a draft on top of what is in force. Raises Conflict."""
    catalogue = current()
    ref = (draft.kind, draft.key)
    newest = catalogue.newest(*ref)
    if newest is None or newest.number != draft.published_number:
        raise Conflict("%(key)s was published again since; roll that back first.", key=draft.key)
    old = next((item for item in catalogue.history(*ref) if item.number == draft.base_number), None)
    is_withdrawal = old is None or old.is_withdrawal
    return Draft(
        kind=draft.kind,
        key=draft.key,
        text="" if old is None else catalogue.text(*ref, old.number),
        base_number=newest.number,
        is_withdrawal=is_withdrawal,
        state=DRAFT_PUBLISHED,
        note="",
        editors=[act.author],
        created_at=act.now,
        updated_at=act.now,
        version=1,
    )


def _set_of(found: ChangeSet, title: str, act: Act) -> ChangeSet:
    made = ChangeSet(title=title, state=PUBLISHED, author=act.author, restores_id=found.id)
    made.created_at = made.updated_at = made.published_at = act.now
    made.published_by = act.author
    Session.add(made)
    Session.flush()
    return made
