"""Cases and their tasks, decisions, corrections and attachments."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.people.models import Office, Party


class Case(Base):
    """One application on its way through one revision of one process."""

    __tablename__ = "case"
    __table_args__ = (
        Index("case_party", "party_id"),
        Index("case_office_page", "office_id", "id"),
        Index("case_deemed", "deemed_due_at", postgresql_where=sql("deemed_due_at IS NOT NULL")),
        Index("case_applicant", "applicant_id", postgresql_where=sql("applicant_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    service: Mapped[str] = mapped_column(String(120))
    process: Mapped[str] = mapped_column(String(120))
    process_revision: Mapped[int]
    form_revision: Mapped[int]
    status: Mapped[str] = mapped_column(String(24), default="draft")
    result: Mapped[str | None] = mapped_column(String(16))
    permit_status: Mapped[str] = mapped_column(String(16), default="none")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    joins: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    clock_started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    deemed_due_at: Mapped[datetime | None]
    deemed_at: Mapped[datetime | None]
    deemed_alarms: Mapped[int] = mapped_column(default=0, server_default="0")
    secret_hash: Mapped[str] = mapped_column(String(64), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    office: Mapped[Office] = relationship()
    party: Mapped[Party | None] = relationship()

    def __str__(self) -> str:
        return self.number


class Task(Base):
    """A step that waits for somebody, or (`wait`) for an outside message: open until done or cancelled."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_inbox",
            "office_id",
            "role",
            sql("coalesce(due_at, 'infinity'::timestamptz)"),
            "id",
            postgresql_where=sql("state = 'open'"),
        ),
        Index(
            "task_beside",
            "also_roles",
            postgresql_using="gin",
            postgresql_ops={"also_roles": "jsonb_path_ops"},
            postgresql_where=sql("state = 'open' AND also_roles IS NOT NULL"),
        ),
        Index("task_case", "case_id", "id"),
        Index("task_late", "due_at", postgresql_where=sql("state = 'open' AND alerted_at IS NULL")),
        Index("task_wait", "correlation", postgresql_where=sql("state = 'open' AND kind = 'wait'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    step: Mapped[str] = mapped_column(String(64))
    no: Mapped[str | None] = mapped_column(String(8))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8), default="task")
    role: Mapped[str] = mapped_column(String(64))
    also_roles: Mapped[list[str] | None]
    clock: Mapped[str] = mapped_column(String(12), default="office")
    assignees: Mapped[list[str] | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None]
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    deadline: Mapped[list[Any]] = mapped_column(default=list)
    remaining: Mapped[dict[str, Any] | None]
    form_revision: Mapped[int | None]
    message: Mapped[str | None] = mapped_column(String(120))
    correlation: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    completed_by: Mapped[str | None] = mapped_column(String(80))
    completed_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[Case] = relationship()

    @property
    def full_title(self) -> str:
        """The title behind its number, as the SOP prints them."""
        return f"{self.no}. {self.title}" if self.no else self.title


class Decision(Base):
    """What a table said of the facts of a task, with the revision, rows, reasons and law."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_case", "case_id"), Index("decision_table", "table", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    step: Mapped[str] = mapped_column(String(64))
    table: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    facts: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(64))
    outputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rows: Mapped[list[Any]]
    reasons: Mapped[list[Any]]
    laws: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))


class Correction(Base):
    """One thing the applicant is to put right: a document, a field or in words. States: asked, answered.

    `before` and `after` hold what stood there when it was asked and when it was answered: {"value": …} or
    {"files": [id, …]}.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("correction_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    item: Mapped[str]
    requirement: Mapped[str | None] = mapped_column(String(64))
    field: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sql("'{}'"))
    after: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sql("'{}'"))
    reply: Mapped[str] = mapped_column(default="", server_default="")


class CorrectionRound(Base):
    """A time that a file went back to its applicant: when to remind, and when it is closed unanswered."""

    __tablename__ = "correction_round"
    __table_args__ = (
        Index("correction_round_due", "next_at", postgresql_where=sql("next_at IS NOT NULL")),
        Index("correction_round_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Attachment(Base):
    """A file brought to a case; a newer one replaces it and the old one stays."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_case", "case_id"), UniqueConstraint("case_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    requirement: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    is_internal: Mapped[bool] = mapped_column(default=False)
    replaced_at: Mapped[datetime | None]
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime]


class CaseCounter(Base):
    """The last registration number of an office and year."""

    __tablename__ = "case_counter"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
