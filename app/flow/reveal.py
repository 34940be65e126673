"""Open what is protected: full identifiers and files; every opening by the office is recorded."""

from datetime import datetime
from io import BytesIO

from app import storage
from app.audit.chain import record
from app.cases.models import Attachment, Case
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.process import Process
from app.errors import Forbidden, NotFound
from app.flow.permission import is_applicant_of
from app.flow.transaction import transaction
from app.letters.models import Letter
from app.people.access import Person
from app.people.models import Office


def reveal(person: Person, number: str, field: str, now: datetime) -> str:
    """An identifier of an application in full, for roles with a step in its process."""
    with transaction():
        case = _case(person, number)
        value = case.data.get("application", {}).get(field)
        if not isinstance(value, str):
            raise NotFound("There is no such field in this application.")
        if not is_applicant_of(person, case):
            require_step(person, case)
            record(f"case:{case.id}", "identifier.opened", person.username, now, field=field)
        return value


def open_attachment(person: Person, attachment_id: int, now: datetime) -> tuple[Attachment, BytesIO]:
    """A file of a case, for its applicant and the roles with a step in its process."""
    with transaction():
        row = Session.get(Attachment, attachment_id)
        case = Session.get(Case, row.case_id) if row else None
        if row is None or case is None:
            raise NotFound("There is no such file.")
        if is_applicant_of(person, case):
            if row.is_internal:
                raise NotFound("There is no such file.")
        else:
            require_office(person, case.office_id, "There is no such file.")
            require_step(person, case)
            record(f"case:{case.id}", "attachment.opened", person.username, now, attachment=row.id)
        return row, BytesIO(storage.read(row.sha256))


def open_letter(person: Person, letter: Letter, now: datetime) -> BytesIO:
    """A signed letter's file; the caller has checked who may see it."""
    with transaction():
        record(f"case:{letter.case_id}", "letter.downloaded", person.username, now, letter=letter.id)
        return BytesIO(storage.read(letter.pdf_sha256 or ""))


def require_step(person: Person, case: Case) -> None:
    """Refuse staff whose roles have no step in the case's process."""
    process: Process = current().revision("process", case.process, case.process_revision).shape
    roles = {process.role_of(key) for key, actor in process.actors.items() if actor.kind == "staff"}
    if not any(person.holds(role, case.office_id) for role in roles):
        raise Forbidden("Your role has no step in this process.")


def require_office(person: Person, office_id: int, msgid: str) -> None:
    """Hide what belongs to another office."""
    if Session.get(Office, office_id) is None or not person.works_in(office_id):
        raise NotFound(msgid)


def _case(person: Person, number: str) -> Case:
    case = Session.query(Case).filter(Case.number == number).one_or_none()
    if case is None or not (is_applicant_of(person, case) or person.works_in(case.office_id)):
        raise NotFound("There is no such case.")
    return case
