"""The second step of signing in: a code from an app on the person's own telephone."""

from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.errors import Invalid, NotFound, OfficeError, text
from app.flow.signing_in import INSTALLATION, count_failure, end_sessions, ensure_account
from app.flow.transaction import transaction
from app.people import totp
from app.people.access import Person, person_by_id
from app.people.models import Account, User


class CodeNeeded(OfficeError):
    """The password was right; a code is missing or wrong."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Enter the present code of your authenticator app.",
            errors={"code": [text("The code is missing, wrong or was used before.")]},
        )


def is_on(user_id: int) -> bool:
    """True if this account signs in with a code."""
    return bool(Session.scalar(select(Account.mfa_nonce).where(Account.user_id == user_id)))


def require_code(person: Person, code: str, now: datetime) -> None:
    """Check the code where the account has one; each works once. Raises CodeNeeded."""
    with transaction():
        account = Session.get(Account, person.user_id, with_for_update=True, populate_existing=True)
        if account is None or not account.mfa_nonce:
            return
        step = totp.step_of(totp.secret_of(person.user_id, account.mfa_nonce), code, now, account.mfa_step)
        if step is not None:
            account.mfa_step = step
            return
    if code:
        count_failure(person, now)
    raise CodeNeeded


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
        end_sessions(person.user_id)
        record(INSTALLATION, "account.second_factor_on", person.username, now)
        return _fresh(person.user_id, now)


def turn_off(user_id: int, by: Person, now: datetime) -> None:
    """Ask for no codes any more: after the password was given, or by an administrator for a lost telephone."""
    with transaction():
        user = Session.get(User, user_id)
        account = Session.get(Account, user_id)
        if user is None or account is None:
            raise NotFound("There is no such account.")
        account.mfa_nonce, account.mfa_step = "", 0
        record(INSTALLATION, "account.second_factor_off", by.username, now, account=user.username)


def _fresh(user_id: int, now: datetime) -> Person:
    found = person_by_id(user_id, now)
    if found is None:
        raise NotFound("There is no such account.")
    return found
