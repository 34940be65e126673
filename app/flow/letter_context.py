"""What a letter may speak of: the case, its answers and decisions, as plain data."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.cases.models import Correction, Decision
from app.db import Session
from app.definitions.letter import Letter as Template
from app.flow.agenda import agenda_of
from app.flow.parties import case_facts
from app.flow.work import Work
from app.letters.models import Letter
from app.messages.wording import fill
from app.people.access import appointment_in_force, people_in_role, person_named
from app.people.models import Account, Appointment


def draft_context(work: Work, template: Template) -> dict[str, Any]:
    """The context of a draft: no number and date yet, and the signer who is expected."""
    return {
        **case_facts(work),
        # a list, since the database keeps no order of keys
        "requirements": [
            {"key": key, "title": item.title} for key, item in work.service.requirements.items()
        ],
        "agenda": agenda_of(work),
        "decision": decisions(work),
        "corrections": [
            {"item": row.item, "reason": row.reason}
            for row in Session.scalars(select(Correction).where(Correction.case_id == work.case.id))
        ],
        "letters": issued(work),
        "letter": {"number": "", "date": ""},
        "signer": expected_signer(work, template),
        "members": members(work),
        "initials": [],
    }


def decisions(work: Work) -> dict[str, Any]:
    """The latest decision of each step: outcome, reasons, laws, and the day."""
    rows = Session.scalars(select(Decision).where(Decision.case_id == work.case.id).order_by(Decision.id))
    return {
        row.step: {
            "outcome": row.outcome,
            "title": way_title(work, row),
            "reasons": row.reasons,
            "laws": row.laws,
            "outputs": row.outputs,
            "on": work.calendar.local_date(row.at).isoformat(),
        }
        for row in rows
    }


def way_title(work: Work, row: Decision) -> str:
    """The outcome of a decision as the process calls it."""
    way = work.process.steps[row.step].outcomes.get(row.outcome)
    return way.title if way else row.outcome


def issued(work: Work) -> dict[str, Any]:
    """Number and date of the letters already signed, by slot: a report names the order it rests on."""
    rows = Session.scalars(
        select(Letter).where(
            Letter.case_id == work.case.id,
            Letter.status.in_(("signed", "delivered"))
            | ((Letter.status == "approved") & Letter.number.is_not(None)),
        )
    )
    return {
        row.slot: {
            "number": row.number or "",
            "title": row.title,
            "date": row.context["letter"]["date"],
        }
        for row in rows
    }


def expected_signer(work: Work, template: Template) -> dict[str, Any]:
    """Who will sign, as far as the appointments tell; an automatic paper is signed by the office."""
    if template.is_automatic:
        return office_signer(work)
    on = work.calendar.local_date(work.now)
    holders = people_in_role(str(template.signer), work.case.office_id, on)
    if not holders:
        return {**office_signer(work), "title": str(template.signer)}
    return signer_facts(work, next(iter(holders)), str(template.signer), on)


def signer_facts(work: Work, username: str, role: str, on: date) -> dict[str, Any]:
    """Title, name, rank and NIP of a signer by the appointment in force."""
    person = person_named(username, work.now)
    appointment = appointment_in_force(person.user_id, role, work.case.office_id, on)
    account = Session.get(Account, person.user_id)
    return {
        "title": _title(work, appointment, role),
        "name": person.name,
        "rank": account.rank if account else "",
        "nip": account.nip if account else "",
        "on_behalf": appointment.title if appointment and appointment.capacity == "on_behalf" else "",
    }


def members(work: Work) -> list[dict[str, Any]]:
    """The team named in the case, in the order it was named."""
    named = [
        (step, value)
        for step, answers in work.case.data.items()
        for key, value in answers.items()
        if key == "team"
    ]
    step, team = named[-1] if named else ("", [])
    on, role = work.calendar.local_date(work.now), team_role(work, f"{step}.team")
    facts = [signer_facts(work, username, role, on) for username in team]
    return [
        {**member, "username": username, "place": index}
        for index, (username, member) in enumerate(zip(team, facts, strict=True), 1)
    ]


def addressee_of(work: Work, template: Template, context: dict[str, Any]) -> str:
    """Whom a letter is written to, for the books; what has no address goes to the party of the case."""
    if template.addressee:
        return fill(template.addressee, context)
    return work.case.party.name if work.case.party else ""


def team_role(work: Work, path: str) -> str:
    """The role in which the persons named under a path act: that of the first step assigned to them."""
    steps = work.process.steps.values()
    actor = next((step.actor for step in steps if step.assign == path and step.actor), None)
    return work.process.role_of(actor) if actor else "technical_team"


def office_signer(work: Work) -> dict[str, Any]:
    """The office itself, for papers under its seal."""
    return {"title": work.case.office.short_name, "name": work.case.office.name, "rank": "", "nip": ""}


def _title(work: Work, appointment: Appointment | None, role: str) -> str:
    prefix = {"plt": "Plt. ", "plh": "Plh. "}.get(appointment.capacity if appointment else "", "")
    title = appointment.title if appointment and appointment.title else work.catalogue.roles.roles[role].title
    return prefix + title
