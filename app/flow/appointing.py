"""Appoint people to roles and end it; let accounts act for parties."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.chain import record
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow.signing_in import end_sessions
from app.flow.transaction import transaction
from app.people.access import EVERYWHERE, Person
from app.people.models import Appointment, Representative, RoleTitle, User


HEAD = "head_of_office"


@dataclass(frozen=True)
class NewAppointment:
    """Who is to hold which role where, from when until when, by which decree."""

    user_id: int
    role: str
    office_id: int | None
    from_on: date
    until_on: date | None = None
    title: str = ""
    capacity: str = "definitive"
    decree: str = ""


def appoint(new: NewAppointment, by: Person, now: datetime) -> int:
    """Appoint a person; returns the appointment's id. Raises Forbidden, Invalid or Conflict."""
    with transaction():
        appointment = Appointment(**vars(new))
        require_sound(appointment, by)
        Session.add(appointment)
        Session.flush()
        record(chain_of(appointment), "appointment.made", by.username, now, **told(appointment))
        return appointment.id


def end_appointment(appointment_id: int, last_day: date, by: Person, now: datetime) -> None:
    """Let an appointment end with `last_day`; one that is over by then ends the person's sessions at once."""
    with transaction():
        appointment = Session.get(Appointment, appointment_id, with_for_update=True)
        if appointment is None:
            raise NotFound("There is no such appointment.")
        require_may_appoint(by, appointment)
        # an appointment that never began keeps a valid span of one day before its beginning
        appointment.until_on = max(last_day, appointment.from_on - timedelta(days=1))
        end_sessions(appointment.user_id)
        record(chain_of(appointment), "appointment.ended", by.username, now, **told(appointment))


def require_sound(appointment: Appointment, by: Person) -> None:
    """Check an appointment before it is stored, whichever screen it comes from."""
    require_may_appoint(by, appointment)
    if appointment.until_on is not None and appointment.until_on < appointment.from_on:
        raise Invalid(
            "The appointment ends before it begins.",
            errors={"until_on": [text("The last day cannot be before the first.")]},
        )
    if Session.get(User, appointment.user_id) is None:
        raise Invalid("There is no such person.", errors={"user": [text("There is no such person.")]})
    if _overlaps(appointment):
        raise Conflict("This person already holds this role in this office at that time.")


def require_may_appoint(by: Person, appointment: Appointment) -> None:
    """Administrators appoint everybody but themselves, the head of an office its staff.

    Other heads name who stands in for them: who could hand on a role above their own would soon hold it.
    """
    role = Session.get(RoleTitle, appointment.role)
    if role is None:
        raise Invalid("There is no such role.", errors={"role": [text("There is no such role.")]})
    if appointment.user_id == by.user_id:
        raise Forbidden("Nobody appoints themselves.")
    own_office = appointment.office_id is not None and by.works_in(appointment.office_id)
    if not by.is_admin and not (own_office and role.kind == "staff"):
        raise Forbidden("You may appoint only staff of your own office.")
    gives = {HEAD, role.key}
    if not by.is_admin and gives.isdisjoint(by.roles_in(appointment.office_id or EVERYWHERE)):
        raise Forbidden("Only the head of the office or an administrator appoints to this role.")


def chain_of(appointment: Appointment) -> str:
    """The audit chain that an appointment belongs to."""
    return f"office:{appointment.office_id or 0}"


def told(appointment: Appointment) -> dict[str, object]:
    """What the audit trail keeps of an appointment."""
    return {
        "appointment": appointment.id,
        "user": appointment.user_id,
        "role": appointment.role,
        "from": appointment.from_on.isoformat(),
        "until": appointment.until_on.isoformat() if appointment.until_on else None,
        "capacity": appointment.capacity,
        "decree": appointment.decree,
    }


def represent(party_id: int, user_id: int, by: Person, now: datetime) -> int:
    """Let an account act for a party, confirmed by the front office."""
    if by.user_id == user_id:
        raise Forbidden("Nobody confirms their own mandate.")
    with transaction():
        new = insert(Representative).values(party_id=party_id, user_id=user_id, is_confirmed=True, since=now)
        granted = new.on_conflict_do_update(
            index_elements=["party_id", "user_id"], set_={"is_confirmed": True, "until": None}
        )
        row_id = Session.execute(granted.returning(Representative.id)).scalar_one()
        record("office:0", "representative.granted", by.username, now, party=party_id, user=user_id)
        return row_id


def confirm_representative(representative_id: int, by: Person, now: datetime) -> None:
    """Confirm that an account, until now provisional, acts for its party."""
    with transaction():
        found = _representative(representative_id)
        if by.user_id == found.user_id:
            raise Forbidden("Nobody confirms their own mandate.")
        found.is_confirmed = True
        record(
            "office:0", "representative.confirmed", by.username, now, party=found.party_id, user=found.user_id
        )


def end_representative(representative_id: int, by: Person, now: datetime) -> None:
    """End an account's mandate for a party at once."""
    with transaction():
        found = _representative(representative_id)
        found.until = now
        record("office:0", "representative.ended", by.username, now, party=found.party_id, user=found.user_id)


def _representative(representative_id: int) -> Representative:
    found = Session.get(Representative, representative_id, with_for_update=True)
    if found is None:
        raise NotFound("There is no such representative.")
    return found


def _overlaps(new: Appointment) -> bool:
    """True if the same role in the same office is held by the person within the same days already."""
    last = new.until_on or date.max
    query = select(func.count()).where(
        Appointment.user_id == new.user_id,
        Appointment.role == new.role,
        Appointment.office_id.is_not_distinct_from(new.office_id),
        Appointment.from_on <= last,
        or_(Appointment.until_on.is_(None), Appointment.until_on >= new.from_on),
        Appointment.id.is_distinct_from(new.id),
    )
    with Session.no_autoflush:
        return bool(Session.scalar(query))
