"""Codes that prove a telephone number: six digits, derived from a nonce and the secret key, never stored."""

import hashlib
import hmac
import secrets

from app.settings import secret_key

DIGITS = 6


def new_nonce() -> str:
    """What the database keeps: worthless without the installation's secret key."""
    return secrets.token_hex(16)


def code_of(nonce: str) -> str:
    """The code that is sent."""
    digest = hmac.new(secret_key().encode(), f"phone_code:{nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_right(nonce: str, written: str) -> bool:
    """Compare what somebody typed, in a time that tells nothing."""
    typed = "".join(written.split())
    return hmac.compare_digest(code_of(nonce).encode(), typed.encode())
