"""A simulated gateway to telephones: it shows what it took and can be told to fail; for demonstrations."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as PlainSession

from app.db import Session
from app.messages.gateway import name_of, text_of
from app.messages.models import Message
from app.messages.models_simulator import SimulatedFault, SimulatedReceipt
from app.messages.transport import Answer


def carry(message: Message) -> Answer:
    """Take a text in a transaction of its own, once however often it comes: its id tells."""
    with _outside() as session, session.begin():
        fault = _next_fault(session, message.channel)
        if fault and fault != "late":
            return Answer(int(fault), {"error": f"simulated {fault}"}, certain=fault != "504")
        _take(session, message)
        return Answer(504, {}, certain=False) if fault == "late" else Answer(200)


def last_text(channel: str, number: str) -> str:
    """What the telephone of this number shows last; empty where nothing came."""
    with _outside() as session:
        query = select(SimulatedReceipt.fields["text"].astext).where(
            SimulatedReceipt.system == channel, SimulatedReceipt.fields["to"].astext == number
        )
        return session.scalar(query.order_by(SimulatedReceipt.fields["number"].as_integer().desc())) or ""


def _take(session: PlainSession, message: Message) -> None:
    fields = {"to": message.recipient, "text": text_of(message), "number": message.id}
    row = insert(SimulatedReceipt).values(
        key=f"{message.channel}:{name_of(message)}", system=message.channel, fields=fields, times=1
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["key"], set_={"times": SimulatedReceipt.times + 1})
    )


def _next_fault(session: PlainSession, channel: str) -> str | None:
    query = select(SimulatedFault).where(SimulatedFault.system == channel).order_by(SimulatedFault.id)
    fault = session.scalar(query.limit(1).with_for_update(skip_locked=True))
    if fault is None:
        return None
    session.delete(fault)
    return fault.answer


def _outside() -> PlainSession:
    return PlainSession(Session().get_bind())
