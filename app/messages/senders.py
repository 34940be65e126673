"""Who sent a message from outside: the office whose key or credentials it carries, or the house's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.db import Session
from app.messages import oss
from app.messages.models_outside import Connection
from app.messages.sealing import unseal
from app.messages.signature import is_signed

MINISTRY_ZONE = ZoneInfo("Asia/Jakarta")
MIDNIGHT = timedelta(minutes=10)  # a token made before midnight may arrive after it
HOUSE_USERNAME = "oss"  # of the credentials that serve all offices (keys/inbound_oss, DEMO_INBOUND_KEY)


@dataclass(frozen=True)
class Sender:
    """An authenticated sender, for one office or (None) for all; a disabled office takes nothing."""

    office_id: int | None = None
    is_enabled: bool = True


def signer(system: str, stamp: str, body: bytes, given: str, house_key: str) -> Sender | None:
    """Whoever signed this body, if anybody did whose key is known."""
    for row in _with_secret(system):
        if is_signed(unseal(row.inbound_secret), stamp, body, given):
            return Sender(row.office_id, row.is_enabled)
    return Sender() if is_signed(house_key, stamp, body, given) else None


def bearer(token: str, nib: str, house_key: str, now: datetime) -> list[Sender]:
    """Those whose credentials make this `Token` for a NIB today; several offices may share one account."""
    days = sorted({f"{(now + shift).astimezone(MINISTRY_ZONE):%Y%m%d}" for shift in (-MIDNIGHT, MIDNIGHT)})
    found = [
        Sender(row.office_id, row.is_enabled)
        for row in _with_secret("oss")
        if oss.is_token(token, oss.tokens(row.inbound_username, unseal(row.inbound_secret), nib, days))
    ]
    is_house = bool(house_key) and oss.is_token(token, oss.tokens(HOUSE_USERNAME, house_key, nib, days))
    return found or ([Sender()] if is_house else [])


def _with_secret(system: str) -> list[Connection]:
    query = select(Connection).where(Connection.system == system, Connection.inbound_secret != "")
    return [row for row in Session.scalars(query.order_by(Connection.id)) if unseal(row.inbound_secret)]
