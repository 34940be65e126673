"""Fetch a delivered letter: the applicant's first download of it is also their receipt for it."""

from datetime import datetime
from io import BytesIO

from sqlalchemy import select

from app import storage
from app.audit.chain import record
from app.cases.models import Case, Task
from app.db import Session
from app.errors import NotFound
from app.flow.complete import finish
from app.flow.permission import is_applicant_of
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, work_on
from app.letters.link import opens
from app.letters.models import Letter
from app.people.access import Person


def fetch_letter(person: Person, letter: Letter, now: datetime) -> BytesIO:
    """The file of a signed letter; the applicant's open "receive" step for it is completed with the download.

    The caller has checked that the person may see the letter; what has no file yet is NotFound.
    """
    with transaction():
        case = lock_case(letter.case_id)
        is_own = is_applicant_of(person, case)
        if letter.pdf_sha256 is None or (is_own and letter.delivered_at is None):
            raise NotFound("There is no such letter.")
        content = BytesIO(storage.read(letter.pdf_sha256))
        record(f"case:{case.id}", "letter.downloaded", person.username, now, letter=letter.id)
        work = _receipt(person, case, letter, now) if is_own else None
        if work is not None:
            finish(work)
        return content


def fetch_by_link(letter_id: int, code: str, now: datetime) -> BytesIO:
    """The file of a letter in force, for the outside system that was told its link. Raises NotFound."""
    with transaction():
        letter = Session.get(Letter, letter_id)
        if letter is None or not opens(letter, code):
            raise NotFound("There is no such letter.")
        content = BytesIO(storage.read(str(letter.pdf_sha256)))
        record(f"case:{letter.case_id}", "letter.fetched", "system:link", now, letter=letter.id)
        return content


def _receipt(person: Person, case: Case, letter: Letter, now: datetime) -> Work | None:
    """The open step by which the applicant confirms to have this letter, where one asks for nothing else."""
    query = select(Task).where(Task.case_id == case.id, Task.state == "open", Task.clock == "applicant")
    for task in Session.scalars(query.order_by(Task.id)):
        work = work_on(case, task, person, Given(), now)
        receives = any(action.receive == letter.slot for action in work.step.do)
        asks_nothing = work.step.form is None and not work.step.outcomes
        if receives and asks_nothing and work.step.fulfilled_by_download:
            return work
    return None
