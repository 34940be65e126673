"""What the answers to the survey say: index, elements, respondents and suggestions of a period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from app.cases.models import Case
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Service, Survey
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.index import Index, index_of, sample_size
from app.feedback.models import FollowUp, SurveyAnswer, SurveyPublication
from app.feedback.period import Period
from app.people.models import Office


@dataclass(frozen=True)
class Satisfaction:
    """The survey of one service over one period.

    `served` are the cases that ended in it, `needed` the respondents they ask for. `about` counts what
    respondents said of themselves, and is None where they are too few to stay unknown.
    """

    service_key: str
    service: Service
    period: Period
    weight: str
    index: Index | None
    served: int
    needed: int
    about: Mapping[str, Mapping[str, int]] | None = None
    suggestions: list[str] = field(default_factory=list)

    @property
    def respondents(self) -> int:
        """How many answered."""
        return self.index.respondents if self.index else 0


def services_of(office: Office) -> dict[str, Service]:
    """The services of an office that ask for satisfaction, by key."""
    shapes: dict[str, Service] = {entry.key: entry.shape for entry in current().entries("service")}
    return {key: shape for key, shape in shapes.items() if shape.office == office.key and shape.survey}


def index_in(office_id: int, service: str, period: Period, weight: str) -> Index | None:
    """The index of a service over a period; None where nobody answered."""
    sums = [func.coalesce(func.sum(getattr(SurveyAnswer, key)), 0) for key in ELEMENTS]
    count, *totals = Session.execute(
        select(func.count(), *sums).where(_within(office_id, service, period))
    ).one()
    return index_of(dict(zip(ELEMENTS, map(int, totals), strict=True)), count, weight)


def overview(office: Office, period: Period) -> list[Satisfaction]:
    """One line for each service of an office."""
    found = services_of(office)
    return [_counted(office, key, service, period) for key, service in found.items()]


def satisfaction(office: Office, key: str, period: Period) -> Satisfaction:
    """All there is to say of one service."""
    service = services_of(office)[key]
    line = _counted(office, key, service, period)
    smallest = _survey(service).smallest_group
    about = _about(office.id, key, period) if line.respondents >= smallest else None
    words = _suggestions(office.id, key, period)
    return Satisfaction(**{**vars(line), "about": about, "suggestions": words})


def follow_ups(office: Office, service: str) -> list[FollowUp]:
    """What the office undertook for a service, what is open first."""
    query = select(FollowUp).where(FollowUp.office_id == office.id, FollowUp.service == service)
    return list(Session.scalars(query.order_by(FollowUp.done_on.desc().nulls_first(), FollowUp.due_on)))


def latest_publication(service: str) -> SurveyPublication | None:
    """The index of the newest period that was made public for a service."""
    query = select(SurveyPublication).where(SurveyPublication.service == service)
    return Session.scalar(query.order_by(SurveyPublication.last.desc(), SurveyPublication.id.desc()).limit(1))


def first_month(office: Office) -> datetime | None:
    """The first month in which anybody of an office's users answered."""
    found = Session.scalar(select(func.min(SurveyAnswer.month)).where(SurveyAnswer.office_id == office.id))
    return datetime.combine(found, time(), ZoneInfo(office.timezone)) if found else None


def _counted(office: Office, key: str, service: Service, period: Period) -> Satisfaction:
    survey = _survey(service)
    served = _served(office, key, survey, period)
    index = index_in(office.id, key, period, survey.weight)
    return Satisfaction(key, service, period, survey.weight, index, served, sample_size(served))


def _survey(service: Service) -> Survey:
    if service.survey is None:
        raise ValueError(f"{service.title} asks nobody")
    return service.survey


def _served(office: Office, key: str, survey: Survey, period: Period) -> int:
    zone = ZoneInfo(office.timezone)
    begin = datetime.combine(period.first, time(), zone)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone)
    query = select(func.count()).where(
        Case.office_id == office.id,
        Case.service == key,
        Case.result.in_(survey.after),
        Case.closed_at >= begin,
        Case.closed_at < end,
    )
    return Session.scalar(query) or 0


def _about(office_id: int, service: str, period: Period) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for column, (_title, choices) in ABOUT.items():
        value = getattr(SurveyAnswer, column)
        query = select(value, func.count()).where(_within(office_id, service, period)).group_by(value)
        counted: dict[str, int] = dict(Session.execute(query).all())
        found[column] = {choice: counted[choice] for choice in (*choices, "") if counted.get(choice)}
    return found


def _suggestions(office_id: int, service: str, period: Period) -> list[str]:
    """In the order of their ids, which are drawn by lot: nobody learns who came first."""
    query = select(SurveyAnswer.suggestion).where(
        _within(office_id, service, period), SurveyAnswer.suggestion != ""
    )
    return list(Session.scalars(query.order_by(SurveyAnswer.id)))


def _within(office_id: int, service: str, period: Period) -> ColumnElement[bool]:
    return (
        (SurveyAnswer.office_id == office_id)
        & (SurveyAnswer.service == service)
        & SurveyAnswer.month.between(period.first, period.last)
    )
