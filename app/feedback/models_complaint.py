"""Complaints and questions of the public, kept apart from who sent them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base
from app.people.models import Office


class Complaint(Base):
    """A complaint or question with its ticket and limit. States: received, in_progress, answered, closed.

    `about` are the accounts complained about, `about_role` the role where no name is known: neither they
    nor who holds that role may see it.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("complaint_office_page", "office_id", "id"),
        Index("complaint_open", "due_at", postgresql_where=sql("state IN ('received', 'in_progress')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(String(80), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(64))
    category: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    case_number: Mapped[str] = mapped_column(String(40), default="")
    is_secret: Mapped[bool] = mapped_column(default=False)
    concerns_officer: Mapped[bool] = mapped_column(default=False)
    about: Mapped[list[str]] = mapped_column(default=list)
    about_role: Mapped[str] = mapped_column(String(64), default="")
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    deadline: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(12), default="received")
    handler: Mapped[str | None] = mapped_column(String(80))
    classified_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    outside_reference: Mapped[str] = mapped_column(String(60), default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    registered_by: Mapped[str] = mapped_column(String(80), default="")
    version: Mapped[int] = mapped_column(default=1)
    office: Mapped[Office] = relationship()
    case: Mapped[Case | None] = relationship()

    def __str__(self) -> str:
        return self.ticket


class Complainant(Base):
    """Who sent a complaint, as far as they said; shown masked, and every opening is recorded."""

    __tablename__ = "complainant"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(250), default="")


class ComplaintEntry(Base):
    """What was said on a complaint: an answer of the office, a reply to it, or an inside note."""

    __tablename__ = "complaint_entry"
    __table_args__ = (Index("complaint_entry_complaint", "complaint_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    by: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]
