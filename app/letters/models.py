"""Letters of a case: drafts, their initials, and what was signed, numbered and delivered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base


class Letter(Base):
    """One version of a letter: draft, initialed, approved, signed, delivered, void, replaced or revoked.

    `approved` waits for the signature by hand: the print with its number is made, then the scan comes back.
    A letter in force stays so while the one that is to replace it is drafted; its `ended_*` say why already.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("letter_case", "case_id", "slot"),
        Index("letter_code", "verify_code", unique=True, postgresql_where=sql("verify_code IS NOT NULL")),
        Index(
            "letter_open",
            "case_id",
            "slot",
            unique=True,
            postgresql_where=sql("status IN ('draft', 'initialed', 'approved')"),
        ),
        Index(
            "letter_in_force",
            "case_id",
            "slot",
            unique=True,
            postgresql_where=sql("status IN ('signed', 'delivered')"),
        ),
        Index("letter_hash", "pdf_sha256", postgresql_where=sql("pdf_sha256 IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    slot: Mapped[str] = mapped_column(String(64))
    template: Mapped[str] = mapped_column(String(120))
    template_revision: Mapped[int]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(String(10), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    step: Mapped[str] = mapped_column(String(64))
    context: Mapped[dict[str, Any]]
    text_hash: Mapped[str] = mapped_column(String(64))
    drafted_by: Mapped[str] = mapped_column(String(80))
    drafted_at: Mapped[datetime]
    number: Mapped[str | None] = mapped_column(String(120))
    number_entry_id: Mapped[int | None]
    signed_by: Mapped[str | None] = mapped_column(String(80))
    signer_title: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    signature: Mapped[str] = mapped_column(String(10), default="electronic", server_default="electronic")
    print_sha256: Mapped[str | None] = mapped_column(String(64))
    scan_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    verify_code: Mapped[str | None] = mapped_column(String(40))
    is_trial: Mapped[bool] = mapped_column(default=True)
    number_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    delivered_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="")
    ended_basis: Mapped[str] = mapped_column(default="", server_default="")
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship()
    initials: Mapped[list["Initial"]] = relationship(order_by="Initial.id", back_populates="letter")


class Initial(Base):
    """A recorded approval (paraf) of a draft's exact text; void after a return to its step or before."""

    __tablename__ = "initial"
    __table_args__ = (Index("initial_letter", "letter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    step: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(80))
    name: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10), default="initial")
    text_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    void_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")
    letter: Mapped[Letter] = relationship(back_populates="initials")
