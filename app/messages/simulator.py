"""A simulator of OSS that ships with the project: it remembers what it got and can be told to fail."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as PlainSession

from app.db import Session
from app.messages.models import Message
from app.messages.models_simulator import SimulatedFault, SimulatedReceipt
from app.messages.transport import Answer, Position


def carry(message: Message) -> Answer:
    """Take a status message in transactions of its own: an outside system knows no roll-back of ours."""
    with _outside() as session, session.begin():
        fault = _next_fault(session, message.channel)
        if fault in ("500", "504", "401", "400"):
            return Answer(int(fault), {"message": f"simulated {fault}"}, certain=fault != "504")
        _take(session, message)
        return Answer(504, {}, certain=False) if fault == "late" else Answer(200, _said(message))


def check(message: Message) -> Answer:
    """Ask as checkLicenseStatus does whether the other side has it already."""
    with _outside() as session:
        found = session.get(SimulatedReceipt, _key(message))
        return Answer(200, {"status": 200}) if found else Answer(404)


def position(system: str, reference: str) -> Position:
    """The status that was taken last for a permit; empty where none was."""
    with _outside() as session:
        taken = session.scalar(
            select(SimulatedReceipt.fields)
            .where(SimulatedReceipt.system == system, SimulatedReceipt.fields["id_izin"].astext == reference)
            .order_by(SimulatedReceipt.taken_at.desc())
            .limit(1)
        )
        return Position(str((taken or {}).get("kd_status") or (taken or {}).get("status_izin") or ""))


def tell(system: str, answers: list[str]) -> None:
    """Say how the simulator shall answer next."""
    with _outside() as session, session.begin():
        session.execute(delete(SimulatedFault).where(SimulatedFault.system == system))
        session.add_all(SimulatedFault(system=system, answer=answer) for answer in answers)


def received(system: str) -> dict[str, int]:
    """How often each message was taken."""
    with _outside() as session:
        rows = session.execute(
            select(SimulatedReceipt.key, SimulatedReceipt.times).where(SimulatedReceipt.system == system)
        )
        return dict(rows.all())


def _take(session: PlainSession, message: Message) -> None:
    row = insert(SimulatedReceipt).values(
        key=_key(message),
        system=message.channel,
        fields=message.payload["fields"],
        times=1,
        taken_at=func.clock_timestamp(),
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["key"], set_={"times": SimulatedReceipt.times + 1})
    )


def _said(message: Message) -> dict[str, Any]:
    """The answer as the guide shapes it."""
    said = {"kode": 200, "keterangan": "Sukses"}
    return {"status": 200, f"respon{message.payload.get('method', '')}": said}


def _next_fault(session: PlainSession, system: str) -> str | None:
    query = select(SimulatedFault).where(SimulatedFault.system == system).order_by(SimulatedFault.id)
    fault = session.scalar(query.limit(1).with_for_update(skip_locked=True))
    if fault is None:
        return None
    session.delete(fault)
    return fault.answer


def _key(message: Message) -> str:
    return f"{message.correlation}:{message.name}"


def _outside() -> PlainSession:
    return PlainSession(Session().get_bind())
