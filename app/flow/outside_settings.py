"""Administrators say how an office reaches an outside system, and try whether it works."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from app import jobs
from app.audit.chain import record
from app.db import Session
from app.errors import Forbidden, Invalid, NotFound, Text, text
from app.flow.transaction import transaction
from app.messages.connections import MODES, connection_of, may_simulate, protocol
from app.messages.models import Message
from app.messages.models_outside import Connection
from app.messages.sealing import seal, unseal
from app.messages.transport import Answer
from app.people.access import Person
from app.people.models import Office

REFUSED_ACCESS = ("401", "403")
SHORTEST_KEY = 12


@dataclass(frozen=True)
class Settings:
    """What an administrator fills in; an empty secret leaves the one that is kept."""

    mode: str
    is_enabled: bool
    base_url: str = ""
    username: str = ""
    secret: str = ""
    inbound_username: str = ""
    inbound_secret: str = ""


def set_up(person: Person, office_id: int, system: str, given: Settings, now: datetime) -> Connection:
    """Keep how an office reaches a system; messages that waited for better credentials go again."""
    _require_admin(person)
    with transaction():
        if Session.get(Office, office_id) is None:
            raise NotFound("There is no such office.")
        connection = connection_of(office_id, system)
        errors = _problems(given, connection)
        if errors:
            raise Invalid("Some settings are not right yet.", errors=errors)
        _fill(connection, given)
        Session.add(connection)
        Session.flush()
        again = _send_again(connection, now)
        record(
            f"office:{office_id}", "connection.set_up", person.username, now,
            system=system, mode=connection.mode, enabled=connection.is_enabled, base_url=connection.base_url,
            new_secret=bool(given.secret), new_inbound_secret=bool(given.inbound_secret), sent_again=again,
        )  # fmt: skip
        return connection


def try_out(person: Person, office_id: int, system: str, now: datetime) -> Answer:
    """Ask the other side something that changes nothing, and keep how it went."""
    _require_admin(person)
    with transaction():
        connection = connection_of(office_id, system)
        if connection.id is None or connection.mode != "api":
            raise Invalid("Set up the interface first; only then can it be tried.")
        answer: Answer = protocol(system).probe(connection)
        connection.tested_at, connection.test_status = now, answer.status
        record(
            f"office:{office_id}",
            "connection.tried",
            person.username,
            now,
            system=system,
            status=answer.status,
        )
        return answer


def _require_admin(person: Person) -> None:
    if not person.is_admin:
        raise Forbidden("Only administrators set up outside systems.")


def _problems(given: Settings, connection: Connection) -> dict[str, list[Text]]:
    errors: dict[str, list[Text]] = {}
    if given.mode not in MODES:
        errors["mode"] = [text("Choose one of the modes.")]
    if given.mode == "simulator" and not may_simulate():
        errors["mode"] = [text("A simulator answers in the name of the other side: not in production.")]
    if given.mode == "api" and not is_address(given.base_url):
        errors["base_url"] = [text("Give the address of the interface, beginning with https://.")]
    if given.mode == "api" and not (given.secret or unseal(connection.secret)):
        errors["secret"] = [text("Fill this in.")]
    if given.inbound_secret and len(given.inbound_secret) < SHORTEST_KEY:
        errors["inbound_secret"] = [text("At least %(n)d characters.", n=SHORTEST_KEY)]
    return errors


def is_address(url: str) -> bool:
    """True for https; plain http only to this machine, where nobody listens in."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_this_machine(parts.hostname or "") and may_simulate()


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fill(connection: Connection, given: Settings) -> None:
    connection.mode, connection.is_enabled = given.mode, given.is_enabled
    connection.base_url = given.base_url.strip().rstrip("/")
    connection.username, connection.inbound_username = given.username.strip(), given.inbound_username.strip()
    connection.token = ""
    if given.secret:
        connection.secret = seal(given.secret)
    if given.inbound_secret:
        connection.inbound_secret = seal(given.inbound_secret)


def _send_again(connection: Connection, now: datetime) -> int:
    """Messages that stopped because the credentials were refused."""
    if connection.mode == "manual" or not connection.is_enabled:
        return 0
    stopped = Session.scalars(
        select(Message)
        .where(
            Message.office_id == connection.office_id,
            Message.channel == connection.system,
            Message.state == "stopped",
            Message.error.in_(REFUSED_ACCESS),
        )
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    ).all()
    for message in stopped:
        message.state, message.next_at = "unknown", now
        jobs.defer("send_message", message_id=message.id)
    return len(stopped)
