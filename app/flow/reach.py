"""Write to telephones what goes by e-mail in full: to people who have proved their number and chosen so."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.cases.models import Case
from app.db import Session
from app.flow.phone_channels import read_number
from app.messages import outbox
from app.messages.channels import open_channels
from app.people.models import Account, Representative, User
from app.people.models_phone import PhoneChannel


def applicants(case: Case, mail: outbox.New, write: Callable[[], str], now: datetime) -> None:
    """Write to the account that applied, else to those confirmed to act for the party; others have none."""
    if case.applicant_id is not None:
        _reach(User.id == case.applicant_id, mail, write, now)
    elif case.party_id is not None:
        acting = select(Representative.user_id).where(
            Representative.party_id == case.party_id,
            Representative.is_confirmed,
            Representative.until.is_(None) | (Representative.until > now),
        )
        _reach(User.id.in_(acting), mail, write, now)


def officers(usernames: Collection[str], mail: outbox.New, write: Callable[[], str], now: datetime) -> None:
    """Write to officers by user name."""
    _reach(User.username.in_(usernames), mail, write, now)


def _reach(whom: ColumnElement[bool], mail: outbox.New, write: Callable[[], str], now: datetime) -> None:
    channels = open_channels()
    if not channels:
        return
    query = (
        select(PhoneChannel.user_id, PhoneChannel.channel, PhoneChannel.phone, Account.phone)
        .join(Account, Account.user_id == PhoneChannel.user_id)
        .join(User, User.id == PhoneChannel.user_id)
        .where(whom, User.active, PhoneChannel.is_on, PhoneChannel.verified_at.is_not(None))
        .where(PhoneChannel.channel.in_(channels))
    )
    for user_id, channel, proved, present in Session.execute(query):
        if proved == read_number(present):
            key = f"{mail.dedupe_key}:{channel}:{user_id}"
            new = replace(mail, channel=channel, recipient=proved, dedupe_key=key, payload={"text": write()})
            outbox.put(new, now)
