"""A message from outside opens a case, or fills one that was opened here before it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.audit.chain import record
from app.cases.models import Case
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.messages import Inbound, Messages
from app.definitions.process import Process, as_list
from app.definitions.service import Service
from app.flow.arrival import Arrival
from app.flow.parties import party_for, wait_for
from app.flow.reading_messages import answers_in, fits, inbound_of, kept_in, text_in
from app.flow.references import case_named, has_reference, refer
from app.flow.sending import write_notice
from app.flow.submit import Application, open_case, start_work, submit_case
from app.forms.answers import read
from app.forms.context import FormContext, requirements_of
from app.people.access import Person
from app.people.models import Office, Party
from app.people.system import system_person

OPENED_NOTICE = "opened_by_system"  # where the service has one, it tells the firm how to go on


@dataclass(frozen=True)
class Opening:
    """A service whose cases a message may open, and what to read in it."""

    key: str
    service: Service
    process: Process
    inbound: Inbound
    office: Office


def openings(arrival: Arrival) -> list[Opening]:
    """The services that this message may open a case of, at the office it was sent to."""
    return [found for found in _startable(arrival) if fits(found.inbound, arrival.body)]


def open_or_fill(found: Opening, arrival: Arrival, now: datetime) -> tuple[Case, bool]:
    """The case of a message and whether it is settled; what changes a known case is left to a person."""
    reference = text_in(found.inbound.reference, arrival.body, found.office, now) or arrival.correlation
    wait_for(f"reference:{found.office.id}:{arrival.system}:{reference}")
    known = case_named(arrival.system, reference, found.office.id)
    if known is not None:
        return known, False
    case = _waiting_here(found, arrival, now)
    if case is None:
        case = _open(found, arrival, now)
    else:
        fill_case(case, found, arrival, now)
    refer(case, arrival.system, reference)
    return case, True


def fill_case(case: Case, found: Opening, arrival: Arrival, now: datetime) -> None:
    """Keep what the message brings with a case; a draft also gets the answers it lacks."""
    _keep(case, found, arrival, now)
    if case.status == "draft":
        brought = _fitting(system_person(arrival.system), found, arrival, now)[0]
        given = case.data.get("application", {})
        case.data = {**case.data, "application": {**brought, **given}}
    case.version += 1
    record(f"case:{case.id}", "case.filled", f"system:{arrival.system}", now, message=arrival.name)


def _startable(arrival: Arrival) -> Iterator[Opening]:
    catalogue = current()
    offices = {office.key: office for office in Session.scalars(select(Office))}
    for entry in catalogue.entries("service"):
        service: Service = entry.shape
        process: Process = catalogue.get("process", service.process).shape
        inbound, office = inbound_of(catalogue, service, arrival.name), offices.get(service.office)
        if inbound is None or office is None or arrival.name not in as_list(process.start.message):
            continue
        if arrival.office_id in (None, office.id):
            yield Opening(entry.key, service, process, inbound, office)


def _waiting_here(found: Opening, arrival: Arrival, now: datetime) -> Case | None:
    """The one case of this party and service that the other side has no name for yet."""
    party = _known_party(text_in(found.inbound.party, arrival.body, found.office, now))
    if party is None:
        return None
    query = select(Case).where(
        Case.party_id == party.id,
        Case.office_id == found.office.id,
        Case.service == found.key,
        Case.status != "closed",
    )
    unnamed = [case for case in Session.scalars(query) if not has_reference(case, arrival.system)]
    if len(unnamed) != 1:
        return None
    return Session.scalars(
        select(Case)
        .where(Case.id == unnamed[0].id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _known_party(identifier: str) -> Party | None:
    if not identifier:
        return None
    return Session.scalar(select(Party).where((Party.nib == identifier) | (Party.nik == identifier)))


def _open(found: Opening, arrival: Arrival, now: datetime) -> Case:
    """A new case: submitted where the message answers all that the form asks, else a draft."""
    person = system_person(arrival.system)
    answers, is_whole = _fitting(person, found, arrival, now)
    case = open_case(person, Application(found.key, answers, at_counter=True), now)
    if is_whole:
        submit_case(person, case, answers, now)
    else:
        party = party_for(answers, found.service.party_kind)
        case.party_id, case.party = (party.id, party) if party else (None, None)
    _keep(case, found, arrival, now)
    if OPENED_NOTICE in _messages(found).notices:
        write_notice(start_work(person, case, answers, now), OPENED_NOTICE)
    return case


def _messages(found: Opening) -> Messages:
    shape: Messages = current().get("messages", found.service.messages or "").shape
    return shape


def _keep(case: Case, found: Opening, arrival: Arrival, now: datetime) -> None:
    kept = kept_in(found.inbound, arrival.body, found.office, now)
    key = f"from_{arrival.system}"
    case.data = {**case.data, key: {**case.data.get(key, {}), **kept}}


def _fitting(person: Person, found: Opening, arrival: Arrival, now: datetime) -> tuple[dict[str, Any], bool]:
    """The answers that the start form accepts, and whether it lacks nothing."""
    form = current().get("form", found.process.start.form).shape
    today = now.astimezone(ZoneInfo(found.office.timezone)).date()
    context = FormContext(today=today, requirements=requirements_of(found.service), lenient_files=True)
    given = answers_in(found.inbound, arrival.body, found.office, now)
    known = dict(form.fields())
    result = read(form, {key: value for key, value in given.items() if key in known}, context)
    wrong = {path.partition(".")[0] for path in result.errors}
    good = {
        key: value for key, value in result.values.items() if key not in wrong and value not in (None, [], "")
    }
    return good, not result.errors
