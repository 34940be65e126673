"""Complaints as pages show them: those a person may see, and what was said on one."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from app.audit.models import AuditEvent
from app.db import Session
from app.errors import NotFound
from app.feedback.complaint_access import may_see, visible
from app.feedback.models_complaint import Complainant, Complaint, ComplaintEntry
from app.forms.display import mask
from app.people.access import Person
from app.reports.lists import PAGE
from app.reports.names import names_of

OPEN = ("received", "in_progress")


def complaints(person: Person, state: str, office: int | None, after: int | None) -> list[Complaint]:
    """The complaints a person may see, newest first; one more than a page where there are more.

    `state` is one of the states, empty for all, or `open` for what waits: that with the nearest limit first.
    """
    query = (
        select(Complaint)
        .where(visible(person))
        .options(joinedload(Complaint.office), joinedload(Complaint.case))
    )
    if state:
        query = query.where(Complaint.state.in_(OPEN if state == "open" else (state,)))
    if office:
        query = query.where(Complaint.office_id == office)
    last = Session.get(Complaint, after) if after else None
    order = (Complaint.due_at, Complaint.id) if state == "open" else (Complaint.id.desc(),)
    if last is not None and state == "open":
        query = query.where(tuple_(Complaint.due_at, Complaint.id) > (last.due_at, last.id))
    elif last is not None:
        query = query.where(Complaint.id < last.id)
    return list(Session.scalars(query.order_by(*order).limit(PAGE + 1)))


def counts(person: Person, now: datetime) -> tuple[int, int]:
    """How many wait for an answer, and how many of them are past their limit."""
    late = func.count().filter(Complaint.due_at < now)
    query = select(func.count(), late).where(visible(person), Complaint.state.in_(OPEN))
    waiting, past = Session.execute(query).one()
    return waiting, past


def complaint(person: Person, ticket: str) -> Complaint:
    """One complaint. Raises NotFound where the person may not know of it."""
    found = Session.scalar(select(Complaint).where(Complaint.ticket == ticket))
    if found is None or not may_see(person, found):
        raise NotFound("There is no such complaint.")
    return found


def is_visible(person: Person, ticket: str) -> bool:
    """True if the person may still know of a complaint."""
    query = select(func.count()).where(visible(person), Complaint.ticket == ticket)
    return bool(Session.scalar(query))


def said(complaint: Complaint, *, inside: bool) -> list[dict[str, Any]]:
    """What was said, oldest first; notes and names stay inside."""
    query = (
        select(ComplaintEntry).where(ComplaintEntry.complaint_id == complaint.id).order_by(ComplaintEntry.id)
    )
    rows = [row for row in Session.scalars(query) if inside or row.kind != "note"]
    names = names_of(row.by for row in rows) if inside else {}
    return [{"kind": row.kind, "text": row.text, "by": names.get(row.by, ""), "at": row.at} for row in rows]


def masked_complainant(complaint: Complaint) -> list[tuple[str, str]] | None:
    """What is known of who sent it, unreadable: of a secret one only that there is something."""
    who = Session.get(Complainant, complaint.id)
    if who is None:
        return None
    if complaint.is_secret:
        return []
    initials = " ".join(f"{part[:1]}***" for part in who.name.split())
    shown = {
        "name": initials,
        "email": mask("email", who.email) if who.email else "",
        "phone": mask("phone", who.phone),
    }
    return [(key, value) for key, value in shown.items() if value]


def history(complaint: Complaint) -> list[dict[str, Any]]:
    """The audit events of a complaint, newest first."""
    chain = f"complaint:{complaint.id}"
    query = select(AuditEvent).where(AuditEvent.chain == chain).order_by(AuditEvent.seq.desc())
    rows = list(Session.scalars(query))
    names = names_of(row.actor for row in rows)
    return [{"at": row.at, "action": row.action, "actor": names.get(row.actor, "")} for row in rows]
