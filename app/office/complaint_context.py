"""What the pages of a complaint show to the officer who looks at it."""

from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _

from app.cases.office_calendar import calendar_in
from app.definitions.catalogue import current
from app.definitions.service import Service
from app.feedback.access import COMPLAINTS, allowed_in
from app.feedback.complaint_access import candidates, may_open_identity
from app.feedback.models_complaint import Complaint
from app.feedback.rules import service_of, title_of
from app.office.titles import role_title
from app.people.access import Person, people_in_role
from app.reports import complaints as reading
from app.reports.names import names_of
from app.web.deadlines import Span, shown

EVENTS = {
    "complaint.filed": _("Complaint received"),
    "complaint.classified": _("Complaint classified"),
    "complaint.assigned": _("Complaint handed over"),
    "complaint.escalated": _("Complaint brought before a superior"),
    "complaint.noted": _("Note kept"),
    "complaint.answered": _("Complaint answered"),
    "complaint.replied": _("The complainant replied"),
    "complaint.closed": _("Complaint closed"),
    "complaint.identity_opened": _("Identity of the complainant opened"),
}


def row(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    service, names = service_of(complaint.service), names_of([complaint.handler])
    return {
        "ticket": complaint.ticket,
        "url": url_for("OfficeComplaintsView.show", ticket=complaint.ticket),
        "subject": complaint.subject,
        "service_title": title_of(complaint.service),
        "channel": channel_title(service, complaint.channel),
        "category": complaint.category,
        "state": complaint.state,
        "concerns_officer": complaint.concerns_officer,
        "is_secret": complaint.is_secret,
        "escalated": complaint.escalated_at is not None,
        "handler": names.get(complaint.handler or "", complaint.handler),
        "received_at": complaint.received_at,
        "deadline": limit(complaint, now),
    }


def context(complaint: Complaint, person: Person, now: datetime) -> dict[str, Any]:
    """Everything about one complaint."""
    g.timezone = complaint.office.timezone
    on = calendar_in(complaint.office_id, current().version).local_date(now)
    may_edit = complaint.state != "closed" and allowed_in(person, complaint.office_id, COMPLAINTS, "edit")
    case = complaint.case
    return {
        "complaint": {
            **row(complaint, now),
            "body": complaint.body,
            "case_number": complaint.case_number,
            "case_url": url_for("OfficeCasesView.show", number=case.number) if case else "",
            "about": list(names_of(complaint.about).values()),
            "about_usernames": complaint.about,
            "about_role": role_title(complaint.about_role) if complaint.about_role else "",
            "outside_reference": complaint.outside_reference,
            "version": complaint.version,
            "office": complaint.office.name,
        },
        "complainant": reading.masked_complainant(complaint),
        "may_open": may_open_identity(person, complaint),
        "may_edit": may_edit,
        "handlers": list(candidates(complaint, on).items()) if may_edit else [],
        "superiors": list(candidates(complaint, on, overseers=True).items()) if may_edit else [],
        "officers": officers(complaint, person, now) if may_edit else [],
        "said": reading.said(complaint, inside=True),
        "history": [
            {"at": each["at"], "title": EVENTS.get(each["action"], each["action"]), "actor": each["actor"]}
            for each in reading.history(complaint)
        ],
        "urls": {
            verb: url_for(f"OfficeComplaintsView.{verb}", ticket=complaint.ticket)
            for verb in ("classify", "assign", "escalate", "note", "answer", "close", "identity")
        },
    }


def limit(complaint: Complaint, now: datetime) -> dict[str, Any] | None:
    """The limit with its arithmetic, as long as an answer is due."""
    if complaint.state not in reading.OPEN:
        return None
    span = Span(complaint.received_at, complaint.due_at, lines=complaint.deadline)
    return shown(span, complaint.office, now)


def officers(complaint: Complaint, person: Person, now: datetime) -> list[tuple[str, str]]:
    """Whom a complaint may be about: everybody on the staff of the office but the person who classifies."""
    on = calendar_in(complaint.office_id, current().version).local_date(now)
    found: dict[str, str] = {}
    for key, role in current().roles.roles.items():
        if role.kind == "staff":
            found |= people_in_role(key, complaint.office_id, on)
    return sorted(
        ((username, name) for username, name in found.items() if username != person.username),
        key=lambda each: each[1],
    )


def channel_title(service: Service | None, key: str) -> str:
    """The channel as the service standard prints it."""
    channel = service.standard.complaints.get(key) if service else None
    return channel.title if channel else key
