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
from app.flow.transaction import transaction
from app.people.access import Person
from app.reports.view import side_of, view_case


def reveal(person: Person, number: str, field: str, now: datetime) -> str:
    """An identifier of an application in full, for roles with a step in its process."""
    with transaction():
        view = view_case(person, number)
        case = view.case
        value = case.data.get("application", {}).get(field)
        if not isinstance(value, str):
            raise NotFound("There is no such field in this application.")
        if view.inside:
            require_step(person, case)
            record(f"case:{case.id}", "identifier.opened", person.username, now, field=field)
        return value


def open_attachment(person: Person, attachment_id: int, now: datetime) -> tuple[Attachment, BytesIO]:
    """A file of a case, for its applicant and the roles with a step in its process."""
    with transaction():
        row = Session.get(Attachment, attachment_id)
        case = Session.get(Case, row.case_id) if row else None
        side = side_of(person, case) if case else None
        if row is None or case is None or side is None or (side == "applicant" and row.is_internal):
            raise NotFound("There is no such file.")
        if side == "office":
            require_step(person, case)
            record(f"case:{case.id}", "attachment.opened", person.username, now, attachment=row.id)
        return row, BytesIO(storage.read(row.sha256))


def require_step(person: Person, case: Case) -> None:
    """Refuse staff whose roles have no step in the case's process."""
    process: Process = current().revision("process", case.process, case.process_revision).shape
    roles = {process.role_of(key) for key, actor in process.actors.items() if actor.kind == "staff"}
    if not any(person.holds(role, case.office_id) for role in roles):
        raise Forbidden("Your role has no step in this process.")
