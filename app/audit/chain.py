"""Append events to a hash chain; whoever appends holds the chain's head until the transaction ends."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, LiteralString

from app.audit.models import AuditEvent
from app.db import run

# The head is taken and moved on and the event added by one statement, which may go on to do more; the
# database puts number and hash of the head between the pieces of what is hashed, since only it knows them
# before the answer. `added` is empty where the chain has no head yet.
ADDING: LiteralString = """
    WITH head AS (SELECT seq, hash FROM audit_head WHERE chain = %(chain)s FOR UPDATE),
         moved AS (
             UPDATE audit_head
                SET seq = head.seq + 1,
                    hash = encode(sha256(convert_to(%(before)s::text || (head.seq + 1) || %(between)s
                                                    || head.hash || %(after)s, 'UTF8')), 'hex')
               FROM head WHERE audit_head.chain = %(chain)s
             RETURNING audit_head.seq, head.hash AS prev_hash, audit_head.hash),
         added AS (
             INSERT INTO audit_event (chain, seq, at, actor, action, detail, prev_hash, hash)
             SELECT %(chain)s, seq, %(at)s, %(actor)s, %(action)s, %(detail)s::jsonb, prev_hash, hash
               FROM moved RETURNING seq)
"""
APPEND: LiteralString = " ".join((ADDING, "SELECT seq FROM added"))
OPEN: LiteralString = (
    "INSERT INTO audit_head (chain, seq, hash) VALUES (%(chain)s, 0, '') ON CONFLICT DO NOTHING"
)

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def record(chain: str, action: str, actor: str, now: datetime, **detail: Any) -> None:
    """Add an event to `chain` in the current transaction."""
    append(event(chain, action, actor, now, detail))


def append(values: Mapping[str, Any]) -> None:
    """Add an event of `event`; the first one of its chain gets a head to move on."""
    if run(APPEND, values).rowcount == 0:
        run(OPEN, {"chain": values["chain"]})
        run(APPEND, values)


def event(chain: str, action: str, actor: str, now: datetime, detail: dict[str, Any]) -> dict[str, Any]:
    """The values of `ADDING` for one event."""
    before, between, after = _pieces(chain, now, actor, action, detail)
    values = {"chain": chain, "at": now, "actor": actor, "action": action, "detail": _canonical(detail)}
    return values | {"before": before, "between": between, "after": after}


def digest(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of an event and the hash before it."""
    before, between, after = _pieces(event.chain, event.at, event.actor, event.action, event.detail)
    return hashlib.sha256(f"{before}{event.seq}{between}{event.prev_hash}{after}".encode()).hexdigest()


def _pieces(chain: str, at: datetime, actor: str, action: str, detail: Any) -> tuple[str, str, str]:
    """The canonical JSON list of an event around its number and the hash before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = _canonical([moment, actor, action, detail])
    return f"[{_canonical(chain)},", f',{said[1:-1]},"', '"]'
