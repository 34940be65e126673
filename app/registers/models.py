"""The books of an office and the series its numbers come from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.db import Base
from app.people.models import Office


class NumberSeries(Base):
    """The last number taken from a book's series in a year; locking the row makes numbers gapless."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("office_id", "series", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    series: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)
    office: Mapped[Office] = relationship()


class RegisterEntry(Base):
    """A line of a book: incoming, outgoing, permits or dispatch; never deleted, only voided."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint(
            "office_id", "book", "series", "year", "seq", "inserted", name="register_entry_line"
        ),
        Index("register_entry_book", "office_id", "book", "id"),
        Index("register_entry_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    book: Mapped[str] = mapped_column(String(12))
    series: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    seq: Mapped[int]
    inserted: Mapped[int] = mapped_column(default=0, server_default="0")
    number: Mapped[str] = mapped_column(String(120))
    on: Mapped[date] = mapped_column("on", Date)
    subject: Mapped[str]
    counterpart: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    case: Mapped[Case | None] = relationship()
    office: Mapped[Office] = relationship()

    @property
    def line_number(self) -> str:
        """The number of the line in its book; one inserted later has a letter behind it: 123.a."""
        return f"{self.seq}{inserted_mark(self.inserted)}"


class Printout(Base):
    """A long print made in the background: what was asked, how far it is, and the file when it is done."""

    __tablename__ = "printout"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    ask: Mapped[dict[str, Any]]
    lines: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    sha256: Mapped[str | None] = mapped_column(String(64))


def inserted_mark(inserted: int) -> str:
    """What stands behind a number that was inserted: nothing, `.a`, `.b` and so on."""
    return f".{chr(ord('a') + inserted - 1)}" if inserted else ""
