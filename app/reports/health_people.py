"""Health of calendars, appointments and keys: what ends soon, and who cannot sign."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.process import Process
from app.errors import text
from app.people.access import people_in_role
from app.people.models import Appointment, Holiday, Office, OfficeHours, SignerKey, User
from app.reports.health import Finding, Installation, screen, when

SOON = timedelta(days=60)
MONTH = timedelta(days=30)


def calendars_that_end(_installation: Installation) -> Iterator[Finding]:
    """Offices whose holidays are not entered far enough ahead: later deadlines would be too early."""
    today = current().on
    general = Session.scalar(select(func.max(Holiday.on)).where(Holiday.office_id.is_(None)))
    own = dict(
        Session.execute(
            select(Holiday.office_id, func.max(Holiday.on))
            .where(Holiday.office_id.is_not(None))
            .group_by(Holiday.office_id)
        ).all()
    )
    for office in Session.scalars(select(Office).order_by(Office.short_name)):
        last = max((day for day in (general, own.get(office.id)) if day), default=None)
        yield from _calendar(office, last, today)


def _calendar(office: Office, last: date | None, today: date) -> Iterator[Finding]:
    if last is None:
        yield Finding(
            "now", text("%(office)s has no holidays.", office=office.short_name), screen("holidays")
        )
    elif last < today + SOON:
        message = text(
            "The holidays of %(office)s end on %(day)s: enter those of the next year.",
            office=office.short_name,
            day=last.isoformat(),
        )
        yield Finding("now" if last < today else "soon", message, screen("holidays"))


def offices_without_hours(_installation: Installation) -> Iterator[Finding]:
    """Offices whose deadlines are counted by the usual hours, since none were entered."""
    if Session.scalar(select(OfficeHours.id).where(OfficeHours.office_id.is_(None)).limit(1)):
        return
    known = set(Session.scalars(select(OfficeHours.office_id)))
    for office in Session.scalars(select(Office)):
        message = text("%(office)s has entered no hours: the usual ones count.", office=office.short_name)
        yield from when(office.id not in known, "know", message, screen("office_hours"))


def keys_that_end(installation: Installation) -> Iterator[Finding]:
    """Signing certificates that have expired or are about to, where no newer one is there."""
    query = (
        select(SignerKey.office_id, SignerKey.user_id, SignerKey.subject, func.max(SignerKey.valid_until))
        .where(SignerKey.revoked_at.is_(None))
        .group_by(SignerKey.office_id, SignerKey.user_id, SignerKey.subject)
    )
    for _office, _user, subject, until in Session.execute(query):
        if until < installation.now + SOON:
            message = text(
                "The certificate of %(subject)s ends on %(day)s.",
                subject=subject,
                day=until.date().isoformat(),
            )
            yield Finding("now" if until < installation.now else "soon", message, screen("people"))


def signers_without_key(installation: Installation) -> Iterator[Finding]:
    """Officers who are to sign electronically and have no certificate."""
    catalogue = current()
    modes = {office.key: office for office in Session.scalars(select(Office))}
    signers: dict[str, str] = {}
    for entry in catalogue.entries("service"):
        office = modes.get(entry.shape.office)
        if office is None or office.signature_mode != "electronic":
            continue
        if catalogue.has("process", entry.shape.process):
            for role in signing_roles(catalogue.get("process", entry.shape.process).shape):
                signers |= people_in_role(role, office.id, catalogue.on)
    for username in sorted(set(signers) - _with_key(installation)):
        message = text("%(name)s is to sign and has no certificate.", name=signers[username])
        yield Finding("now", message, screen("people"))


def signing_roles(process: Process) -> set[str]:
    """The staff roles that have a step which signs."""
    return {
        process.role_of(step.actor)
        for step in process.steps.values()
        if step.actor and process.actors[step.actor].kind == "staff"
        if any(action.sign for action in step.actions())
    }


def _with_key(installation: Installation) -> set[str]:
    query = (
        select(User.username)
        .join(SignerKey, SignerKey.user_id == User.id)
        .where(SignerKey.revoked_at.is_(None), SignerKey.valid_until > installation.now)
    )
    return set(Session.scalars(query))


def mandates_that_end(_installation: Installation) -> Iterator[Finding]:
    """Appointments that end within a month and that nobody else holds afterwards."""
    today = current().on
    query = select(Appointment).where(Appointment.until_on.between(today, today + MONTH))
    for row in Session.scalars(query):
        after = row.until_on + timedelta(days=1) if row.until_on else today
        if not _is_held(row, after):
            message = text(
                "The appointment of %(name)s as %(role)s ends on %(day)s, and nobody follows.",
                name=f"{row.user.first_name} {row.user.last_name}".strip(),
                role=row.title or row.role,
                day=row.until_on.isoformat() if row.until_on else "",
            )
            yield Finding("soon", message, screen("appointments"))


def _is_held(row: Appointment, on: date) -> bool:
    query = select(Appointment.id).where(
        Appointment.role == row.role,
        or_(Appointment.office_id == row.office_id, Appointment.office_id.is_(None)),
        Appointment.from_on <= on,
        or_(Appointment.until_on.is_(None), Appointment.until_on >= on),
    )
    return Session.scalar(query.limit(1)) is not None


PEOPLE_CHECKS = (
    offices_without_hours,
    signers_without_key,
    keys_that_end,
    calendars_that_end,
    mandates_that_end,
)
