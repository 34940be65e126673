"""An officer sends, from the case page, a message that no step sends: a question, or a later change."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.audit.chain import record
from app.cases import engine
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.process import Process
from app.errors import Conflict, Forbidden, NotFound
from app.flow.sending import messages_of, put_outbound
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, work_on
from app.messages.models import Message
from app.people.access import Person


def send_on_request(person: Person, number: str, name: str, now: datetime) -> int:
    """Send a message that is `on_request`; one at a time. Returns its id."""
    with transaction():
        found = Session.scalar(select(Case).where(Case.number == number, Case.status != "draft"))
        if found is None or not person.works_in(found.office_id):
            raise NotFound("There is no such case.")
        work = _work(person, lock_case(found.id), now)
        outbound = messages_of(work).outbound.get(name)
        if outbound is None or not outbound.on_request:
            raise NotFound("There is no such message.")
        if not _has_step(person, work.process, work.case.office_id):
            raise Forbidden("Only officers who work on this case may do this.")
        if _earlier(work.case, name, Message.state != "done"):
            raise Conflict("This message is on its way already.")
        passage = f"request:{_earlier(work.case, name)}"
        message_id = put_outbound(work, name, outbound, passage)
        if message_id is None:
            raise Conflict("This message is on its way already.")
        record(work.chain, "message.requested", person.username, now, message=message_id, name=name)
        return message_id


def _work(person: Person, case: Case, now: datetime) -> Work:
    work = work_on(case, Task(step="", clock="", case_id=case.id), person, Given(), now)
    work.task.step = engine.start(work.process).entered[0]
    return work


def _has_step(person: Person, process: Process, office_id: int) -> bool:
    roles = {process.role_of(key) for key, actor in process.actors.items() if actor.kind == "staff"}
    return any(person.holds(role, office_id) for role in roles)


def _earlier(case: Case, name: str, *where: ColumnElement[bool]) -> int:
    query = select(func.count()).where(Message.case_id == case.id, Message.name == name, *where)
    return Session.scalar(query) or 0
