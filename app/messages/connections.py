"""How an office reaches an outside system: by hand, by a simulator, or by its interface."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy import select

from app.db import Session
from app.messages import oss, signed, simulator, transport
from app.messages.models import Message
from app.messages.models_outside import Connection
from app.messages.transport import Answer, Position

MODES = ("manual", "simulator", "api")
SYSTEMS = ("oss", "siinas")  # what every office may set up; a definition may name others
_PROTOCOLS: dict[str, ModuleType] = {"oss": oss}
_simulators_allowed = [False]


def configure(simulators: bool) -> None:
    """Serve every outside system by the mode its office has chosen; production allows no simulator."""
    _simulators_allowed[0] = simulators
    transport.use_for_the_rest(ByMode())


def protocol(system: str) -> ModuleType:
    """How a system is spoken to: by its own guide, or by signed messages."""
    return _PROTOCOLS.get(system, signed)


def may_simulate() -> bool:
    """True where the installation allows simulators: never in production."""
    return _simulators_allowed[0]


def connection_of(office_id: int | None, system: str) -> Connection:
    """The connection as set up, or how it is without: by hand, in a demonstration simulated."""
    found = Session.scalar(
        select(Connection).where(Connection.office_id == office_id, Connection.system == system)
    )
    if found is not None:
        return found
    names = ("base_url", "username", "secret", "inbound_username", "inbound_secret", "token")
    mode = "simulator" if may_simulate() else "manual"
    return Connection(
        office_id=office_id, system=system, mode=mode, is_enabled=True, **dict.fromkeys(names, "")
    )


def mode_of(connection: Connection) -> str:
    """The mode in force: a simulator that is not allowed here leaves the work to a person."""
    if not connection.is_enabled or (connection.mode == "simulator" and not may_simulate()):
        return "manual"
    return connection.mode


class ByMode:
    """Serves the messages of every outside system by the mode of the office that sends them."""

    def carry(self, message: Message) -> Answer:
        """Send to the simulator or to the other side's interface."""
        return self._ask(message, simulator.carry, "carry")

    def check(self, message: Message) -> Answer:
        """Ask whether an uncertain message arrived."""
        return self._ask(message, simulator.check, "check")

    def by_hand(self, message: Message) -> bool:
        """True where this office does it by hand."""
        return mode_of(connection_of(message.office_id, message.channel)) == "manual"

    def _ask(self, message: Message, simulated: Callable[[Message], Answer], verb: str) -> Answer:
        connection = connection_of(message.office_id, message.channel)
        if mode_of(connection) == "simulator":
            return simulated(message)
        answer: Answer = getattr(protocol(message.channel), verb)(connection, message)
        return answer


def position(connection: Connection, reference: str) -> Position | None:
    """Where the other side says a case stands; None where it cannot be asked or does not answer."""
    if mode_of(connection) == "manual":
        return None
    if mode_of(connection) == "simulator":
        return simulator.position(connection.system, reference)
    found: Position | None = protocol(connection.system).position(connection, reference)
    return found


def reference_in(system: str, fields: dict[str, Any]) -> str:
    """The other side's name for a case, where the fields of a message give it."""
    found = getattr(protocol(system), "reference", None)
    return str(found(fields)) if found else ""


def stated_in(system: str, fields: dict[str, Any]) -> str:
    """The status that a message tells the other side, where it tells one."""
    found = getattr(protocol(system), "stated", None)
    return str(found(fields)) if found else ""
