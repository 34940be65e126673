"""The satisfaction survey: invite when a case ends, take answers that lead to nobody, publish the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from app.audit.chain import record
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound, Text, text
from app.feedback import invitation
from app.feedback.access import SATISFACTION, allowed_in
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.models import SurveyAnswer, SurveyInvitation, SurveyPublication
from app.feedback.period import Period
from app.flow.sending import write_notice
from app.flow.transaction import transaction
from app.flow.work import Work
from app.people.access import Person
from app.people.models import Office
from app.reports.satisfaction import index_in

LONGEST_SUGGESTION = 2000
NOTICE = "survey"
GONE = text(
    "This survey link is not open: it was used already, its time is over, or it is not complete. "
    "Every link counts once. Thank you for your attention."
)


@dataclass(frozen=True)
class Filled:
    """The survey as somebody filled it in: an answer to each element, and what they chose to add."""

    scores: Mapping[str, int | None]
    about: Mapping[str, str] = field(default_factory=dict)
    suggestion: str = ""


def invite(work: Work, result: str) -> None:
    """Offer the survey to whoever a case that has just ended was for; part of the step that ends it."""
    survey = work.service.survey
    if survey is None or result not in survey.after:
        return
    case = work.case
    row = upsert(SurveyInvitation).values(
        code_hash=invitation.hash_of(invitation.code_of(case.number)),
        office_id=case.office_id,
        service=case.service,
        expires_on=work.calendar.local_date(work.now) + timedelta(days=survey.valid_days),
    )
    Session.execute(row.on_conflict_do_nothing())  # a case that ends a second time invites once
    write_notice(work, NOTICE)


def answer(code: str, filled: Filled, now: datetime) -> None:
    """Take an answer once. Raises NotFound where the link is not open, Invalid at the questions.

    The invitation is deleted in the transaction that adds the answer, and no audit line is written: an
    invitation that is gone, and an answer without day or author, cannot be put side by side again.
    """
    with transaction():
        columns = checked(filled)
        office_id, service = _use(code, now)
        month = calendar_in(office_id, current().version).local_date(now).replace(day=1)
        Session.execute(
            insert(SurveyAnswer).values(office_id=office_id, service=service, month=month, **columns)
        )


def forget_expired(now: datetime) -> None:
    """Delete the invitations that nobody can answer any more, in whatever time zone."""
    with transaction():
        over = SurveyInvitation.expires_on < now.date() - timedelta(days=1)
        Session.execute(delete(SurveyInvitation).where(over))


def checked(filled: Filled) -> dict[str, Any]:
    """The columns of an answer. Raises Invalid naming every question that is not answered as it should be."""
    errors: dict[str, list[Text]] = {}
    for key in ELEMENTS:
        if filled.scores.get(key) not in (1, 2, 3, 4):
            errors[key] = [text("Choose one of the four answers.")]
    for key, (_title, choices) in ABOUT.items():
        if filled.about.get(key, "") not in ("", *choices):
            errors[key] = [text("Choose one of the answers, or none.")]
    if len(filled.suggestion) > LONGEST_SUGGESTION:
        errors["suggestion"] = [text("Write at most %(n)d characters.", n=LONGEST_SUGGESTION)]
    if errors:
        raise Invalid("The survey is not sent yet: please answer what is marked.", errors=errors)
    about = {key: filled.about.get(key, "") for key in ABOUT}
    return {**{key: filled.scores[key] for key in ELEMENTS}, **about, "suggestion": filled.suggestion.strip()}


def publish_index(person: Person, office: Office, service: str, period: Period, now: datetime) -> int:
    """Make the index of a finished period public, as it stands now; returns the publication's id."""
    if not allowed_in(person, office.id, SATISFACTION, "edit"):
        raise Forbidden("Your role may not publish the index of this office.")
    with transaction():
        survey = current().get("service", service).shape.survey
        if survey is None or current().get("service", service).shape.office != office.key:
            raise NotFound("There is no survey for this service.")
        if period.last >= calendar_in(office.id, current().version).local_date(now):
            raise Conflict("This period is not over yet.")
        index = index_in(office.id, service, period, survey.weight)
        if index is None:
            raise Conflict("Nobody has answered in this period.")
        row = SurveyPublication(
            office_id=office.id,
            service=service,
            first=period.first,
            last=period.last,
            index=index.value,
            grade=index.grade,
            respondents=index.respondents,
            weight=survey.weight,
            published_by=person.username,
            published_at=now,
        )
        Session.add(row)
        Session.flush()
        told = {"service": service, "period": period.key, "index": str(index.value), "grade": index.grade}
        record(f"office:{office.id}", "survey.published", person.username, now, **told)
        return row.id


def _use(code: str, now: datetime) -> tuple[int, str]:
    """Take the invitation away; of two at once only the first finds it."""
    used = (
        delete(SurveyInvitation)
        .where(SurveyInvitation.code_hash == invitation.hash_of(code))
        .returning(SurveyInvitation.office_id, SurveyInvitation.service, SurveyInvitation.expires_on)
    )
    row = Session.execute(used).one_or_none()
    if row is None or row.expires_on < calendar_in(row.office_id, current().version).local_date(now):
        raise NotFound(GONE.msgid)
    return row.office_id, row.service
