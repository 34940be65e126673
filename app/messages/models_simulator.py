"""The memory of the simulated outside systems: what they took, and how they shall fail."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SimulatedReceipt(Base):
    """What the simulated system holds, by permit and status code; a repetition only counts up."""

    __tablename__ = "simulated_receipt"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    system: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, Any]]
    times: Mapped[int] = mapped_column(default=1)
    taken_at: Mapped[datetime | None]


class SimulatedFault(Base):
    """The next answers of the simulated system, oldest first: 504, 500, 401, 400, late (taken, no answer)."""

    __tablename__ = "simulated_fault"

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(8))
