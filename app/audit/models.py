"""The audit trail: append-only events in hash chains, one chain per case and one per office."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AuditHead(Base):
    """The last event of a chain; locking this row orders the events of the chain."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")


class AuditEvent(Base):
    """One thing that happened; a trigger refuses to change or delete it."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("audit_event_chain", "chain", "seq", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditRoot(Base):
    """A day's signed digest over the heads of all chains."""

    __tablename__ = "audit_root"

    on: Mapped[date] = mapped_column("on", Date, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    chains: Mapped[int]
    signature: Mapped[str]
    made_at: Mapped[datetime]
