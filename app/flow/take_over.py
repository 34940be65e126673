"""Take over a case that was opened at the counter or by another system, with the code on its receipt."""

import hmac
from datetime import datetime

from sqlalchemy import or_, select

from app.audit.chain import record
from app.cases.models import Case
from app.db import Session
from app.errors import Conflict, NotFound
from app.flow.parties import receipt_code, represent
from app.flow.transaction import transaction
from app.flow.work import lock_case
from app.people.access import Person


def is_code_of(number: str, code: str) -> bool:
    """True if this is the secret code on the receipt of a case; spaces, hyphens and case do not matter."""
    return hmac.compare_digest(_bare(code), _bare(receipt_code(number)))


def take_over(person: Person, number: str, code: str, now: datetime) -> Case:
    """Make an unclaimed case the person's own. Raises NotFound for a wrong code, Conflict if taken."""
    with transaction():
        # somebody's own draft is nobody else's; one that a system opened waits for its applicant
        is_open = or_(Case.status != "draft", Case.applicant_id.is_(None))
        case_id = Session.scalar(select(Case.id).where(Case.number == number, is_open))
        if case_id is None or not is_code_of(number, code):
            raise NotFound("Number and code do not belong together.")
        case = lock_case(case_id)
        if case.applicant_id not in (None, person.user_id):
            raise Conflict("This case already belongs to an account.")
        case.applicant_id = person.user_id
        if case.party is not None:
            represent(case.party, person.user_id, now)
        record(f"case:{case.id}", "case.taken_over", person.username, now)
        return case


def _bare(code: str) -> bytes:
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
