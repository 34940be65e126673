"""The satisfaction survey: open invitations, answers that lead to nobody, public indexes, follow-up."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.feedback.elements import ELEMENTS
from app.people.models import Office


class SurveyInvitation(Base):
    """A link to be answered once; answering removes it, and nothing in it names the case or a person."""

    __tablename__ = "survey_invitation"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str] = mapped_column(String(120))
    expires_on: Mapped[date] = mapped_column(Date)


class SurveyAnswer(Base):
    """One respondent's answers: no case, no account, no address, no day; its id is drawn by lot.

    The nine elements of PermenPAN-RB 14/2017 are whole numbers from 1 to 4.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("survey_answer_period", "office_id", "service", "month"),
        *(CheckConstraint(f"{key} BETWEEN 1 AND 4", f"survey_answer_{key}") for key in ELEMENTS),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str] = mapped_column(String(120))
    month: Mapped[date] = mapped_column(Date)
    requirements: Mapped[int] = mapped_column(Integer)
    procedure: Mapped[int] = mapped_column(Integer)
    time: Mapped[int] = mapped_column(Integer)
    cost: Mapped[int] = mapped_column(Integer)
    product: Mapped[int] = mapped_column(Integer)
    competence: Mapped[int] = mapped_column(Integer)
    conduct: Mapped[int] = mapped_column(Integer)
    complaints: Mapped[int] = mapped_column(Integer)
    facilities: Mapped[int] = mapped_column(Integer)
    age: Mapped[str] = mapped_column(String(12), default="")
    sex: Mapped[str] = mapped_column(String(12), default="")
    education: Mapped[str] = mapped_column(String(12), default="")
    occupation: Mapped[str] = mapped_column(String(12), default="")
    suggestion: Mapped[str] = mapped_column(default="")


class SurveyPublication(Base):
    """The index of a service over a period as an office made it public."""

    __tablename__ = "survey_publication"
    __table_args__ = (Index("survey_publication_latest", "service", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str] = mapped_column(String(120))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    index: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    grade: Mapped[str] = mapped_column(String(1))
    respondents: Mapped[int]
    weight: Mapped[str] = mapped_column(String(12))
    published_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime]
    office: Mapped[Office] = relationship()


class FollowUp(Base):
    """What an office undertakes after a survey: for which element, what, who, until when, and when done."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_service", "office_id", "service"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service: Mapped[str] = mapped_column(String(120))
    element: Mapped[str] = mapped_column(String(16))
    action: Mapped[str]
    responsible: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(default="")
    office: Mapped[Office] = relationship()

    def __str__(self) -> str:
        return self.action


def scores(answer: SurveyAnswer) -> dict[str, Any]:
    """The nine answers by element."""
    return {key: getattr(answer, key) for key in ELEMENTS}
