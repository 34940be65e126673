"""Replace a letter of a closed case: drafted anew, initialled, and put in the old one's place when signed."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.engine import Effect
from app.db import Session
from app.definitions.letter import Letter as Template
from app.definitions.process import Action
from app.errors import Conflict, Forbidden
from app.flow import papers, signing, wet_signature
from app.flow.revoke import IN_FORCE, Ending, locked_letter, require_in_force, require_words, signer_role
from app.flow.signing_in import count_wrong_passphrase
from app.flow.transaction import transaction
from app.flow.work import Given, Work
from app.letters.keystore import WrongPassphrase
from app.letters.models import Letter
from app.people.access import Person


def begin(person: Person, letter_id: int, ending: Ending, now: datetime) -> int:
    """Draft the letter that is to replace one in force, by its template and data as they are now.

    The old letter counts until the new one is signed. Returns the draft's id.
    """
    require_words(ending)
    with transaction():
        work, letter = locked_letter(person, letter_id, Given(), now)
        signing.require_mandate(work, signer_role(work, letter))
        require_in_force(letter)
        _require_replaceable(work, letter)
        draft = papers.write_draft(work, letter.slot, letter.template, letter)
        letter.ended_reason, letter.ended_basis = ending.reason.strip(), (ending.basis or "").strip()
        letter.ended_by = person.username
        record(
            work.chain,
            "letter.replacement_drafted",
            person.username,
            now,
            letter=letter.id,
            draft=draft.id,
            reason=letter.ended_reason,
            basis=letter.ended_basis,
        )
        return draft.id


def initial(person: Person, letter_id: int, now: datetime) -> None:
    """Give the next initial on the draft of a replacement."""
    with transaction():
        work, draft, _ = _locked_draft(person, letter_id, Given(), now)
        role = next_role(papers.template_of(work, draft), draft)
        if role is None or not person.holds(role, work.case.office_id):
            raise Forbidden("This draft does not wait for your initial.")
        work.task.role = role
        papers.add_initial(work, draft)
        draft.status = "initialed"


def issue(person: Person, letter_id: int, passphrase: str, now: datetime) -> None:
    """Sign the draft: from here on it counts, and the letter before is marked as replaced by it."""
    try:
        with transaction():
            work, draft, old = _locked_draft(person, letter_id, Given(passphrase=passphrase or None), now)
            _issue(work, draft, old)
    except WrongPassphrase:
        count_wrong_passphrase(person, now)
        raise


def drop(person: Person, letter_id: int, now: datetime) -> None:
    """Give the replacement up: the letter before stays in force as if nothing had been."""
    with transaction():
        work, draft, old = _locked_draft(person, letter_id, Given(), now)
        signing.require_mandate(work, signer_role(work, draft))
        draft.status, draft.ended_at, draft.ended_by = "void", now, person.username
        old.ended_reason, old.ended_basis, old.ended_by = "", "", None
        record(work.chain, "letter.replacement_dropped", person.username, now, letter=old.id, draft=draft.id)


def replaced_by_draft(draft: Letter) -> Letter | None:
    """The letter in force that an open draft is to replace; None for any other letter."""
    if draft.status not in papers.OPEN:
        return None
    query = select(Letter).where(
        Letter.case_id == draft.case_id, Letter.slot == draft.slot, Letter.status.in_(IN_FORCE)
    )
    return Session.scalar(query.execution_options(populate_existing=True))


def next_role(template: Template, draft: Letter) -> str | None:
    """The role whose initial the draft waits for, bottom up."""
    given = {mark.role for mark in draft.initials if papers.valid(mark, draft)}
    return next((role for role in template.initials if role not in given), None)


def _locked_draft(person: Person, letter_id: int, given: Given, now: datetime) -> tuple[Work, Letter, Letter]:
    work, draft = locked_letter(person, letter_id, given, now)
    old = replaced_by_draft(draft)
    if old is None:
        raise Conflict("This letter is not the draft of a replacement.")
    return work, draft, old


def _require_replaceable(work: Work, letter: Letter) -> None:
    template = papers.template_of(work, letter)
    if work.case.status != "closed":
        raise Conflict("The case is still open: its own steps draft this letter anew.")
    if template.is_automatic:
        raise Conflict("Only a letter that somebody signs can be replaced.")
    if wet_signature.is_wet(work, template):
        raise Conflict("A letter signed by hand is not replaced here. Revoke it instead.")
    query = select(Letter.id).where(
        Letter.case_id == letter.case_id, Letter.slot == letter.slot, Letter.status.in_(papers.OPEN)
    )
    if Session.scalar(query) is not None:
        raise Conflict("A letter to replace “%(title)s” is being drafted already.", title=letter.title)


def _issue(work: Work, draft: Letter, old: Letter) -> None:
    template = papers.template_of(work, draft)
    papers.require_initials(work, draft, template)
    was_delivered = old.status == "delivered"
    old.status, old.ended_at = "replaced", work.now
    old.ended_on = work.calendar.local_date(work.now)
    Session.flush()  # one letter in force at a time
    signing.sign_letter(work, draft, template)
    if was_delivered:
        Session.flush()
        papers.deliver(work, Effect(draft.step, Action(deliver=draft.slot)))
    record(
        work.chain,
        "letter.replaced",
        work.person.username,
        work.now,
        letter=old.id,
        number=old.number,
        by=draft.number,
        reason=old.ended_reason,
        basis=old.ended_basis,
    )
