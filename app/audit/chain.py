"""Append events to a hash chain; whoever appends holds the chain's head until the transaction ends."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text as sql

from app.audit.models import AuditEvent
from app.db import Session

# One statement takes the head, moves it on and adds the event; the database puts number and hash of the head
# between the pieces of what is hashed, since only it knows them before the answer.
APPEND = sql("""
    WITH head AS (SELECT seq, hash FROM audit_head WHERE chain = :chain FOR UPDATE),
         moved AS (
             UPDATE audit_head
                SET seq = head.seq + 1,
                    hash = encode(sha256(convert_to(CAST(:before AS text) || (head.seq + 1) || :between
                                                    || head.hash || :after, 'UTF8')), 'hex')
               FROM head WHERE audit_head.chain = :chain
             RETURNING audit_head.seq, head.hash AS prev_hash, audit_head.hash)
    INSERT INTO audit_event (chain, seq, at, actor, action, detail, prev_hash, hash)
    SELECT :chain, seq, :at, :actor, :action, CAST(:detail AS jsonb), prev_hash, hash FROM moved
    RETURNING seq
""")
OPEN = sql("INSERT INTO audit_head (chain, seq, hash) VALUES (:chain, 0, '') ON CONFLICT DO NOTHING")

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def record(chain: str, action: str, actor: str, now: datetime, **detail: Any) -> None:
    """Add an event to `chain` in the current transaction."""
    before, between, after = _pieces(chain, now, actor, action, detail)
    values = {"chain": chain, "at": now, "actor": actor, "action": action, "detail": _canonical(detail)}
    values |= {"before": before, "between": between, "after": after}
    if Session.scalar(APPEND, values) is None:  # the first event of its chain
        Session.execute(OPEN, {"chain": chain})
        Session.execute(APPEND, values)


def digest(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of an event and the hash before it."""
    before, between, after = _pieces(event.chain, event.at, event.actor, event.action, event.detail)
    return hashlib.sha256(f"{before}{event.seq}{between}{event.prev_hash}{after}".encode()).hexdigest()


def _pieces(chain: str, at: datetime, actor: str, action: str, detail: Any) -> tuple[str, str, str]:
    """The canonical JSON list of an event around its number and the hash before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = _canonical([moment, actor, action, detail])
    return f"[{_canonical(chain)},", f',{said[1:-1]},"', '"]'
