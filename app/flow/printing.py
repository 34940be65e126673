"""Print and export the books of an office: each print is an audit line, a long one is a job with progress."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app import jobs, storage
from app.audit.chain import record
from app.db import Session
from app.errors import Invalid, NotFound, OfficeError
from app.flow.transaction import transaction
from app.people.access import Person, person_named
from app.people.models import Office
from app.registers.models import Printout, RegisterEntry
from app.reports.book_lines import MOST
from app.reports.book_print import print_books

AT_ONCE = 300  # lines that are printed while one waits


@dataclass(frozen=True)
class Ask:
    """What is printed: the lines as filtered on a page, and how the page said which."""

    ids: list[int]
    office_id: int
    book: str = ""
    first: str = ""
    last: str = ""
    filter: str = ""


def print_now(person: Person, ask: Ask, now: datetime) -> bytes:
    """Print a short list of lines. Raises Invalid for more than one print may hold."""
    note(person, ask, "pdf", now)
    return print_books(ask.ids, asdict(ask), person, _today(ask.office_id, now))


def print_later(person: Person, ask: Ask, now: datetime) -> int:
    """Have a long list printed by a job; returns the id of the print."""
    note(person, ask, "pdf", now)
    with transaction():
        printout = Printout(
            asked_by=person.username,
            asked_at=now,
            ask=asdict(ask),
            lines=len(ask.ids),
            done=0,
            state="waiting",
        )
        Session.add(printout)
        Session.flush()
        jobs.defer("print_book", queueing_lock=f"print:{printout.id}", printout_id=printout.id)
        return printout.id


def note(person: Person, ask: Ask, kind: str, now: datetime) -> None:
    """Write the audit line of a print or export, in the chain of each office whose lines it holds."""
    if len(ask.ids) > MOST:
        raise Invalid("A print holds at most %(n)d lines. Choose a shorter period.", n=MOST)
    with transaction():
        for office_id in _offices(ask):
            record(
                f"office:{office_id}",
                "book.printed" if kind == "pdf" else "book.exported",
                person.username,
                now,
                book=ask.book,
                first=ask.first,
                last=ask.last,
                filter=ask.filter,
                lines=len(ask.ids),
            )


def make_print(printout_id: int, now: datetime) -> None:
    """The job: lay the lines out part by part, telling how far it is; a print made already stays."""
    printout = Session.get(Printout, printout_id)
    if printout is None or printout.state != "waiting":
        return
    ask, person = Ask(**printout.ask), person_named(printout.asked_by, now)
    Session.rollback()

    def tell(done: int) -> None:
        _store(printout_id, done=done)

    try:
        pdf = print_books(ask.ids, asdict(ask), person, _today(ask.office_id, now), tell)
    except OfficeError as refusal:
        if refusal.status == 503:
            raise  # the renderers are busy: the job comes again
        _store(printout_id, state="failed")
        return
    _store(printout_id, state="done", done=len(ask.ids), sha256=storage.keep(pdf))


def print_of(person: Person, printout_id: int) -> Printout:
    """A print that this person asked for. Raises NotFound."""
    printout = Session.get(Printout, printout_id, populate_existing=True)
    if printout is None or printout.asked_by != person.username:
        raise NotFound("There is no such print.")
    return printout


def _store(printout_id: int, **values: object) -> None:
    with transaction():
        Session.execute(update(Printout).where(Printout.id == printout_id).values(**values))


def _offices(ask: Ask) -> list[int]:
    query = select(RegisterEntry.office_id).where(RegisterEntry.id.in_(ask.ids)).distinct()
    return sorted(Session.scalars(query)) or [ask.office_id]


def _today(office_id: int, now: datetime) -> date:
    return now.astimezone(ZoneInfo(Session.get_one(Office, office_id).timezone)).date()
