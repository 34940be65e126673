"""What outside systems are told of a case's letters: number, dates, who signed, and where the file is."""

from typing import Any

from sqlalchemy import select

from app.db import Session
from app.flow.work import Work
from app.letters.link import IN_FORCE, link_to
from app.letters.models import Letter
from app.people.access import person_named
from app.people.models import Account


def letters_told(work: Work) -> dict[str, Any]:
    """The letters in force, by slot."""
    rows = Session.scalars(
        select(Letter).where(Letter.case_id == work.case.id, Letter.status.in_(IN_FORCE)).order_by(Letter.id)
    )
    return {
        row.slot: {
            "number": row.number or "",
            "title": row.title,
            "date": work.calendar.local_date(row.signed_at).isoformat() if row.signed_at else "",
            "link": link_to(row),
            **signed_by(work, row),
        }
        for row in rows
    }


def signed_by(work: Work, letter: Letter) -> dict[str, str]:
    """Who signed a letter; the office where its seal did."""
    title = letter.signer_title or ""
    if letter.signed_by in (None, "seal"):
        return {"signer": work.case.office.short_name, "signer_nip": "", "signer_title": title}
    person = person_named(str(letter.signed_by), work.now)
    account = Session.get(Account, person.user_id)
    return {"signer": person.name, "signer_nip": account.nip if account else "", "signer_title": title}
