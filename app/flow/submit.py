"""Open a case: as a draft, or submitted at once. The start form's step is done by the submission itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy import text as sql

from app.audit.chain import record
from app.cases import engine
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Service
from app.errors import Conflict, Forbidden, NotFound
from app.flow.complete import finish
from app.flow.move import open_task
from app.flow.parties import name_in, party_for, represent, wait_for
from app.flow.permission import is_applicant_of
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, process_of, work_on
from app.people.access import Person
from app.people.models import Office

MAX_DRAFTS = 50  # of one person; each takes a number and room for files
TAKE_NUMBER = sql(
    "INSERT INTO case_counter (office_id, prefix, year, last) VALUES (:office_id, :prefix, :year, 1) "
    "ON CONFLICT (office_id, prefix, year) DO UPDATE SET last = case_counter.last + 1 RETURNING last"
)


@dataclass(frozen=True)
class Application:
    """What somebody asks for; `at_counter` when an officer writes it for an applicant who is present."""

    service: str
    data: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    at_counter: bool = False


def save_draft(person: Person, application: Application, now: datetime) -> Case:
    """Keep an application that is not submitted yet; nobody in the office sees it."""
    with transaction():
        repeated = _repeated(person, application)
        if repeated is None:
            _require_few_drafts(person)
        return repeated or open_case(person, application, now)


def submit(person: Person, application: Application, now: datetime) -> Case:
    """Open a case, or take the draft of the same key, and submit it. Raises Invalid by field."""
    with transaction():
        case = _repeated(person, application) or open_case(person, application, now)
        if case.status == "draft":
            submit_case(person, case, application.data, now)
        return case


def submit_draft(person: Person, number: str, data: Mapping[str, Any] | None, now: datetime) -> Case:
    """Submit a draft, with the answers given now or those it was saved with."""
    with transaction():
        case = lock_case(_own_case(person, number))
        if case.status != "draft":
            raise Conflict("This application was already submitted.")
        submit_case(person, case, case.data.get("application", {}) if data is None else data, now)
        return case


def update_draft(
    person: Person, number: str, data: Mapping[str, Any], now: datetime, version: int | None = None
) -> Case:
    """Replace the answers of a draft; they are read by the form only when it is submitted.

    Raises Conflict where the draft was saved since the version that the person saw.
    """
    with transaction():
        case = lock_case(_own_case(person, number))
        if case.status != "draft":
            raise Conflict("This application was already submitted.")
        if version is not None and version != case.version:
            raise Conflict("This draft was saved elsewhere meanwhile. Load it again before you change it.")
        case.data = {**case.data, "application": dict(data)}
        case.version += 1
        record(f"case:{case.id}", "draft.saved", person.username, now)
        return case


def open_case(person: Person, application: Application, now: datetime) -> Case:
    """A new draft with its number; the caller commits. Raises Forbidden for who may open none."""
    catalogue = current()
    service: Service = catalogue.get("service", application.service).shape
    office = Session.scalar(select(Office).where(Office.key == service.office))
    if office is None:
        raise NotFound("The office of this service is not set up yet.")
    process = catalogue.get("process", service.process)
    _require_may_open(person, process.shape, office, application.at_counter)
    case = Case(
        number=_take_number(office, service.number_prefix, now),
        office_id=office.id,
        applicant_id=None if application.at_counter else person.user_id,
        service=application.service,
        process=service.process,
        process_revision=process.number,
        form_revision=catalogue.get("form", process.shape.start.form).number,
        data={"application": plain(application.data)},
        created_at=now,
        idempotency_key=_key(person, application),
    )
    case.office = office
    Session.add(case)
    Session.flush()
    record(f"case:{case.id}", "case.opened", person.username, now, number=case.number, service=case.service)
    return case


def submit_case(person: Person, case: Case, data: Mapping[str, Any], now: datetime) -> None:
    """Do the start form's step with these answers; the caller commits. Raises Invalid by field."""
    case.data = {key: value for key, value in case.data.items() if key != "application"}
    work = start_work(person, case, data, now)
    work.task = open_task(work, work.task.step, None)
    Session.add(work.task)
    case.submitted_at = received_at = now
    case.status = "open"
    Session.flush()
    finish(work)
    answers = case.data["application"]
    party = party_for(answers, work.service.party_kind)
    case.party_id, case.party = (party.id, party) if party else (None, None)
    if party and case.applicant_id:
        represent(party, case.applicant_id, now)
    record(work.chain, "case.submitted", person.username, received_at, name=name_in(answers))


def start_work(person: Person, case: Case, data: Mapping[str, Any], now: datetime) -> Work:
    """A case at its first step, before that has a task."""
    placeholder = Task(step="", clock="", case_id=case.id)
    work = work_on(case, placeholder, person, Given(data=data), now)
    work.task.step = engine.start(work.process).entered[0]
    return work


def _require_may_open(person: Person, process: Any, office: Office, at_counter: bool) -> None:
    kinds = {actor: process.actors[actor].kind for actor in process.start.by}
    if not at_counter and "applicant" in kinds.values():
        return
    if person.is_system and kinds.get(person.username.removeprefix("system:")) == "system":
        return
    if any(
        kind == "staff" and person.holds(process.role_of(actor), office.id) for actor, kind in kinds.items()
    ):
        return
    raise Forbidden("You may not open an application of this service.")


def _own_case(person: Person, number: str) -> int:
    case = Session.scalar(select(Case).where(Case.number == number))
    if case is None or not (is_applicant_of(person, case) or _counter(person, case)):
        raise NotFound("There is no such case.")
    return case.id


def _counter(person: Person, case: Case) -> bool:
    """True for a case of the counter's that this person might have opened, too."""
    start = process_of(current(), case)
    roles = [start.role_of(actor) for actor in start.start.by if start.actors[actor].kind == "staff"]
    return case.applicant_id is None and any(person.holds(role, case.office_id) for role in roles)


def _require_few_drafts(person: Person) -> None:
    mine = select(func.count()).where(Case.applicant_id == person.user_id, Case.status == "draft")
    if (Session.scalar(mine) or 0) >= MAX_DRAFTS:
        raise Conflict("You have %(n)d drafts already. Send or withdraw one first.", n=MAX_DRAFTS)


def _repeated(person: Person, application: Application) -> Case | None:
    key = _key(person, application)
    if key is None:
        return None
    wait_for(f"case:{key}")  # the same request sent twice at once: the second waits here and finds the case
    case_id = Session.scalar(select(Case.id).where(Case.idempotency_key == key))
    case = lock_case(case_id) if case_id else None
    if case is not None and case.service != application.service:
        raise Conflict("This key was used for an application of another service.")
    return case


def _key(person: Person, application: Application) -> str | None:
    """A client's key means nothing in another person's hands."""
    return f"{person.user_id}:{application.idempotency_key}" if application.idempotency_key else None


def _take_number(office: Office, prefix: str, now: datetime) -> str:
    year = now.astimezone(ZoneInfo(office.timezone)).year
    values = {"office_id": office.id, "prefix": prefix, "year": year}
    return f"{prefix}-{year}-{Session.execute(TAKE_NUMBER, values).scalar_one():05d}"


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as given, a web form's repeated names as lists, until the form reads them."""
    lists = getattr(data, "lists", None)
    if lists is None:
        return dict(data)
    return {name: values if len(values) > 1 else values[0] for name, values in lists()}
