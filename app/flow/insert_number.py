"""Insert a number between two others for a past day (nomor sisipan), with a reason."""

from dataclasses import dataclass
from datetime import date, datetime

from app.audit.chain import record
from app.cases.office_calendar import calendar_of
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Forbidden, Invalid, Text, text
from app.feedback.access import allowed_in
from app.flow.transaction import transaction
from app.people.access import Person
from app.people.models import Office
from app.registers import inserted
from app.registers.models import RegisterEntry

NUMBERS = "numbers"


@dataclass(frozen=True)
class Insertion:
    """What is entered behind which line, for which day, and why."""

    after: int
    on: date
    subject: str
    counterpart: str
    reason: str


def insert(wanted: Insertion, by: Person, now: datetime) -> str:
    """Enter a line behind another; returns its number.

    Raises Forbidden for whoever may not give numbers in that office, Invalid for a day that does not fit.
    """
    _require_words(wanted)
    with transaction():
        before = inserted.line_before(wanted.after)
        if not allowed_in(by, before.office_id, NUMBERS, "add"):
            raise Forbidden("Your role may not insert numbers in this office.")
        _require_fitting_day(before, wanted.on, now)
        place = inserted.next_place(before)
        entry = RegisterEntry(
            office_id=before.office_id,
            book=before.book,
            series=before.series,
            year=before.year,
            seq=before.seq,
            inserted=place,
            number=inserted.number_behind(before, place),
            on=wanted.on,
            subject=wanted.subject.strip(),
            counterpart=wanted.counterpart.strip(),
            entered_by=by.username,
            entered_at=now,
            detail={"insert_reason": wanted.reason.strip()},
        )
        Session.add(entry)
        Session.flush()
        _note(entry, wanted, by, now)
        return entry.number


def _note(entry: RegisterEntry, wanted: Insertion, by: Person, now: datetime) -> None:
    record(
        f"office:{entry.office_id}",
        "number.inserted",
        by.username,
        now,
        entry=entry.id,
        book=entry.book,
        number=entry.number,
        on=wanted.on.isoformat(),
        reason=wanted.reason.strip(),
    )


def _require_words(wanted: Insertion) -> None:
    said = {"subject": wanted.subject, "counterpart": wanted.counterpart, "reason": wanted.reason}
    errors = {name: [text("Fill this in.")] for name, words in said.items() if not words.strip()}
    if errors:
        raise Invalid("An inserted number needs a subject, a name and a reason.", errors=errors)


def _require_fitting_day(before: RegisterEntry, on: date, now: datetime) -> None:
    office = Session.get_one(Office, before.office_id)
    today = calendar_of(office, current().version).local_date(now)
    last = min(today, inserted.day_of_next(before) or today)
    if not before.on <= on <= last or on.year != before.year:
        message: Text = text(
            "The day lies between %(first)s and %(last)s, as the numbers around it.",
            first=before.on.strftime("%d-%m-%Y"),
            last=last.strftime("%d-%m-%Y"),
        )
        raise Invalid(message.msgid, errors={"on": [message]}, **message.params)
