"""What people do with their accounts: register, confirm the address, forget and change the password."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.audit.chain import record
from app.db import Session
from app.errors import Conflict, Invalid, NotFound, text
from app.flow.parties import wait_for
from app.flow.signing_in import INSTALLATION, check_password, end_sessions, ensure_account
from app.flow.transaction import transaction
from app.messages import outbox
from app.people import passwords
from app.people.access import Person, person_by_id
from app.people.models import Account, User
from app.people.registration import (
    LINK_LIVES,
    NewAccount,
    account_of_reset,
    create,
    find,
    is_taken,
    link_hash,
    new_link,
    require_sound,
)

# the door writes the mail, in the reader's language: (name, secret of the link) -> subject and body
Write = Callable[[str, str], dict[str, str]]


def register(new: NewAccount, write: Write, now: datetime, *, confirm_first: bool) -> None:
    """Make an applicant's account and mail the link that confirms its address.

    Where the name or address is taken nothing happens and nothing is told. With `confirm_first` the account
    opens with the link. Raises Invalid for fields that cannot be right.
    """
    require_sound(new)
    with transaction():
        wait_for("account")  # a form sent twice at once: the second waits here and finds the name taken
        if is_taken(new.login, new.email):
            passwords.hashed(new.password)  # takes as long as a new account
            record(INSTALLATION, "account.registration_refused", new.login[:80], now)
            return
        user = create(new, active=not confirm_first)
        token, Session.get_one(Account, user.id).confirm_hash = new_link()
        _mail(user, "account.confirm", write(new.name, token), now)
        record(INSTALLATION, "account.registered", user.username, now)


def confirm_email(token: str, now: datetime) -> None:
    """Note that the address is the person's own, and open the account; raises NotFound."""
    with transaction():
        query = select(Account).where(Account.confirm_hash == link_hash(token)).with_for_update()
        account = Session.scalar(query)
        if account is None:
            raise NotFound("This link is not valid or has been used.")
        account.confirm_hash, account.email_confirmed_at = None, now
        user = Session.get_one(User, account.user_id)
        user.active = True
        record(INSTALLATION, "account.email_confirmed", user.username, now)


def request_reset(name: str, write: Write, now: datetime) -> None:
    """Mail a link for a new password, where there is such an account; nothing is told."""
    with transaction():
        user = find(name)
        if user is None or not user.active:
            record(INSTALLATION, "account.reset_refused", name[:80], now)
            return
        token = _open_reset(user, now)
        _mail(user, "account.reset", write(user.get_full_name(), token), now)
        record(INSTALLATION, "account.reset_requested", user.username, now)


def open_account(new: NewAccount, write: Write, by: Person, now: datetime) -> int:
    """Make an officer's account and mail the link for its password; raises Invalid or Conflict."""
    require_sound(new)
    with transaction():
        wait_for("account")
        if is_taken(new.login, new.email):
            raise Conflict("This user name or e-mail address is in use.")
        user = create(new)
        token = _open_reset(user, now)
        _mail(user, "account.welcome", write(new.name, token), now)
        record(INSTALLATION, "account.made", by.username, now, account=user.username)
        return int(user.id)


def issue_reset(user_id: int, by: Person, now: datetime) -> str:
    """A reset link's secret for an administrator to hand over in person."""
    with transaction():
        user = Session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such account.")
        token = _open_reset(user, now)
        record(INSTALLATION, "account.reset_issued", by.username, now, account=user.username)
        return token


def reset_password(token: str, password: str, now: datetime) -> None:
    """Set a new password by a link, once; ends every session. Raises NotFound or Invalid."""
    with transaction():
        account = account_of_reset(token, now)
        user = Session.get(User, account.user_id) if account else None
        if account is None or user is None or not user.active:
            raise NotFound("This link is not valid or has been used.")
        passwords.require_good(password, user.username.partition("@")[0])
        account.failed_logins, account.locked_until = 0, None
        _set_password(user, password)
        record(INSTALLATION, "account.password_reset", user.username, now)


def change_password(person: Person, old: str, new: str, now: datetime) -> Person:
    """Change the own password; ends every session and token, and returns the person for a new session."""
    check_password(person, old, now)
    passwords.require_good(new, person.username.partition("@")[0])
    if old == new:
        raise Invalid("Choose a new password.", errors={"password": [text("This is the old password.")]})
    with transaction():
        user = Session.get_one(User, person.user_id)
        _set_password(user, new)
        record(INSTALLATION, "account.password_changed", person.username, now)
        fresh = person_by_id(person.user_id, now)
    if fresh is None:
        raise NotFound("There is no such account.")
    return fresh


def set_active(user_id: int, active: bool, by: Person, now: datetime) -> None:
    """Close an account, ending its sessions at once, or open it again."""
    with transaction():
        user = Session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such account.")
        user.active = active
        end_sessions(user.id)
        _forget_links(user.id)
        action = "account.opened" if active else "account.closed"
        record(INSTALLATION, action, by.username, now, account=user.username)


def _open_reset(user: User, now: datetime) -> str:
    ensure_account(user.id)
    account = Session.get_one(Account, user.id)
    token, account.reset_hash = new_link()
    account.reset_until = now + LINK_LIVES
    return token


def _set_password(user: User, password: str) -> None:
    user.password = passwords.hashed(password)
    end_sessions(user.id)
    _forget_links(user.id)


def _forget_links(user_id: int) -> None:
    account = Session.get_one(Account, user_id, populate_existing=True)
    account.reset_hash = account.reset_until = account.confirm_hash = None


def _mail(user: User, name: str, payload: dict[str, str], now: datetime) -> None:
    stamp = now.isoformat(timespec="microseconds")
    outbox.put(
        outbox.New(
            channel="email",
            name=name,
            recipient=user.email,
            dedupe_key=f"{name}:{user.id}:{stamp}",
            payload=dict(payload),
        ),
        now,
    )
