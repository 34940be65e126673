"""What officers do with a complaint: classify, hand over, note, answer, escalate, close, open who sent it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.feedback.complaint_access import candidates, may_open_identity, may_see, oversees
from app.feedback.models_complaint import Complainant, Complaint
from app.feedback.rules import days_of
from app.flow.complain import CATEGORIES, case_named, chain_of, code_for, lock, require_words, say, set_limit
from app.flow.complaint_mail import write
from app.flow.transaction import transaction
from app.people.access import Person

TIMER = "system:timer"


@dataclass(frozen=True)
class Classified:
    """What a complaint is: its category, whom it is about, and which case."""

    category: str
    concerns_officer: bool = False
    about: tuple[str, ...] = ()
    case_number: str = ""


@contextmanager
def handling(person: Person, ticket: str, version: int | None) -> Iterator[Complaint]:
    """A locked complaint that the person may work on, in one transaction.

    Raises NotFound where they may not know of it, Conflict for a stale page or one that is closed.
    """
    with transaction():
        complaint = lock(ticket)
        if not may_see(person, complaint, "edit"):
            raise NotFound("There is no such complaint.")
        if version is not None and version != complaint.version:
            raise Conflict("Somebody else has changed this complaint. Look at it again.")
        if complaint.state == "closed":
            raise Conflict("This complaint is closed.")
        yield complaint
        complaint.version += 1


def classify(person: Person, ticket: str, given: Classified, version: int | None, now: datetime) -> None:
    """Say what a complaint is; the limit of the category counts from the receipt. Whom it names lose it."""
    with handling(person, ticket, version) as complaint:
        if given.category not in CATEGORIES:
            raise Invalid(
                "Some values are missing.", errors={"category": [text("Choose what this is about.")]}
            )
        if person.username in given.about:
            raise Forbidden("Nobody handles a complaint about themselves.")
        _require_seal_kept(person, complaint, given)
        _link(complaint, given.case_number)
        complaint.category, complaint.classified_at = given.category, now
        complaint.concerns_officer = given.concerns_officer or bool(given.about)
        complaint.about = list(given.about)
        if given.about:
            complaint.about_role = ""
        if complaint.handler in given.about:
            complaint.handler = None
        if complaint.state == "received":
            complaint.state = "in_progress"
        set_limit(complaint, days_of(complaint.service))
        told = {"category": given.category, "about": len(given.about), "due_at": complaint.due_at.isoformat()}
        record(chain_of(complaint), "complaint.classified", person.username, now, **told)


def assign(person: Person, ticket: str, username: str, version: int | None, now: datetime) -> None:
    """Give a complaint to an officer who may handle it."""
    with handling(person, ticket, version) as complaint:
        _hand_over(complaint, username, now)
        record(chain_of(complaint), "complaint.assigned", person.username, now, to=username)


def escalate(person: Person, ticket: str, username: str, reason: str, now: datetime) -> None:
    """Bring a complaint before somebody who oversees complaints, with the reason."""
    with handling(person, ticket, None) as complaint:
        require_words(reason, "reason")
        _hand_over(complaint, username, now, overseers=True)
        complaint.escalated_at = now
        say(complaint, "note", reason, person.username, now)
        record(chain_of(complaint), "complaint.escalated", person.username, now, to=username)


def note(person: Person, ticket: str, words: str, outside_reference: str, now: datetime) -> None:
    """Keep a note that stays inside, and the number under which SP4N-LAPOR! knows the complaint."""
    with handling(person, ticket, None) as complaint:
        if outside_reference.strip():
            complaint.outside_reference = outside_reference.strip()[:60]
        if words.strip() or not outside_reference.strip():
            require_words(words, "text")
            say(complaint, "note", words, person.username, now)
        record(chain_of(complaint), "complaint.noted", person.username, now)


def answer(person: Person, ticket: str, words: str, version: int | None, now: datetime) -> None:
    """Answer a complaint: to be read by ticket and code, and sent where an address was left."""
    with handling(person, ticket, version) as complaint:
        require_words(words, "text")
        _require_mine(person, complaint)
        complaint.handler = person.username
        complaint.state, complaint.answered_at = "answered", now
        say(complaint, "answer", words, person.username, now)
        record(chain_of(complaint), "complaint.answered", person.username, now)
        write(complaint, "complaint_answered", words.strip(), code_for(complaint), now)


def close(person: Person, ticket: str, version: int | None, now: datetime) -> None:
    """End a complaint that was answered."""
    with handling(person, ticket, version) as complaint:
        if complaint.state != "answered":
            raise Conflict("Answer the complaint before closing it.")
        _require_mine(person, complaint)
        complaint.state, complaint.closed_at = "closed", now
        record(chain_of(complaint), "complaint.closed", person.username, now)


def open_identity(person: Person, ticket: str, now: datetime) -> Complainant:
    """Who sent a complaint, in full; every opening is recorded."""
    with transaction():
        complaint = lock(ticket)
        if not may_see(person, complaint):
            raise NotFound("There is no such complaint.")
        if not may_open_identity(person, complaint):
            raise Forbidden("Your role may not open who sent this complaint.")
        who = Session.get(Complainant, complaint.id)
        if who is None:
            raise NotFound("This complaint was sent without a name.")
        record(chain_of(complaint), "complaint.identity_opened", person.username, now)
        return who


def close_silent(now: datetime) -> None:
    """Close what was answered and has had no reply within the working days that its service gives."""
    with transaction():
        query = select(Complaint).where(Complaint.state == "answered").order_by(Complaint.id).limit(500)
        for complaint in Session.scalars(query.with_for_update(skip_locked=True)).all():
            calendar = calendar_in(complaint.office_id, current().version)
            answered_at = complaint.answered_at or complaint.received_at
            if calendar.add_days(answered_at, days_of(complaint.service).silence).due_at < now:
                complaint.state, complaint.closed_at = "closed", now
                complaint.version += 1
                record(chain_of(complaint), "complaint.closed", TIMER, now)


def _hand_over(complaint: Complaint, username: str, now: datetime, *, overseers: bool = False) -> None:
    on = calendar_in(complaint.office_id, current().version).local_date(now)
    if username not in candidates(complaint, on, overseers=overseers):
        raise Invalid(
            "This person may not handle the complaint.",
            errors={"username": [text("Choose somebody on the list.")]},
        )
    complaint.handler = username
    if complaint.state == "received":
        complaint.state = "in_progress"


def _require_seal_kept(person: Person, complaint: Complaint, given: Classified) -> None:
    """Whom a complaint about officers names decides who may see it: its handler alone may not change that."""
    if not complaint.concerns_officer or oversees(person, complaint.office_id):
        return
    is_sealed = given.concerns_officer or bool(given.about)
    if not is_sealed or set(given.about) != set(complaint.about):
        raise Forbidden("Only who oversees complaints may change whom this one is about.")


def _require_mine(person: Person, complaint: Complaint) -> None:
    taken = complaint.handler not in (None, person.username)
    if taken and not oversees(person, complaint.office_id):
        raise Conflict("This complaint was given to somebody else.")


def _link(complaint: Complaint, number: str) -> None:
    case = case_named(number, complaint.office_id) if number.strip() else None
    if number.strip() and case is None:
        raise Invalid("There is no such case.", errors={"case_number": [text("There is no such case.")]})
    complaint.case_id, complaint.case_number = (case.id, case.number) if case else (None, "")
