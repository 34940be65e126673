"""OSS-RBA calls us as the ministry's guide says: nothing that is known to be theirs is lost."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.db import Session
from app.errors import Conflict, Invalid, NotFound, Text, text
from app.flow.arrival import Arrival
from app.flow.arrive import arrive
from app.flow.open_by_message import openings
from app.flow.references import case_named
from app.flow.transaction import transaction
from app.messages.connections import connection_of
from app.messages.models import Message
from app.messages.senders import Sender, bearer
from app.people.models import Office

WRAPPERS = {"receiveNIB": "dataNIB", "receiveFileDS": "receiveFileDS"}
NIB = re.compile(rb'"nib"\s*:\s*"(\d{13})"')
LONGEST_RAW = 200_000


@dataclass(frozen=True)
class Reply:
    """What OSS is told: an HTTP status of the guide's, taken or not, and why."""

    code: int
    is_taken: bool
    words: Text


TAKEN = Reply(200, True, text("The data are stored."))
FOR_A_PERSON = Reply(200, True, text("The data are stored; an officer will match them."))
NO_ACCESS = Reply(401, False, text("The token is not valid."))
DISABLED = Reply(403, False, text("This office takes no messages from OSS at present."))
UNKNOWN_OFFICE = Reply(400, False, text("No office here serves this kd_daerah."))
MALFORMED = Reply(400, False, text("The message does not have the guide's shape."))


@dataclass(frozen=True)
class Call:
    """A call of OSS's as it came in."""

    method: str
    raw: bytes
    token: str

    @property
    def body(self) -> dict[str, Any] | None:
        """The body, if it is a JSON object."""
        try:
            found = json.loads(self.raw)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def inner(self) -> dict[str, Any]:
        """The object that the guide puts around the fields; empty where it is missing."""
        found = (self.body or {}).get(WRAPPERS[self.method])
        return found if isinstance(found, dict) else {}

    def field(self, name: str) -> str:
        """A text field of the message."""
        found = self.inner.get(name)
        return str(found).strip() if isinstance(found, str | int) else ""

    @property
    def nib(self) -> str:
        """The NIB that the token is made with, also where the JSON around it is broken."""
        match = NIB.search(self.raw)
        return self.field("nib") or (match[1].decode() if match else "")


def receive(call: Call, house_key: str, now: datetime) -> Reply:
    """Take a call of OSS's. Whatever carries a valid token is kept, even where it cannot be matched."""
    senders = bearer(call.token, call.nib, house_key, now)
    if not senders:
        return NO_ACCESS
    arrival = arrival_from(call)
    if arrival is None:
        return _kept(call, senders[0].office_id, MALFORMED, now)
    office_id, refusal = _office_for(call, arrival, senders)
    if refusal:
        return _kept(call, office_id, refusal, now)
    return _arrived(replace(arrival, office_id=office_id), now)


def arrival_from(call: Call) -> Arrival | None:
    """The message as flow takes it; None where it lacks what names it."""
    identifier, nib = call.field("id_izin"), call.field("nib")
    if call.body is None or not identifier or len(identifier) > 60 or not re.fullmatch(r"\d{13}", nib):
        return None
    if call.method == "receiveNIB" and not re.fullmatch(r"\d{10}", call.field("kd_daerah")):
        return None
    if call.method == "receiveFileDS" and not call.field("file_izin"):
        return None
    message_id = f"{call.method}:{identifier}:{_round(call, identifier)}"
    return Arrival("oss", call.method, message_id, identifier, call.body)


def _round(call: Call, identifier: str) -> str:
    """A change at OSS, or an updated licence, makes a new message of the same permit."""
    if call.method == "receiveNIB":
        return call.field("tgl_perubahan_nib")
    query = select(func.count()).where(
        Message.channel == "oss",
        Message.direction == "out",
        Message.state == "done",
        Message.payload["method"].astext == "updateLicense",
        Message.payload["fields"]["id_izin"].astext == identifier,
    )
    return str(Session.scalar(query) or 0)


def _arrived(arrival: Arrival, now: datetime) -> Reply:
    try:
        arrive(arrival, now)
    except (NotFound, Invalid):
        return FOR_A_PERSON
    except Conflict as refusal:
        return Reply(400, False, refusal.text)
    return TAKEN


def _office_for(call: Call, arrival: Arrival, senders: list[Sender]) -> tuple[int | None, Reply | None]:
    """The office a message is for, among those whose credentials it carries."""
    allowed = {sender.office_id for sender in senders}
    offices = _offices_of(call, arrival) if None in allowed else _offices_of(call, arrival) & allowed
    if call.method == "receiveFileDS" and not offices and None not in allowed:
        offices = allowed
    if not offices:  # what an office's own credentials brought stays with that office
        return next(iter(allowed), None), None if call.method == "receiveFileDS" else UNKNOWN_OFFICE
    open_offices = {office for office in offices if connection_of(office, "oss").is_enabled}
    if not open_offices:
        return min(offices, key=lambda office: office or 0), DISABLED
    return _fitting(arrival, open_offices), None


def _fitting(arrival: Arrival, offices: set[int | None]) -> int | None:
    """Of several offices of one region, the one whose service the message is for."""
    ordered = sorted(offices, key=lambda office: office or 0)
    fitting = [office for office in ordered if openings(replace(arrival, office_id=office))]
    return (fitting or ordered)[0]


def _offices_of(call: Call, arrival: Arrival) -> set[int | None]:
    if call.method == "receiveFileDS":
        case = case_named("oss", arrival.correlation, None)
        return {case.office_id} if case else set()
    for code in _regions(call.field("kd_daerah"), call.field("kewenangan")):
        found = set(Session.scalars(select(Office.id).where(Office.region_code == code)))
        if found:
            return set(found)
    return set()


def _regions(code: str, authority: str) -> Iterable[str]:
    """The region that a permit belongs to: of the province where the authority is 01, else the narrowest."""
    province, regency = f"{code[:2]}00000000", f"{code[:4]}000000"
    return (
        (province,)
        if authority == "01"
        else (code, regency)
        if authority == "02"
        else (code, regency, province)
    )


def _kept(call: Call, office_id: int | None, reply: Reply, now: datetime) -> Reply:
    """Keep a message as it came, for a person; the same once."""
    digest = hashlib.sha256(call.raw).hexdigest()
    with transaction():
        values = {
            "direction": "in",
            "channel": "oss",
            "name": call.method,
            "correlation": call.field("id_izin")[:120],
            "dedupe_key": f"in:oss:{call.method}:raw:{digest}",
            "payload": call.body
            or {"raw": call.raw[:LONGEST_RAW].decode("utf-8", "replace").replace("\0", "")},
            "content_hash": digest,
            "state": "unmatched",
            "error": str(reply.words),
            "attempts": 1,
            "recipient": "",
            "office_id": office_id,
            "created_at": now,
            "done_at": now,
        }
        Session.execute(insert(Message).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"]))
    return reply
