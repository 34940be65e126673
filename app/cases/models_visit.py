"""Visits of the technical team to a place, and what was found there before the report is drawn up."""

from datetime import date, datetime, time

from sqlalchemy import Date, ForeignKey, Index, String, Time
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base
from app.people.models import Office


class Visit(Base):
    """When the technical team goes to see a place. States: planned, done, cancelled."""

    __tablename__ = "visit"
    __table_args__ = (Index("visit_office", "office_id", "on"), Index("visit_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    on: Mapped[date] = mapped_column("on", Date)
    starts: Mapped[time | None] = mapped_column(Time)
    place: Mapped[str]
    members: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10), default="planned")
    note: Mapped[str] = mapped_column(default="")
    planned_by: Mapped[str] = mapped_column(String(80))
    planned_at: Mapped[datetime]
    case: Mapped[Case] = relationship()
    office: Mapped[Office] = relationship()

    def __str__(self) -> str:
        return f"{self.on:%d-%m-%Y} {self.place}"


class Finding(Base):
    """One thing seen at the place."""

    __tablename__ = "finding"
    __table_args__ = (Index("finding_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    aspect: Mapped[str]
    stated: Mapped[str] = mapped_column(default="")
    found: Mapped[str]
    fits: Mapped[bool] = mapped_column(default=True)
    noted_by: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime]
    case: Mapped[Case] = relationship()
    visit: Mapped[Visit | None] = relationship()
