"""The working calendar of an office, from its editable hours and holidays."""

from functools import lru_cache

from sqlalchemy import or_, select

from app.cases.calendar import HourSet, WorkCalendar, hour_sets
from app.db import Session
from app.people.models import Holiday, Office, OfficeHours


def calendar_of(office: Office, version: int) -> WorkCalendar:
    """The calendar of an office; `version` is the catalogue's, raised when hours or holidays change."""
    return calendar_in(office.id, version)


@lru_cache(maxsize=64)
def calendar_in(office_id: int, _version: int) -> WorkCalendar:
    """The calendar of an office by its number: no query while nothing has changed."""
    office = Session.get_one(Office, office_id)
    days = Session.scalars(
        select(Holiday).where(or_(Holiday.office_id == office_id, Holiday.office_id.is_(None)))
    ).all()
    return WorkCalendar(
        timezone=office.timezone,
        hours=_hours(office_id),
        holidays={day.on: day.name for day in days if day.kind != "joint_leave"},
        joint_leave={day.on: day.name for day in days if day.kind == "joint_leave"},
        works_on_joint_leave=office.works_on_joint_leave,
    )


def _hours(office_id: int) -> list[HourSet]:
    rows = Session.scalars(
        select(OfficeHours).where(or_(OfficeHours.office_id == office_id, OfficeHours.office_id.is_(None)))
    ).all()
    own = [row for row in rows if row.office_id == office_id] or rows
    return hour_sets((row.valid_from, row.valid_until, row.weekday, row.opens, row.closes) for row in own)
