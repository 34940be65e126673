"""Accounts as rows: made, found, and their one-time links; nothing here commits."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.db import Session
from app.errors import Invalid, Text, text
from app.people import passwords
from app.people.models import Account, User

LINK_LIVES = timedelta(hours=1)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,79}")
EMAIL = re.compile(r"[^@\s\"<>,;:()\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
PHONE = re.compile(r"\+?[0-9][0-9 -]{7,18}")


@dataclass(frozen=True)
class NewAccount:
    """What somebody fills in to get an account; without a user name the address is the name."""

    name: str
    email: str
    password: str
    username: str = ""
    phone: str = ""
    nip: str = ""
    rank: str = ""

    @property
    def login(self) -> str:
        """The user name, always in small letters."""
        return (self.username or self.email).strip().lower()


def require_sound(new: NewAccount) -> None:
    """Raise Invalid naming every field that cannot be right, the password included."""
    errors: dict[str, list[Text]] = {}
    if not 2 <= len(new.name.strip()) <= 120:
        errors["name"] = [text("Write your full name.")]
    if len(new.email) > 254 or not EMAIL.fullmatch(new.email.strip().lower()):
        errors["email"] = [text("This is not an e-mail address.")]
    if not USERNAME.fullmatch(new.login):
        errors["username"] = [text("A user name has at least 3 letters or digits, and no spaces.")]
    if new.phone and not PHONE.fullmatch(new.phone.strip()):
        errors["phone"] = [text("Write the phone number in digits, for instance 081234567890.")]
    try:
        passwords.require_good(new.password, new.login.partition("@")[0])
    except Invalid as weak:
        errors |= weak.errors
    if errors:
        raise Invalid("Some fields need another look.", errors=errors)


def create(new: NewAccount, *, active: bool = True) -> User:
    """Add the account to the session; the caller has checked it and that the names are free."""
    words = new.name.strip().split()
    user = User(
        username=new.login,
        email=new.email.strip().lower(),
        first_name=words[0][:64],
        last_name=" ".join(words[1:])[:64],
        password=passwords.hashed(new.password),
        active=active,
    )
    Session.add(user)
    Session.flush()
    Session.add(
        Account(
            user_id=user.id,
            display_name=" ".join(words),
            phone=new.phone.strip(),
            nip=new.nip,
            rank=new.rank,
        )
    )
    Session.flush()
    return user


def is_taken(login: str, email: str) -> bool:
    """True if a user name or address belongs to an account already, be it as the other of the two."""
    names = [login.lower(), email.strip().lower()]
    taken = or_(func.lower(User.username).in_(names), func.lower(User.email).in_(names))
    return Session.scalar(select(User.id).where(taken).limit(1)) is not None


def find(name: str) -> User | None:
    """The account of a user name or, failing that, of an e-mail address."""
    wanted = name.strip().lower()
    if not wanted or "\0" in wanted:
        return None
    query = select(User).where(or_(func.lower(User.username) == wanted, func.lower(User.email) == wanted))
    # a user name that is another account's address belongs to the account of that name
    return min(Session.scalars(query), key=lambda user: user.username.lower() != wanted, default=None)


def unguessable() -> str:
    """A password that nobody knows, for an account whose person sets one by link."""
    return secrets.token_urlsafe(48)


def new_link() -> tuple[str, str]:
    """A one-time secret for a link, and its hash for the database."""
    token = secrets.token_urlsafe(32)
    return token, link_hash(token)


def link_hash(token: str) -> str:
    """How a link's secret is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_of_reset(token: str, now: datetime) -> Account | None:
    """The account that a reset link still opens."""
    query = select(Account).where(Account.reset_hash == link_hash(token), Account.reset_until > now)
    return Session.scalar(query.with_for_update())
