"""Sign in and out: failures lock the account for a while, and every session ends with the account's epoch."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.chain import record
from app.db import Session
from app.errors import OfficeError
from app.flow.transaction import transaction
from app.people import passwords
from app.people.access import Person, person_by_id
from app.people.models import Account, RateLimit, User
from app.people.registration import find

INSTALLATION = "office:0"
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
COUNTS_KEPT = timedelta(days=1)


class SignInRefused(OfficeError):
    """Wrong name, wrong password, closed or locked account: which of them is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "The user name or password is wrong, or the account is locked. "
            "Five failures lock an account for %(n)d minutes.",
            n=LOCKED_FOR.seconds // 60,
        )


def sign_in(name: str, password: str, now: datetime) -> Person:
    """Check user name (or e-mail address) and password; raise SignInRefused."""
    user = find(name)
    if user is None or not user.active or not _count_attempt(user.id, now):
        passwords.matches(None, password)  # takes as long as a real check
        _note_refusal(name, now)
        raise SignInRefused
    if not passwords.matches(user.password, password):
        _note_refusal(user.username, now)
        raise SignInRefused
    with transaction():
        _note_success(user, now)
        person = person_by_id(user.id, now)
    if person is None:
        raise SignInRefused
    return person


def check_password(person: Person, password: str, now: datetime) -> None:
    """Ask for the password once more before something grave; failures count as failed sign-ins."""
    sign_in(person.username, password, now)


def sign_out(person: Person, now: datetime) -> None:
    """End every session and token of the person."""
    with transaction():
        end_sessions(person.user_id)
        record(INSTALLATION, "account.signed_out", person.username, now)


def end_sessions(user_id: int) -> None:
    """Move the account's epoch on, in the caller's transaction: cookies and tokens of before are dead."""
    ensure_account(user_id)
    Session.execute(update(Account).where(Account.user_id == user_id).values(epoch=Account.epoch + 1))


def forget_counts(now: datetime) -> None:
    """Drop rate limits whose window is long over; each address that ever came would leave a row."""
    with transaction():
        Session.execute(delete(RateLimit).where(RateLimit.began_at < now - COUNTS_KEPT))


def ensure_account(user_id: int) -> None:
    """Make the account's side row where an older user has none."""
    Session.execute(insert(Account).values(user_id=user_id).on_conflict_do_nothing())


def _count_attempt(user_id: int, now: datetime) -> bool:
    """Count an attempt before it is judged: parallel guesses must not overtake the lock. False if locked."""
    is_over = Account.locked_until <= now
    failures = case((is_over, 1), else_=Account.failed_logins + 1)
    with transaction():
        ensure_account(user_id)
        counted = Session.execute(
            update(Account)
            .where(Account.user_id == user_id, or_(Account.locked_until.is_(None), is_over))
            .values(
                failed_logins=failures,
                locked_until=case((failures >= FAILURES, now + LOCKED_FOR), else_=None),
            )
            .returning(Account.user_id)
        ).one_or_none()
    return counted is not None


def _note_refusal(name: str, now: datetime) -> None:
    with transaction():
        record(INSTALLATION, "account.sign_in_refused", name[:80], now)


def _note_success(user: User, now: datetime) -> None:
    reset = update(Account).where(Account.user_id == user.id).values(failed_logins=0, locked_until=None)
    Session.execute(reset)
    user.last_login = now.replace(tzinfo=None)  # Flask-AppBuilder's column knows no zone
    user.login_count = (user.login_count or 0) + 1
    record(INSTALLATION, "account.signed_in", user.username, now)
