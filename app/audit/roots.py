"""The daily signed digest over all chain heads: who keeps it can tell whether anything was rewritten."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import AuditHead, AuditRoot
from app.db import Session


def make_root(on: date, keys: Path, now: datetime) -> None:
    """Sign the heads as they stand, once a day; the caller commits."""
    rows = Session.execute(
        select(AuditHead.chain, AuditHead.seq, AuditHead.hash).order_by(AuditHead.chain)
    ).all()
    content = "\n".join(f"{chain} {seq} {hash_}" for chain, seq, hash_ in rows)
    digest = hashlib.sha256(content.encode()).hexdigest()
    signature = _key(keys).sign(f"{on.isoformat()} {digest}".encode()).hex()
    row = insert(AuditRoot).values(on=on, digest=digest, chains=len(rows), signature=signature, made_at=now)
    Session.execute(row.on_conflict_do_nothing())


def _key(keys: Path) -> Ed25519PrivateKey:
    """The installation's audit key, made at first use."""
    path = keys / "audit.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.touch(mode=0o600)
        path.write_bytes(pem)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the audit key is of another kind")
    return key
