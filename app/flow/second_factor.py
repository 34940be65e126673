"""Turn the second step of signing in on and off: a code from an app on the person's own telephone."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.errors import Invalid, NotFound, text
from app.flow.signing_in import INSTALLATION, end_sessions, ensure_account
from app.flow.transaction import transaction
from app.people import totp
from app.people.access import Person, person_by_id
from app.people.models import Account, User


def is_on(user_id: int) -> bool:
    """True if this account signs in with a code."""
    return bool(Session.scalar(select(Account.mfa_nonce).where(Account.user_id == user_id)))


def turn_on(person: Person, nonce: str, code: str, now: datetime) -> Person:
    """Ask for codes from now on, once the person's app has shown a right one; other sessions end."""
    step = totp.step_of(totp.secret_of(person.user_id, nonce), code, now)
    if step is None:
        sentence = text("Look again: the code changes every half minute.")
        raise Invalid("The code does not fit.", errors={"code": [sentence]})
    with transaction():
        ensure_account(person.user_id)
        account = Session.get_one(Account, person.user_id)
        account.mfa_nonce, account.mfa_step = nonce, step
        Session.flush()
        end_sessions(person.user_id)
        record(INSTALLATION, "account.second_factor_on", person.username, now)
        fresh = person_by_id(person.user_id, now)
    if fresh is None:
        raise NotFound("There is no such account.")
    return fresh


def turn_off(user_id: int, by: Person, now: datetime) -> None:
    """Ask for no codes any more: the password was given, or an administrator helps with a lost telephone."""
    with transaction():
        user = Session.get(User, user_id)
        account = Session.get(Account, user_id)
        if user is None or account is None:
            raise NotFound("There is no such account.")
        account.mfa_nonce, account.mfa_step = "", 0
        record(INSTALLATION, "account.second_factor_off", by.username, now, account=user.username)
