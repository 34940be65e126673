"""The one-time link to the survey of a case: derived from its number, kept only as a hash, gone once used."""

import base64
import hashlib
import hmac
from datetime import date

from sqlalchemy import select

from app.db import Session
from app.feedback.models import SurveyInvitation
from app.settings import public_url, secret_key

CODE_BYTES = 20


def code_of(number: str) -> str:
    """The 160 secret bits of a case's link; only the installation's key leads from one to the other."""
    digest = hmac.new(secret_key().encode(), f"survey:{number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:CODE_BYTES]).decode().lower()


def hash_of(code: str) -> str:
    """What the database keeps of a code."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def url_of(number: str) -> str:
    """The address of the survey of a case."""
    return f"{public_url()}/survey/{code_of(number)}"


def find(code: str, on: date) -> SurveyInvitation | None:
    """The open invitation behind a code; None where it is unknown, over, or answered."""
    query = select(SurveyInvitation).where(
        SurveyInvitation.code_hash == hash_of(code), SurveyInvitation.expires_on >= on
    )
    return Session.scalar(query)


def open_code(number: str, on: date) -> str | None:
    """The code of a case whose survey waits to be answered."""
    code = code_of(number)
    return code if find(code, on) else None
