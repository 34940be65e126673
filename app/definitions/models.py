"""Definitions as rows: every published text is a revision that never changes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Revision(Base):
    """One text of one definition. States: published, superseded, conflict, discarded.

    A withdrawal has no text: from it on the definition is not in force.
    """

    __tablename__ = "definition_revision"
    __table_args__ = (
        UniqueConstraint("kind", "key", "number"),
        Index("definition_revision_state", "kind", "key", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(12), default="web")
    base_number: Mapped[int | None]
    is_withdrawal: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    effective_on: Mapped[date | None] = mapped_column(Date)


class CatalogueVersion(Base):
    """One row: raised by every publish, read by every transaction."""

    __tablename__ = "catalogue_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class FileProblem(Base):
    """Why a file on disk is not in force; gone when it is. `message` is a msgid, `params` what it names."""

    __tablename__ = "file_problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    path: Mapped[str] = mapped_column(default="")
    line: Mapped[int | None]
    message: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen_at: Mapped[datetime]
