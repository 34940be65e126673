"""Keep secrets of outside systems sealed in the database, under a key derived from SECRET_KEY."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from app.settings import secret_key


def seal(secret: str) -> str:
    """What the database keeps; an empty secret stays empty."""
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The secret, or nothing where it was sealed under another SECRET_KEY: it must be entered anew."""
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def _box() -> Fernet:
    key = hmac.new(secret_key().encode(), b"outside secrets", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
