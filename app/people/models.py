"""Offices, accounts, parties and who acts for whom, in which role, from when until when."""

from datetime import date, datetime, time
from typing import Any

from flask_appbuilder.security.sqla.models import User as User  # exported: verbs must not know FAB
from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Office(Base):
    """An office that grants licences: its letterhead, calendar and outside codes."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    government: Mapped[str]
    place: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    region_code: Mapped[str] = mapped_column(String(10), default="")
    unit_code: Mapped[str] = mapped_column(String(40), default="")
    head_title: Mapped[str] = mapped_column(default="Kepala Dinas")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    works_on_joint_leave: Mapped[bool] = mapped_column(default=False)
    signature_mode: Mapped[str] = mapped_column(String(12), default="electronic")
    publishing_needs_second: Mapped[bool] = mapped_column(default=False, server_default="false")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def __str__(self) -> str:
        return self.short_name


class Holiday(Base):
    """A day on which an office (or, without office, every office) does not work."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("office_id", "on", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    on: Mapped[date] = mapped_column("on", Date)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(12), default="public")
    office: Mapped[Office | None] = relationship()


class OfficeHours(Base):
    """Opening hours of one weekday (0 = Monday) within a dated set; Ramadan has a set of its own."""

    __tablename__ = "office_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    weekday: Mapped[int]
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)
    office: Mapped[Office | None] = relationship()


class Account(Base):
    """What an account needs beside Flask-AppBuilder's user row: session epoch, lockout, rank and number."""

    __tablename__ = "account"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(default=0)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    phone: Mapped[str] = mapped_column(String(20), default="")
    nip: Mapped[str] = mapped_column(String(18), default="")
    rank: Mapped[str] = mapped_column(default="")
    display_name: Mapped[str] = mapped_column(default="")
    reset_hash: Mapped[str | None] = mapped_column(String(64))
    reset_until: Mapped[datetime | None]
    confirm_hash: Mapped[str | None] = mapped_column(String(64))
    email_confirmed_at: Mapped[datetime | None]
    mfa_nonce: Mapped[str] = mapped_column(String(32), default="", server_default="")
    mfa_step: Mapped[int] = mapped_column(default=0, server_default="0")
    daily_digest: Mapped[bool] = mapped_column(default=False, server_default="false")
    digest_on: Mapped[date | None] = mapped_column(Date)
    user: Mapped[User] = relationship()


class RoleTitle(Base):
    """A role of rules/roles.yaml as last published: what appointments choose from."""

    __tablename__ = "role_title"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16), default="staff")

    def __str__(self) -> str:
        return self.title


class PermissionVersion(Base):
    """One row: raised whenever a role gains or loses a permission, so that every process drops its cache."""

    __tablename__ = "permission_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class RateLimit(Base):
    """How often something happened within the window that began last; for all processes, lost in a crash."""

    __tablename__ = "rate_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    began_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)


class Appointment(Base):
    """A person holds a role in an office; this alone decides tasks and role membership."""

    __tablename__ = "appointment"
    __table_args__ = (Index("appointment_lookup", "user_id", "role", "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    role: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    title: Mapped[str] = mapped_column(default="")
    capacity: Mapped[str] = mapped_column(String(12), default="definitive")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    decree: Mapped[str] = mapped_column(default="")
    user: Mapped[User] = relationship()
    office: Mapped[Office | None] = relationship()


class SignerKey(Base):
    """A signer's certificate; its key is a PKCS#12 file in DATA_DIR/keys under a passphrase of its own."""

    __tablename__ = "signer_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    file_name: Mapped[str]
    serial: Mapped[str]
    subject: Mapped[str]
    valid_until: Mapped[datetime]
    is_trial: Mapped[bool] = mapped_column(default=True)
    revoked_at: Mapped[datetime | None]


class Party(Base):
    """The company (by NIB) or person (by NIK) a case belongs to."""

    __tablename__ = "party"
    __table_args__ = (
        Index("party_nib", "nib", unique=True, postgresql_where=sql("nib <> ''")),
        Index("party_nik", "nik", unique=True, postgresql_where=sql("nik <> ''")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), default="company")
    name: Mapped[str]
    nib: Mapped[str] = mapped_column(String(13), default="")
    nik: Mapped[str] = mapped_column(String(16), default="")
    npwp: Mapped[str] = mapped_column(String(16), default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(default="")

    def __str__(self) -> str:
        return self.name


class Representative(Base):
    """An account that acts for a party; the first filer provisionally, until the front office confirms."""

    __tablename__ = "representative"
    __table_args__ = (UniqueConstraint("party_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    party: Mapped[Party] = relationship()
    user: Mapped[User] = relationship()
