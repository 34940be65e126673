"""Messages in and out: the row is the truth, a job only wakes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base


class Message(Base):
    """A message out or in.

    Out: queued, unknown (sent without answer), manual (a person carries it), stopped (a person must act),
    done. In: done, unmatched (kept, a person must see to it), refused (it contradicts one that was taken),
    dismissed.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_due", "next_at", postgresql_where=sql("state IN ('queued', 'unknown')")),
        Index("message_case", "case_id"),
        Index("message_dedupe", "dedupe_key", unique=True),
        Index(
            "message_to_see",
            "office_id",
            postgresql_where=sql("state IN ('stopped', 'manual', 'unmatched', 'refused')"),
        ),
        Index("message_signature", "signature", postgresql_where=sql("signature IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(String(4))
    channel: Mapped[str] = mapped_column(String(20))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    name: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(default="")
    correlation: Mapped[str | None] = mapped_column(String(120))
    dedupe_key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    signature: Mapped[str | None] = mapped_column(String(64))
    seen_by: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    case: Mapped[Case | None] = relationship()
