"""How each office reaches each outside system, whose reference a case has there, and what does not agree."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base
from app.people.models import Office


class Connection(Base):
    """How an office and an outside system reach each other: mode (manual, simulator, api), sealed secrets.

    `username` and `secret` are for calls of ours, `inbound_username` and `inbound_secret` for calls to us.
    """

    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("office_id", "system"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    system: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(10), default="manual")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    base_url: Mapped[str] = mapped_column(default="")
    username: Mapped[str] = mapped_column(String(80), default="")
    secret: Mapped[str] = mapped_column(default="")
    inbound_username: Mapped[str] = mapped_column(String(80), default="")
    inbound_secret: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(default="")
    tested_at: Mapped[datetime | None]
    test_status: Mapped[int | None]
    office: Mapped[Office] = relationship()


class CaseReference(Base):
    """The name that an outside system has for a case (OSS: id_izin); its messages are matched by it."""

    __tablename__ = "case_reference"
    __table_args__ = (UniqueConstraint("office_id", "system", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    system: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(120))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()


class Reconciliation(Base):
    """One day's comparison of an office's open cases with what an outside system says of them."""

    __tablename__ = "reconciliation"
    __table_args__ = (UniqueConstraint("office_id", "system", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    system: Mapped[str] = mapped_column(String(20))
    on: Mapped[date] = mapped_column("on", Date)
    asked: Mapped[int] = mapped_column(default=0)
    different: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    office: Mapped[Office] = relationship()


class Difference(Base):
    """An outside system says another status than was sent; open until they agree or a person settles it."""

    __tablename__ = "difference"
    __table_args__ = (
        Index(
            "difference_open", "case_id", "system", unique=True, postgresql_where=sql("settled_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    system: Mapped[str] = mapped_column(String(20))
    ours: Mapped[str] = mapped_column(default="")
    theirs: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(default="")
    case: Mapped[Case] = relationship()
