"""Pages of cases, history, registers and messages, by key: the next page costs as much as the first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app.audit.models import AuditEvent
from app.cases.models import Case
from app.db import Session
from app.errors import NotFound
from app.letters.models import Letter
from app.messages.models import Message
from app.people.access import Person
from app.people.models import Office, Party
from app.registers.models import RegisterEntry

PAGE = 25


@dataclass(frozen=True)
class Filter:
    """What to list: equal to, or containing."""

    status: str | None = None
    service: str | None = None
    office: str | None = None
    q: str | None = None
    after: int | None = None


def cases(person: Person, wanted: Filter) -> list[Case]:
    """The cases a person may see, newest first; one more than a page when there are more."""
    query = _visible(select(Case), person).options(joinedload(Case.party), joinedload(Case.office))
    if wanted.status:
        query = query.where(Case.status == wanted.status)
    if wanted.service:
        query = query.where(Case.service == wanted.service)
    if wanted.office:
        query = query.where(Case.office.has(Office.key == wanted.office))
    if wanted.q:
        query = query.where(
            or_(Case.number == wanted.q.strip().upper(), Case.party_id.in_(_parties(wanted.q)))
        )
    if wanted.after:
        query = query.where(Case.id < wanted.after)
    return list(Session.scalars(query.order_by(Case.id.desc()).limit(PAGE + 1)))


def own_cases(person: Person, after: int | None) -> list[Case]:
    """The cases a person applied for or represents, newest first; one more than a page if there are more."""
    query = select(Case).where(_own(person)).options(joinedload(Case.party), joinedload(Case.office))
    if after:
        query = query.where(Case.id < after)
    return list(Session.scalars(query.order_by(Case.id.desc()).limit(PAGE + 1)))


def history(case: Case) -> list[dict[str, Any]]:
    """Every event of a case, oldest first, with the hashes that chain them."""
    query = select(AuditEvent).where(AuditEvent.chain == f"case:{case.id}").order_by(AuditEvent.seq)
    return [
        {
            "seq": row.seq,
            "at": row.at.isoformat(),
            "actor": row.actor,
            "action": row.action,
            "detail": row.detail,
            "hash": row.hash,
            "prev_hash": row.prev_hash,
        }
        for row in Session.scalars(query)
    ]


def register(
    person: Person, book: str, office: str | None, year: int | None, after: int | None
) -> list[RegisterEntry]:
    """Lines of a book, newest first, of the offices a person works in."""
    if book not in ("incoming", "outgoing", "permits", "dispatch"):
        raise NotFound("There is no such book.")
    query = select(RegisterEntry).where(
        RegisterEntry.book == book, RegisterEntry.office_id.in_(offices_of(person))
    )
    if office:
        query = query.where(RegisterEntry.office_id.in_(select(Office.id).where(Office.key == office)))
    if year:
        query = query.where(RegisterEntry.year == year)
    if after:
        query = query.where(RegisterEntry.id < after)
    query = query.options(joinedload(RegisterEntry.case)).order_by(RegisterEntry.id.desc()).limit(PAGE + 1)
    return list(Session.scalars(query))


def messages(person: Person, direction: str | None, state: str | None, case: str | None) -> list[Message]:
    """Messages of the offices a person works in, newest first."""
    query = select(Message).where(Message.office_id.in_(offices_of(person)))
    if direction:
        query = query.where(Message.direction == direction)
    if state:
        query = query.where(Message.state == state)
    if case:
        query = query.where(Message.case_id.in_(select(Case.id).where(Case.number == case)))
    return list(Session.scalars(query.order_by(Message.id.desc()).limit(100)))


def letters(person: Person, status: str | None, after: int | None) -> list[Letter]:
    """The letters of the cases a person may see, newest first; of one's own cases those delivered."""
    query = _visible(select(Letter).join(Case, Letter.case_id == Case.id), person)
    query = query.where(or_(Letter.delivered_at.is_not(None), ~_own(person)))
    if status:
        query = query.where(Letter.status == status)
    if after:
        query = query.where(Letter.id < after)
    return list(Session.scalars(query.order_by(Letter.id.desc()).limit(PAGE + 1)))


def offices_of(person: Person) -> list[int]:
    """The offices a person works in; an appointment for every office counts for each."""
    ids = Session.scalars(select(Office.id)).all()
    return [office_id for office_id in ids if person.works_in(office_id)]


def _visible(query: Select[Any], person: Person) -> Select[Any]:
    own = _own(person)
    if not person.is_staff:
        return query.where(own)
    office = Case.office_id.in_(offices_of(person)) & or_(Case.status != "draft", Case.applicant_id.is_(None))
    return query.where(or_(own, office))


def _own(person: Person) -> ColumnElement[bool]:
    return or_(Case.applicant_id == person.user_id, Case.party_id.in_(person.party_ids))


def _parties(words: str) -> Select[int]:
    pattern = f"%{words.strip()}%"
    return select(Party.id).where(or_(Party.name.ilike(pattern), Party.nib == words.strip())).limit(200)


def require_message(person: Person, message_id: int) -> Message:
    """A message of an office this person works in. Raises NotFound."""
    row = Session.get(Message, message_id)
    if row is None or row.office_id is None or not person.works_in(row.office_id):
        raise NotFound("There is no such message.")
    return row
