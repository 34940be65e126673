"""How a person may be reached by telephone: a number, proved by a code through each way, and switched on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.chain import record
from app.db import Session
from app.errors import Conflict, Invalid, NotFound, Text, text
from app.flow.signing_in import INSTALLATION, ensure_account
from app.flow.transaction import transaction
from app.forms.identifiers import phone
from app.forms.refusal import Refused
from app.messages import outbox
from app.messages.channels import open_channels
from app.messages.gateway import PLACE_OF_CODE
from app.people import phone_code
from app.people.access import Person
from app.people.models import Account
from app.people.models_phone import PhoneChannel

CODE_LIVES = timedelta(minutes=10)
MOST_ATTEMPTS = 5
PAUSE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
MOST_CODES_A_DAY = 5
NOT_A_NUMBER = text("Write a mobile number in digits, for instance 081234567890.")
WRONG = text("The code does not fit.")
OVER = text("This code is not valid any more. Ask for a new one.")

# the door writes the text, in the reader's language; the code's place is handed in
Write = Callable[[str], str]


def number_of(user_id: int) -> str:
    """The account's telephone number as networks write it, +62…; empty where it has none."""
    return read_number(Session.scalar(select(Account.phone).where(Account.user_id == user_id)) or "")


def read_number(written: str) -> str:
    """A number as networks write it; empty for what is none."""
    try:
        return phone(written, "") if written else ""
    except Refused:
        return ""


def set_number(person: Person, written: str, now: datetime) -> None:
    """Keep another number, or none; what was proved about the old one counts no more. Raises Invalid."""
    number = read_number(written.strip())
    if written.strip() and not number:
        raise Invalid(NOT_A_NUMBER.msgid, errors={"phone": [NOT_A_NUMBER]})
    with transaction():
        account = _account(person.user_id)
        if number == read_number(account.phone):
            return
        account.phone = number
        # the rows stay: how many codes were asked for today outlives the number
        rows = update(PhoneChannel).where(PhoneChannel.user_id == person.user_id)
        Session.execute(rows.values(phone="", verified_at=None, is_on=False, nonce="", attempts=0))
        record(INSTALLATION, "account.phone_changed", person.username, now)


def rows_of(user_id: int) -> dict[str, PhoneChannel]:
    """What is known of each way, as far as it is about the present number."""
    number = number_of(user_id)
    rows = Session.scalars(select(PhoneChannel).where(PhoneChannel.user_id == user_id))
    return {row.channel: row for row in rows if number and row.phone == number}


def send_code(person: Person, channel: str, write: Write, now: datetime) -> None:
    """Send a code through this way; a former one is void. Raises NotFound, Invalid, Conflict."""
    _require_open(channel)
    with transaction():
        number = read_number(_account(person.user_id).phone)
        if not number:
            raise Invalid(NOT_A_NUMBER.msgid, errors={"phone": [NOT_A_NUMBER]})
        row = _row(person.user_id, channel)
        _count(row, now)
        row.phone, row.nonce, row.attempts = number, phone_code.new_nonce(), 0
        row.verified_at, row.is_on = None, False
        new = outbox.New(
            channel=channel,
            name="account.phone_code",
            recipient=number,
            dedupe_key=f"account.phone_code:{row.nonce}",
            payload={
                "text": write(PLACE_OF_CODE),
                "nonce": row.nonce,
                "until": (now + CODE_LIVES).isoformat(),
            },
        )
        outbox.put(new, now)
        record(INSTALLATION, "account.phone_code_sent", person.username, now, channel=channel)


def verify(person: Person, channel: str, code: str, now: datetime) -> None:
    """Check the code; the right one switches the way on, five wrong ones make it void. Raises Invalid."""
    _require_open(channel)
    with transaction():
        _account(person.user_id)
        row = _row(person.user_id, channel)
        fault = _fault(row, code, now)
        if fault is None:
            row.verified_at, row.is_on, row.nonce = now, True, ""
        action = "account.phone_verified" if fault is None else "account.phone_code_refused"
        record(INSTALLATION, action, person.username, now, channel=channel)
    if fault:  # only now: the attempt is counted whatever comes of it
        raise Invalid(fault.msgid, errors={"code": [fault]})


def switch(person: Person, channel: str, on: bool, now: datetime) -> None:
    """Choose a proved way, or leave it. Raises Conflict for one that is not proved."""
    with transaction():
        _account(person.user_id)
        row = rows_of(person.user_id).get(channel)
        if row is None or row.verified_at is None:
            raise Conflict("Prove first that the number is yours.")
        row.is_on = on
        record(INSTALLATION, "account.channel_chosen", person.username, now, channel=channel, on=on)


def is_waiting(row: PhoneChannel | None, now: datetime) -> bool:
    """True while a code that was sent can still be entered."""
    if row is None or not row.nonce or row.sent_at is None or row.attempts >= MOST_ATTEMPTS:
        return False
    return timedelta() <= now - row.sent_at < CODE_LIVES


def _fault(row: PhoneChannel, code: str, now: datetime) -> Text | None:
    if row.phone != number_of(row.user_id) or not is_waiting(row, now):
        return OVER
    row.attempts += 1
    if phone_code.is_right(row.nonce, code):
        return None
    return OVER if row.attempts >= MOST_ATTEMPTS else WRONG


def _count(row: PhoneChannel, now: datetime) -> None:
    """Count a code that is asked for; what was counted in the future was counted by a wrong clock."""
    if row.sent_at and timedelta() <= now - row.sent_at < PAUSE:
        raise Conflict("A code was sent a moment ago. Wait one minute before you ask for another.")
    if row.sends_since is None or not timedelta() <= now - row.sends_since < A_DAY:
        row.sends_since, row.sends = now, 0
    if row.sends >= MOST_CODES_A_DAY:
        raise Conflict("You have asked for many codes today. Try again tomorrow.")
    row.sends, row.sent_at = row.sends + 1, now


def _require_open(channel: str) -> None:
    if channel not in open_channels():
        raise NotFound("This installation does not write to telephones this way.")


def _account(user_id: int) -> Account:
    """The account, for this transaction alone: two requests at once count one after the other."""
    ensure_account(user_id)
    return Session.get_one(Account, user_id, with_for_update=True, populate_existing=True)


def _row(user_id: int, channel: str) -> PhoneChannel:
    blank = {"phone": "", "is_on": False, "nonce": "", "attempts": 0, "sends": 0}
    new = insert(PhoneChannel).values(user_id=user_id, channel=channel, **blank)
    Session.execute(new.on_conflict_do_nothing())
    return Session.get_one(PhoneChannel, (user_id, channel), populate_existing=True)
