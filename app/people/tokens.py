"""Access tokens of the API: signed, eight hours long, dead as soon as the account's epoch moves on."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

import jwt

ALGORITHM = "HS256"
LIFETIME_SECONDS = 8 * 3600


class InvalidToken(Exception):
    """The token is malformed, forged, too old or no access token at all."""


@dataclass(frozen=True)
class Claim:
    """Whom a token speaks for, and the epoch of the account when it was issued."""

    user_id: int
    epoch: int


def signing_key(secret: str) -> str:
    """A key of its own for tokens, so that no session cookie can ever be read as a token."""
    return hmac.new(secret.encode(), b"access-token", hashlib.sha256).hexdigest()


def issue(user_id: int, epoch: int, key: str) -> str:
    """Sign a token; the claims are those that flask-jwt-extended looks for."""
    issued = int(time.time())
    claims = {
        "sub": str(user_id),
        "epoch": epoch,
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFETIME_SECONDS,
        "jti": secrets.token_urlsafe(12),
        "type": "access",
        "fresh": False,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def read(token: str, key: str) -> Claim:
    """Check signature and time of a token."""
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], options={"require": ["exp", "sub"]})
        if claims.get("type") != "access":
            raise InvalidToken
        return Claim(int(claims["sub"]), int(claims["epoch"]))
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise InvalidToken from error
