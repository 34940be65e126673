"""The party a case belongs to, who writes for it, and what messages and letters may say of it."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.cases.models import Case
from app.db import Session
from app.feedback import invitation
from app.flow.work import Work
from app.forms.display import mask
from app.people.models import Office, Party, Representative
from app.settings import public_url, secret_key

FIELDS = ("nik", "npwp", "address", "phone", "email")


def party_for(data: dict[str, Any], kind: str) -> Party | None:
    """The company by its NIB or the person by their NIK, made if new; None where neither is given."""
    identifier = "nib" if kind == "company" else "nik"
    value = str(data.get(identifier) or "")
    if not value:
        return None
    column = getattr(Party, identifier)
    # Two first applications of one company at once: the second waits here and finds the row.
    wait_for(f"party:{identifier}:{value}")
    party = Session.scalar(select(Party).where(column == value))
    if party is None:
        party = Party(kind=kind, name=name_in(data), **{identifier: value})
        for field in FIELDS:
            setattr(party, field, getattr(party, field) or str(data.get(field) or ""))
        Session.add(party)
        Session.flush()
    return party


def name_in(data: dict[str, Any]) -> str:
    """The name an application gives its party."""
    return str(data.get("company_name") or data.get("applicant_name") or "")


def represent(party: Party, user_id: int, now: datetime) -> None:
    """Note the first filer as a party's representative, to be confirmed by the front office."""
    known = Session.scalars(select(Representative).where(Representative.party_id == party.id)).all()
    if known:
        return
    Session.add(Representative(party_id=party.id, user_id=user_id, is_confirmed=False, since=now))


def address_of(case: Case) -> str:
    """Where notices to the applicant go."""
    return str(case.data.get("application", {}).get("email") or (case.party.email if case.party else ""))


def receipt_code(number: str) -> str:
    """The secret that, with the number, shows a case's status: 80 bits, derived and never stored."""
    digest = hmac.new(secret_key().encode(), f"receipt:{number}".encode(), hashlib.sha256).hexdigest()
    return "-".join(digest[i : i + 5] for i in range(0, 20, 5)).upper()


def case_facts(work: Work) -> dict[str, Any]:
    """What letters and messages may say of a case, as plain data."""
    case, office, party = work.case, work.case.office, work.case.party
    zone = work.calendar
    return {
        "case": {
            "number": case.number,
            "service_title": work.service.title,
            "submitted_on": zone.local_date(case.submitted_at).isoformat() if case.submitted_at else "",
            "submitted_at": zone.local_time(case.submitted_at).isoformat() if case.submitted_at else "",
            "due_at": zone.local_time(case.due_at).isoformat() if case.due_at else "",
            "receipt_code": receipt_code(case.number),
            "url": f"{public_url()}/cases/{case.number}",
            "office_url": f"{public_url()}/office/cases/{case.number}",
            "track_url": f"{public_url()}/track",
            "survey_url": invitation.url_of(case.number),
            "permit_status": case.permit_status,
        },
        "data": case.data,
        "party": party
        and {
            "name": party.name,
            "nib": party.nib,
            "nik_masked": mask("nik", party.nik) if party.nik else "",
            "npwp": party.npwp,
            "address": party.address,
        },
        "office": office_facts(office),
        "today": zone.local_date(work.now).isoformat(),
        "now": zone.local_time(work.now).isoformat(timespec="seconds"),
    }


def office_facts(office: Office) -> dict[str, Any]:
    """The letterhead of an office."""
    names = (
        "name",
        "short_name",
        "government",
        "place",
        "address",
        "contact",
        "head_title",
        "unit_code",
        "key",
    )
    # `city` for the frames of letters, where `place` is where somebody signs
    return {**{name: getattr(office, name) for name in names}, "city": office.place}


def wait_for(name: str) -> None:
    """Wait until no other transaction is at this, and keep others out until ours ends."""
    Session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
