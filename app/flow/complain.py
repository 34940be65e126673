"""Take a complaint or question: filed by anybody on the public page, or entered by an officer for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.models import Case
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Channel, ComplaintDays, Service
from app.errors import Conflict, Forbidden, Invalid, NotFound, Text, text
from app.feedback.access import COMPLAINTS, allowed_in
from app.feedback.models_complaint import Complainant, Complaint, ComplaintEntry
from app.flow.complaint_mail import write
from app.flow.parties import receipt_code
from app.flow.take_over import is_code_of
from app.flow.transaction import transaction
from app.forms.identifiers import is_email
from app.people.access import Person
from app.people.models import Office
from app.registers import book

CATEGORIES = ("inquiry", "ordinary", "oversight")
PUBLIC = "public"  # the actor of what is done without an account
LONGEST = 5000
LONGEST_OF = {
    "subject": 200, "body": LONGEST, "case_number": 40,
    "name": 120, "email": 254, "phone": 20, "address": 250,
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What a complainant says; all about themselves is theirs to give or to keep."""

    service: str
    channel: str
    category: str
    subject: str
    body: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    is_secret: bool = False
    concerns_officer: bool = False
    about_role: str = ""
    case_number: str = ""


def file(given: Given, now: datetime) -> Complaint:
    """Take a complaint from the public page. Raises Invalid, NotFound."""
    with transaction():
        service = _service(given.service)
        given = replace(given, channel=given.channel or page_channel(service) or "")
        if not _channel(service, given).form:
            raise Invalid("This channel is not a page.", errors={"channel": [NO_CHANNEL]})
        return _store(given, service, now, "", now)


def register(person: Person, given: Given, received_at: datetime, now: datetime) -> Complaint:
    """Enter a complaint that came another way; its limit counts from when it came."""
    with transaction():
        service = _service(given.service)
        office = _office(service)
        if not allowed_in(person, office.id, COMPLAINTS, "add"):
            raise Forbidden("Your role may not enter complaints for this office.")
        _channel(service, given)
        if received_at > now:
            raise Invalid(
                "This moment has not come yet.",
                errors={"received_at": [text("This moment has not come yet.")]},
            )
        return _store(given, service, received_at, person.username, now)


def page_channel(service: Service) -> str | None:
    """The channel of a service that is a page of ours."""
    channels = service.standard.complaints.items()
    return next((key for key, channel in channels if channel.form), None)


def reply(ticket: str, code: str, words: str, now: datetime) -> None:
    """Add what the complainant says to an answer; an answered complaint is in progress again."""
    with transaction():
        complaint = lock(known_by_code(ticket, code).ticket)
        if complaint.state == "closed":
            raise Conflict("This complaint is closed. File a new one and name its ticket.")
        require_words(words, "text")
        say(complaint, "reply", words, "", now)
        if complaint.state == "answered":
            complaint.state, complaint.answered_at = "in_progress", None
        complaint.version += 1
        record(chain_of(complaint), "complaint.replied", PUBLIC, now)


def known_by_code(ticket: str, code: str) -> Complaint:
    """The complaint of whoever holds ticket and code. Raises NotFound after the same time for others."""
    complaint = Session.scalar(select(Complaint).where(Complaint.ticket == ticket.strip().upper()))
    if not is_code_of(sealed(ticket.strip().upper()), code) or complaint is None:
        raise NotFound("Ticket and code do not belong together.")
    return complaint


def lock(ticket: str) -> Complaint:
    """Lock a complaint until the transaction ends."""
    query = select(Complaint).where(Complaint.ticket == ticket).with_for_update(of=Complaint)
    complaint = Session.scalar(query.execution_options(populate_existing=True))
    if complaint is None:
        raise NotFound("There is no such complaint.")
    return complaint


def code_for(complaint: Complaint) -> str:
    """The secret code that, with the ticket, shows a complaint."""
    return receipt_code(sealed(complaint.ticket))


def sealed(ticket: str) -> str:
    """Under what name a ticket's code is derived, apart from the codes of cases."""
    return f"complaint:{ticket}"


def chain_of(complaint: Complaint) -> str:
    """The audit chain of a complaint."""
    return f"complaint:{complaint.id}"


def set_limit(complaint: Complaint, days: ComplaintDays) -> None:
    """Count the limit of its category from the receipt, on the office's calendar."""
    calendar = calendar_in(complaint.office_id, current().version)
    limit = calendar.add_days(complaint.received_at, getattr(days, complaint.category))
    complaint.due_at, complaint.deadline = limit.due_at, list(limit.as_json())


