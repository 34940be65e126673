"""What a viewer may see of a case: its people see it whole, its applicant without the office's inside."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.cases.models import Case, Task
from app.db import Session
from app.errors import NotFound
from app.people.access import Person

Side = Literal["office", "applicant"]


@dataclass(frozen=True)
class View:
    """A case and the side from which it is looked at."""

    case: Case
    side: Side
    person: Person

    @property
    def inside(self) -> bool:
        """True for the office's own people."""
        return self.side == "office"


def view_case(person: Person, number: str) -> View:
    """A case by its number. Raises NotFound where this person may not know of it: numbers are guessable."""
    query = select(Case).where(Case.number == number).options(joinedload(Case.party), joinedload(Case.office))
    case = Session.scalar(query)
    side = side_of(person, case) if case else None
    if case is None or side is None:
        raise NotFound("There is no such case.")
    return View(case, side, person)


def side_of(person: Person, case: Case) -> Side | None:
    """From which side a person sees a case, if at all; drafts are the applicant's alone."""
    if case.applicant_id == person.user_id or (case.party_id is not None and person.acts_for(case.party_id)):
        return "applicant"
    if person.works_in(case.office_id) and (case.status != "draft" or case.applicant_id is None):
        return "office"
    return None


def may_know(person: Person, task: Task, case: Case) -> bool:
    """True if a person may know of a task: the office of all of them, the applicant of their own."""
    side = side_of(person, case)
    return side == "office" or (side == "applicant" and task.clock == "applicant")


def given_name(case: Case) -> str:
    """The applicant's name as the application gives it, which is all that applicants are told.

    Whoever types the number of another company or person must not learn whose it is.
    """
    data = case.data.get("application", {})
    return str(data.get("company_name") or data.get("applicant_name") or "")
