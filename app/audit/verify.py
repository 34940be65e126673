"""Check the whole audit trail: no event changed, removed or added behind the chain's back."""

from collections.abc import Iterator

from sqlalchemy import select

from app.audit.chain import digest
from app.audit.models import AuditEvent, AuditHead
from app.db import Session
from app.errors import Text, text


def verify() -> list[Text]:
    """Every fault found, in words; none means that the trail is unbroken."""
    fresh = select(AuditHead).execution_options(populate_existing=True)
    heads = {head.chain: head for head in Session.scalars(fresh)}
    faults = list(_walk(heads))
    faults += [_unexpected_end(head) for head in heads.values() if head.seq]
    return faults


def _walk(heads: dict[str, AuditHead]) -> Iterator[Text]:
    """Follow each chain from its first event; a chain that ends where its head says is taken off `heads`."""
    query = select(AuditEvent).order_by(AuditEvent.chain, AuditEvent.seq)
    query = query.execution_options(yield_per=1000, populate_existing=True)
    chain, seq, previous = "", 0, ""
    for event in Session.scalars(query):
        if event.chain != chain:
            chain, seq, previous = event.chain, 0, ""
        seq += 1
        if event.seq != seq or event.prev_hash != previous:
            yield text(
                "Chain %(chain)s: event %(seq)d does not follow the one before.", chain=chain, seq=event.seq
            )
        if digest(event) != event.hash:
            yield text("Chain %(chain)s: event %(seq)d was changed.", chain=chain, seq=event.seq)
        seq, previous = event.seq, event.hash
        head = heads.get(chain)
        if head and (head.seq, head.hash) == (event.seq, event.hash):
            del heads[chain]


def _unexpected_end(head: AuditHead) -> Text:
    return text(
        "Chain %(chain)s does not end where it should (event %(seq)d).", chain=head.chain, seq=head.seq
    )
