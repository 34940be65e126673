"""Withdraw an application: the applicant's right until the case is closed or a letter is signed."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, NotFound
from app.flow import closing
from app.flow.permission import is_applicant_of
from app.flow.transaction import transaction
from app.flow.work import Given, lock_case, process_of, work_on
from app.letters.models import Letter
from app.people.access import Person

FINAL = ("signed", "delivered")


def withdraw(person: Person, number: str, reason: str, now: datetime) -> Case:
    """Close the case as withdrawn. Raises Conflict once it is closed or its decision is signed."""
    with transaction():
        found = Session.scalar(select(Case).where(Case.number == number))
        if found is None or not is_applicant_of(person, found):
            raise NotFound("There is no such case.")
        case = lock_case(found.id)
        if case.status == "closed":
            raise Conflict("This case is already closed.")
        if is_decided(case):
            raise Conflict("The decision on this application is already signed.")
        work = work_on(case, Task(step="", case_id=case.id), person, Given(note=reason), now)
        closing.close(work, "withdrawn")
        record(work.chain, "case.withdrawn", person.username, now, reason=reason)
        return case


def is_decided(case: Case) -> bool:
    """True once a letter that is to be delivered is signed; what the seal signs by itself decides nothing."""
    steps = process_of(current(), case).steps.values()
    delivered = {action.deliver for step in steps for action in step.actions() if action.deliver}
    query = select(Letter.id).where(
        Letter.case_id == case.id,
        Letter.status.in_(FINAL),
        Letter.slot.in_(delivered),
        Letter.signed_by != "seal",
    )
    return Session.scalar(query.limit(1)) is not None
