"""Codes of an authenticator app (RFC 6238): six digits, half a minute each; no secret is stored."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

from app.settings import secret_key

STEP_SECONDS = 30
DIGITS = 6
SLACK = 1  # a clock may be one step early or late


def new_nonce() -> str:
    """What the database keeps: worthless without the installation's secret key."""
    return secrets.token_hex(16)


def secret_of(user_id: int, nonce: str) -> bytes:
    """The secret that the person's app shares with us."""
    message = f"totp:{user_id}:{nonce}".encode()
    return hmac.new(secret_key().encode(), message, hashlib.sha256).digest()[:20]


def written(secret: bytes) -> str:
    """The secret as it is typed into an app."""
    return base64.b32encode(secret).decode()


def address(secret: bytes, username: str) -> str:
    """What the QR code says."""
    return f"otpauth://totp/Alur%20Izin:{quote(username)}?secret={written(secret)}&issuer=Alur%20Izin"


def step_of(secret: bytes, code: str, now: datetime, after: int = 0) -> int | None:
    """The step whose code this is, if it is due now and later than the last one used; else None."""
    wanted = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    if not (wanted.isascii() and wanted.isdigit()):
        return None
    steps = range(max(present - SLACK, after + 1), present + SLACK + 1)
    return next((step for step in steps if hmac.compare_digest(code_of(secret, step), wanted)), None)


def code_of(secret: bytes, step: int) -> str:
    """The code of a step (RFC 4226, section 5.3)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