def say(complaint: Complaint, kind: str, words: str, by: str, now: datetime) -> ComplaintEntry:
    """Keep what was said."""
    entry = ComplaintEntry(complaint_id=complaint.id, kind=kind, text=words.strip(), by=by, at=now)
    Session.add(entry)
    Session.flush()
    return entry


def require_words(words: str, field: str) -> None:
    """Refuse an empty or endless text."""
    if not words.strip():
        raise Invalid("Some values are missing.", errors={field: [text("Fill this in.")]})
    if len(words) > LONGEST:
        raise Invalid(
            "The text is too long.", errors={field: [text("Write at most %(n)d characters.", n=LONGEST)]}
        )


def case_named(number: str, office_id: int) -> Case | None:
    """The case of an office by its number, if it is one that was sent."""
    wanted = select(Case).where(Case.number == number.strip().upper(), Case.office_id == office_id)
    return Session.scalar(wanted.where(Case.status != "draft"))


def _store(given: Given, service: Service, received_at: datetime, by: str, now: datetime) -> Complaint:
    _require_sound(given, service)
    office = _office(service)
    calendar = calendar_in(office.id, current().version)
    year = calendar.local_date(now).year
    # what is claimed stays as it was written: the answer must not tell which numbers exist
    case = case_named(given.case_number, office.id) if given.case_number else None
    complaint = Complaint(
        ticket=f"ADU-{office.key.upper()}-{year}-{book.take(office.id, 'complaints', year):05d}",
        office_id=office.id,
        service=given.service,
        channel=given.channel,
        category=given.category,
        subject=given.subject.strip(),
        body=given.body.strip(),
        case_id=case.id if case else None,
        case_number=given.case_number.strip().upper(),
        is_secret=given.is_secret,
        concerns_officer=given.concerns_officer,
        about=[],
        about_role=given.about_role if given.concerns_officer else "",
        received_at=received_at,
        registered_by=by,
    )
    set_limit(complaint, service.complaint_days)
    Session.add(complaint)
    Session.flush()
    _keep_complainant(complaint, given)
    told = {"ticket": complaint.ticket, "channel": complaint.channel, "category": complaint.category}
    record(chain_of(complaint), "complaint.filed", by or PUBLIC, now, **told)
    write(complaint, "complaint_received", "", code_for(complaint), now)
    return complaint


def _keep_complainant(complaint: Complaint, given: Given) -> None:
    known = {name: getattr(given, name).strip() for name in ("name", "email", "phone", "address")}
    if any(known.values()):
        Session.add(Complainant(complaint_id=complaint.id, **known))
        Session.flush()


def _require_sound(given: Given, service: Service) -> None:
    if errors := {name: [sentence] for name, sentence in _flaws(given, service)}:
        raise Invalid("Some values are missing or wrong.", errors=errors)


def _flaws(given: Given, service: Service) -> Iterator[tuple[str, Text]]:
    if given.category not in CATEGORIES:
        yield "category", text("Choose what this is about.")
    for name in ("subject", "body"):
        if not getattr(given, name).strip():
            yield name, text("Fill this in.")
    for name, most in LONGEST_OF.items():
        if len(getattr(given, name)) > most:
            yield name, text("Write at most %(n)d characters.", n=most)
    if given.email.strip() and not is_email(given.email.strip()):
        yield "email", text("This is no e-mail address.")
    if given.about_role and given.about_role not in staff_of(service):
        yield "about_role", text("Choose one of the officers on the list, or none.")


def staff_of(service: Service) -> dict[str, str]:
    """The roles that work in a service, with the names that its process prints."""
    process = current().get("process", service.process).shape
    return {
        process.role_of(key): actor.name or actor.title
        for key, actor in process.actors.items()
        if actor.kind == "staff"
    }


def _channel(service: Service, given: Given) -> Channel:
    channel = service.standard.complaints.get(given.channel)
    if channel is None:
        raise Invalid("There is no such channel.", errors={"channel": [NO_CHANNEL]})
    return channel


def _service(key: str) -> Service:
    shape: Service = current().get("service", key).shape
    return shape


def _office(service: Service) -> Office:
    office = Session.scalar(select(Office).where(Office.key == service.office))
    if office is None:
        raise NotFound("The office of this service is not set up yet.")
    return office


NO_CHANNEL = text("Choose a channel of this service.")
