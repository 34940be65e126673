"""Once a day the other side is asked where open and unsure cases stand; what does not agree is listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from app import jobs
from app.audit.chain import record
from app.cases.models import Case
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Invalid, NotFound, text
from app.flow.transaction import transaction
from app.messages.connections import connection_of, mode_of, position, reference_in, stated_in
from app.messages.models import Message
from app.messages.models_outside import Difference, Reconciliation
from app.messages.transport import Position
from app.people.access import Person
from app.people.models import Office

FROM_HOUR = 5  # before the office opens
MOST_CASES = 500


@dataclass(frozen=True)
class Told:
    """What we told the other side of a case last, under its name for it."""

    case_id: int
    reference: str
    code: str


def due_reconciliations(now: datetime) -> list[tuple[int, str]]:
    """Offices and systems whose turn has come today and who have not been asked."""
    yesterday = now.date() - timedelta(days=1)
    done = {
        (row.office_id, row.system, row.on)
        for row in Session.scalars(select(Reconciliation).where(Reconciliation.on >= yesterday))
    }
    due: list[tuple[int, str]] = []
    for office in Session.scalars(select(Office).order_by(Office.id)):
        here = now.astimezone(ZoneInfo(office.timezone))
        due += [
            (office.id, system)
            for system in _systems()
            if here.hour >= FROM_HOUR
            and (office.id, system, here.date()) not in done
            and mode_of(connection_of(office.id, system)) != "manual"
        ]
    return due


def reconcile(office_id: int, system: str, now: datetime) -> Reconciliation | None:
    """Compare the office's cases with the other side, once a day; None where it was done or cannot be."""
    office = Session.get_one(Office, office_id)
    on = now.astimezone(ZoneInfo(office.timezone)).date()
    connection = connection_of(office_id, system)
    if mode_of(connection) == "manual" or not _claim(office_id, system, on, now):
        return None
    wake_unsure(office_id, system, now)
    told = list(_told(office_id, system))
    # the answers first, over the network; the lists then in one short transaction
    asked = [(one, position(connection, one.reference)) for one in told]
    with transaction():
        for one, found in asked:
            if found is not None:
                _compare(one, found, office_id, system, now)
        row = Session.scalars(_row(office_id, system, on)).one()
        row.asked, row.unanswered = len(asked), sum(found is None for _, found in asked)
        row.different = sum(found is not None and found.code != one.code for one, found in asked)
        return row


def _systems() -> list[str]:
    """Every system that a service sends messages to."""
    shapes = [entry.shape for entry in current().entries("messages")]
    return sorted({outbound.system for shape in shapes for outbound in shape.outbound.values()})


def wake_unsure(office_id: int, system: str, now: datetime) -> None:
    """Whatever ended without an answer is asked for now: its own sender settles it."""
    with transaction():
        query = select(Message).where(
            Message.office_id == office_id, Message.channel == system, Message.state == "unknown"
        )
        for message in Session.scalars(query.with_for_update(skip_locked=True)):
            if message.next_at is None or message.next_at > now:
                message.next_at = now
            jobs.defer("send_message", queueing_lock=f"message:{message.id}", message_id=message.id)


def settle_difference(person: Person, difference_id: int, note: str, now: datetime) -> Difference:
    """A person has seen to a difference and says how."""
    if not note.strip():
        raise Invalid("Explain this in the note.", errors={"note": [text("Explain this in the note.")]})
    with transaction():
        row = Session.scalar(select(Difference).where(Difference.id == difference_id).with_for_update())
        if row is None or not person.works_in(row.office_id):
            raise NotFound("There is no such difference.")
        if row.settled_at:
            raise Conflict("A colleague has settled this difference already.")
        row.settled_at, row.settled_by, row.note = now, person.username, note.strip()[:1000]
        record(
            f"case:{row.case_id}", "difference.settled", person.username, now,
            ours=row.ours, theirs=row.theirs, note=row.note,
        )  # fmt: skip
        return row


def _told(office_id: int, system: str) -> Iterator[Told]:
    """The last status that each open case told, where nothing is still on its way."""
    query = (
        select(Message)
        .join(Case, Case.id == Message.case_id)
        .where(
            Message.office_id == office_id,
            Message.channel == system,
            Message.direction == "out",
            Case.status != "closed",
        )
        .order_by(Message.case_id, Message.id)
    )
    last: dict[int, Told] = {}
    moving: set[int] = set()
    for message in Session.scalars(query):
        fields = message.payload.get("fields", {})
        reference, code, case_id = (
            reference_in(system, fields),
            stated_in(system, fields),
            message.case_id or 0,
        )
        if message.state in ("queued", "unknown"):
            moving.add(case_id)
        elif message.state == "done" and reference and code:
            last[case_id] = Told(case_id, reference, code)
    return iter([told for case_id, told in last.items() if case_id not in moving][:MOST_CASES])


def _compare(told: Told, found: Position, office_id: int, system: str, now: datetime) -> None:
    open_rows = select(Difference).where(
        Difference.case_id == told.case_id, Difference.system == system, Difference.settled_at.is_(None)
    )
    row = Session.scalar(open_rows.with_for_update())
    if found.code == told.code:
        if row is not None:
            row.settled_at, row.settled_by, row.seen_at = now, "system:reconciliation", now
        return
    theirs = f"{found.code} {found.title}".strip()
    if row is not None:
        row.ours, row.theirs, row.seen_at = told.code, theirs, now
        return
    row = Difference(
        office_id=office_id, case_id=told.case_id, system=system, ours=told.code, theirs=theirs,
        found_at=now, seen_at=now, note="",
    )  # fmt: skip
    Session.add(row)
    record(f"case:{told.case_id}", "difference.found", f"system:{system}", now, ours=told.code, theirs=theirs)


def _claim(office_id: int, system: str, on: date, now: datetime) -> bool:
    """Take the day's comparison; of two workers one gets it."""
    with transaction():
        row = insert(Reconciliation).values(
            office_id=office_id, system=system, on=on, at=now, asked=0, different=0, unanswered=0
        )
        made = Session.scalar(row.on_conflict_do_nothing().returning(Reconciliation.id))
        return made is not None


def _row(office_id: int, system: str, on: date) -> Select[Reconciliation]:
    return select(Reconciliation).where(
        Reconciliation.office_id == office_id, Reconciliation.system == system, Reconciliation.on == on
    )
