"""What administrators are working on: drafts, and the change sets in which they go live together."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class ChangeSet(Base):
    """Changes that go live together. States: editing, proposed, scheduled, published, discarded."""

    __tablename__ = "change_set"
    __table_args__ = (Index("change_set_state", "state", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(String(12), default="editing")
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    effective_on: Mapped[date | None] = mapped_column(Date)
    proposed_by: Mapped[str] = mapped_column(String(80), default="")
    proposed_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    published_by: Mapped[str] = mapped_column(String(80), default="")
    published_at: Mapped[datetime | None]
    restores_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    drafts: Mapped[list["Draft"]] = relationship(back_populates="change_set", order_by="Draft.id")

    def __str__(self) -> str:
        return self.title


class Draft(Base):
    """A text that is not in force. States: open, held (its set waits), published, discarded.

    `base_number` is the revision it changes, None for a new definition; `version` grows with every save.
    A withdrawal takes the definition out of force and has no text. `published_number` is the revision that
    came of it.
    """

    __tablename__ = "draft"
    __table_args__ = (
        Index("draft_open", "kind", "key", unique=True, postgresql_where=sql("state = 'open'")),
        Index("draft_change_set", "change_set_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    base_number: Mapped[int | None]
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12), default="open")
    note: Mapped[str] = mapped_column(default="")
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    editors: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    published_number: Mapped[int | None]
    change_set: Mapped[ChangeSet | None] = relationship(back_populates="drafts")

    @property
    def author(self) -> str:
        """Who changed it last."""
        return self.editors[-1] if self.editors else ""


class ChangeSetComment(Base):
    """What somebody said about a change set."""

    __tablename__ = "change_set_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id"), index=True)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
