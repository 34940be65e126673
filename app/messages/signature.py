"""The signature of messages between systems: HMAC-SHA256 over `timestamp.body`, in hexadecimal digits."""

import hashlib
import hmac


def sign(key: str, stamp: str, body: bytes) -> str:
    """The signature of a body sent at `stamp` (seconds since 1970)."""
    return hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(key: str, stamp: str, body: bytes, given: str) -> bool:
    """True if whoever sent this knows the key; an empty key signs nothing."""
    return bool(key) and hmac.compare_digest(sign(key, stamp, body).encode(), given.lower().encode())
