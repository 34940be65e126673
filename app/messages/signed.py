"""Speak to an outside system by signed JSON messages, as it speaks to us (docs/outside-systems.md)."""

import json

from app import clock
from app.messages.http import post
from app.messages.models import Message
from app.messages.models_outside import Connection
from app.messages.sealing import unseal
from app.messages.signature import sign
from app.messages.transport import Answer, Position


def carry(connection: Connection, message: Message) -> Answer:
    """Send a message under its own id: the other side recognises a repetition."""
    return _post(connection, str(message.payload["method"]), f"alurizin-{message.id}", _body(message))


def check(connection: Connection, message: Message) -> Answer:
    """Ask for nothing: the id makes a repetition harmless, so an uncertain message is simply sent again."""
    return Answer(404)


def position(connection: Connection, reference: str) -> Position | None:
    """There is no common way to ask; what is awaited is listed for a person."""
    return None


def probe(connection: Connection) -> Answer:
    """Try address and key."""
    return _post(connection, "ping", f"alurizin-ping-{connection.id}", {})


def _body(message: Message) -> dict[str, object]:
    return {"correlation": message.correlation, "data": message.payload["fields"]}


def _post(connection: Connection, method: str, message_id: str, body: dict[str, object]) -> Answer:
    content = json.dumps(body, ensure_ascii=False).encode()
    stamp = str(int(clock.now().timestamp()))
    headers = {
        "X-Message-Id": message_id,
        "X-Timestamp": stamp,
        "X-Signature": sign(unseal(connection.secret), stamp, content),
        "X-Sender": connection.username,
    }
    return post(f"{connection.base_url}/{method}", content, headers)
