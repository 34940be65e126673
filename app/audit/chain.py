"""Append events to a hash chain; whoever appends holds the chain's head until the transaction ends."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.audit.models import AuditEvent
from app.db import Session

# One statement takes the lock, makes the head where there is none, and returns it.
LOCK_HEAD = sql(
    "INSERT INTO audit_head (chain, seq, hash) VALUES (:chain, 0, '') "
    "ON CONFLICT (chain) DO UPDATE SET seq = audit_head.seq RETURNING seq, hash"
)
FIELDS = ("chain", "seq", "at", "actor", "action", "detail", "prev_hash")
ADD = sql(
    "WITH moved AS (UPDATE audit_head SET seq = :seq, hash = :hash WHERE chain = :chain) "
    "INSERT INTO audit_event (chain, seq, at, actor, action, detail, prev_hash, hash) "
    "VALUES (:chain, :seq, :at, :actor, :action, :detail, :prev_hash, :hash)"
).bindparams(bindparam("detail", type_=JSONB))


def record(chain: str, action: str, actor: str, now: datetime, **detail: Any) -> None:
    """Add an event to `chain` in the current transaction."""
    seq, prev_hash = Session.execute(LOCK_HEAD, {"chain": chain}).one()
    event = AuditEvent(
        chain=chain, seq=seq + 1, at=now, actor=actor, action=action, detail=detail, prev_hash=prev_hash
    )
    values = {name: getattr(event, name) for name in FIELDS}
    Session.execute(ADD, {**values, "hash": digest(event)})


def digest(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of an event and the hash before it."""
    content = [
        event.chain,
        event.seq,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor,
        event.action,
        event.detail,
        event.prev_hash,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
