"""Sign in and out: failures lock the account for a while, and every session ends with the account's epoch."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.chain import record
from app.db import Session
from app.errors import OfficeError, text
from app.flow.transaction import transaction
from app.people import passwords, totp
from app.people.access import Person, person_by_id
from app.people.models import Account, RateLimit, User
from app.people.registration import find

INSTALLATION = "office:0"
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
COUNTS_KEPT = timedelta(days=1)


REFUSED = text(
    "The user name or password is wrong, or the account is locked. "
    "Five failures lock an account for %(n)d minutes."
)
ENTER_CODE = text("Enter the present code of your authenticator app.")


class SignInRefused(OfficeError):
    """Wrong name, wrong password, closed or locked account: which of them is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__(REFUSED.msgid, n=LOCKED_FOR.seconds // 60)


class CodeNeeded(OfficeError):
    """The password was right; the code of the person's app is missing or wrong."""

    status = 401

    def __init__(self, user_id: int, epoch: int) -> None:
        sentence = text("The code is missing, wrong or was used before.")
        super().__init__(ENTER_CODE.msgid, errors={"code": [sentence]})
        self.user_id, self.epoch = user_id, epoch


def sign_in(name: str, password: str, now: datetime, code: str = "") -> Person:
    """Check user name (or e-mail address), password and, where the account has one, the code.

    Raises SignInRefused, or CodeNeeded where only the code is missing or wrong.
    """
    user = find(name)
    if user is None or not user.active or not _count_attempt(user.id, now):
        passwords.matches(None, password)  # takes as long as a real check
        _note_refusal(user, now)
        raise SignInRefused
    if not passwords.matches(user.password, password):
        _note_refusal(user, now)
        raise SignInRefused
    return _finish(user, code, now)


def finish_sign_in(user_id: int, epoch: int, code: str, now: datetime) -> Person:
    """Check the code of somebody whose password was right a moment ago; raises as `sign_in` does."""
    user = Session.get(User, user_id)
    account = Session.get(Account, user_id)
    if user is None or not user.active or account is None or account.epoch != epoch:
        raise SignInRefused
    if not _count_attempt(user_id, now):
        _note_refusal(user, now)
        raise SignInRefused
    return _finish(user, code, now)


def _finish(user: User, code: str, now: datetime) -> Person:
    """Let somebody in whose password is right, if the code is, too. A missing code is no failed attempt."""
    with transaction():
        account = Session.get_one(Account, user.id, with_for_update=True, populate_existing=True)
        is_in = _fits(account, code, now)
        if is_in:
            _note_success(user, account, now)
        elif code:
            record(INSTALLATION, "account.code_refused", user.username, now)
        else:
            account.failed_logins, account.locked_until = max(account.failed_logins - 1, 0), None
        epoch, person = account.epoch, person_by_id(user.id, now)
    if not is_in:
        raise CodeNeeded(user.id, epoch)
    if person is None:
        raise SignInRefused
    return person


def _fits(account: Account, code: str, now: datetime) -> bool:
    """True if the account asks for no code, or this is the one that is due; each works once."""
    if not account.mfa_nonce:
        return True
    step = totp.step_of(totp.secret_of(account.user_id, account.mfa_nonce), code, now, account.mfa_step)
    account.mfa_step = step or account.mfa_step
    return step is not None


def check_password(person: Person, password: str, now: datetime) -> None:
    """Ask for the password once more before something grave; failures count. Raises SignInRefused."""
    user = Session.get_one(User, person.user_id)
    if not _count_attempt(user.id, now) or not passwords.matches(user.password, password):
        _note_refusal(user, now)
        raise SignInRefused
    with transaction():
        forgiven = update(Account).where(Account.user_id == user.id)
        Session.execute(forgiven.values(failed_logins=0, locked_until=None))


def count_wrong_passphrase(person: Person, now: datetime) -> None:
    """Let a wrong passphrase count as a wrong password; the one that locks the account ends its sessions.

    Whoever found an open screen, or took a token, has as few guesses as somebody at the sign-in page.
    """
    _count_attempt(person.user_id, now)
    with transaction():
        account = Session.get_one(Account, person.user_id, populate_existing=True)
        if account.locked_until is not None and account.locked_until > now:
            end_sessions(person.user_id)
        record(INSTALLATION, "account.passphrase_refused", person.username, now)


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
    # a lock that ends later than any lock was made by a clock that was wrong
    is_over = or_(Account.locked_until <= now, Account.locked_until > now + LOCKED_FOR)
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


def _note_refusal(user: User | None, now: datetime) -> None:
    """Record a failure; an unknown name is not kept, since people type their password there."""
    with transaction():
        record(INSTALLATION, "account.sign_in_refused", user.username if user else "unknown", now)


def _note_success(user: User, account: Account, now: datetime) -> None:
    account.failed_logins, account.locked_until = 0, None
    user.last_login = now.replace(tzinfo=None)  # Flask-AppBuilder's column knows no zone
    user.login_count = (user.login_count or 0) + 1
    record(INSTALLATION, "account.signed_in", user.username, now)
