"""Which case an outside system means by its own name for it."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.cases.models import Case
from app.db import Session
from app.messages.models_outside import CaseReference


def refer(case: Case, system: str, value: str) -> None:
    """Note the other side's name for a case; the first case that has a name keeps it."""
    if not value or value == case.number:
        return
    row = insert(CaseReference).values(
        office_id=case.office_id, system=system, value=value[:120], case_id=case.id
    )
    Session.execute(row.on_conflict_do_nothing())


def case_named(system: str, value: str, office_id: int | None) -> Case | None:
    """The case of this name: its number, or the system's own name for it; in one office where known."""
    named = select(CaseReference.case_id).where(CaseReference.system == system, CaseReference.value == value)
    query = select(Case).where((Case.number == value) | Case.id.in_(named))
    if office_id is not None:
        query = query.where(Case.office_id == office_id)
    found = list(Session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None


def has_reference(case: Case, system: str) -> bool:
    """True if the other side has a name for this case already."""
    query = select(CaseReference.id).where(CaseReference.case_id == case.id, CaseReference.system == system)
    return Session.scalar(query.limit(1)) is not None
