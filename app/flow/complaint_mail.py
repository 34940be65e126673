"""Write to a complainant who left an address: that the complaint came, and what the office answers."""

from datetime import datetime
from typing import Any

from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.feedback.models_complaint import Complainant, Complaint
from app.feedback.rules import days_of, service_of, title_of
from app.flow import notices
from app.flow.parties import office_facts
from app.messages import outbox
from app.messages.wording import fill
from app.people.models import Office
from app.settings import public_url


def write(complaint: Complaint, key: str, answer: str, code: str, now: datetime) -> None:
    """Put a notice into the outbox, whose readers see no address; nothing where none was left."""
    who = Session.get(Complainant, complaint.id)
    text = notices.notice(current(), service_of(complaint.service), key)
    if who is None or not who.email or text is None:
        return
    said = values(complaint, answer, code)
    new = outbox.New(
        channel="email",
        name=key,
        office_id=complaint.office_id,
        recipient=who.email,
        dedupe_key=f"{complaint.ticket}:{key}:{complaint.version}",
        payload={"subject": fill(text.subject, said), "body": fill(text.body, said)},
    )
    outbox.put(new, now)


def values(complaint: Complaint, answer: str, code: str) -> dict[str, Any]:
    """What such a notice may speak of."""
    calendar = calendar_in(complaint.office_id, current().version)
    return {
        "complaint": {
            "ticket": complaint.ticket,
            "service_title": title_of(complaint.service),
            "subject": complaint.subject,
            "due_at": calendar.local_time(complaint.due_at).isoformat(),
            "track_url": f"{public_url()}/complaints/track",
            "silence": days_of(complaint.service).silence,
            "answer": answer,
            "code": code,
        },
        "office": office_facts(Session.get_one(Office, complaint.office_id)),
    }
