"""The ways to a person's telephone: which were proved by a code, and which are switched on."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PhoneChannel(Base):
    """One way to an account's telephone; it counts only while `phone` is still the account's number."""

    __tablename__ = "phone_channel"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), default="")
    verified_at: Mapped[datetime | None]
    is_on: Mapped[bool] = mapped_column(default=False)
    nonce: Mapped[str] = mapped_column(String(32), default="")
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sends: Mapped[int] = mapped_column(default=0)
    sends_since: Mapped[datetime | None]
