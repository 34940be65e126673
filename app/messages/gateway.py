"""Texts to telephones, through a gateway that takes one JSON object for each: channel, to, text, id."""

import json
from dataclasses import dataclass
from typing import Any

from app.messages.http import post
from app.messages.models import Message
from app.messages.transport import Answer, Carrier
from app.people.phone_code import code_of

LONGEST_REASON = 200
PLACE_OF_CODE = "{code}"
WAIT = frozenset({408, 425, 429})  # refused for now only


@dataclass(frozen=True)
class Gateway:
    """Where texts are posted, and the bearer token that goes with them."""

    url: str
    token: str


def carrier(gateway: Gateway) -> Carrier:
    """Carry texts by posting them; a repetition bears the same id, by which the gateway knows it."""

    def carry(message: Message) -> Answer:
        body = {
            "channel": message.channel,
            "to": message.recipient,
            "text": text_of(message),
            "id": name_of(message),
        }
        headers = {"Idempotency-Key": name_of(message)}
        if gateway.token:
            headers["Authorization"] = f"Bearer {gateway.token}"
        return _judged(post(gateway.url, json.dumps(body).encode(), headers))

    return carry


def text_of(message: Message) -> str:
    """What is written to a telephone; a code is put in only now, the row never holds it."""
    written = str(message.payload["text"])
    nonce = message.payload.get("nonce")
    return written.replace(PLACE_OF_CODE, code_of(str(nonce))) if nonce else written


def name_of(message: Message) -> str:
    """The same for every attempt at one message."""
    return f"message-{message.id}"


def _judged(answer: Answer) -> Answer:
    """The gateway's answer; only its reason is kept, so that no number or text is stored once more."""
    if answer.ok:
        return Answer(answer.status)
    reason = _reason(answer.body)
    if answer.status in WAIT:
        return Answer(503, {"error": f"{answer.status} {reason}".strip()})
    return Answer(answer.status, {"error": reason}, answer.certain)


def _reason(said: dict[str, Any]) -> str:
    """The words of a refusal, under whichever usual name; empty where it gives none."""
    found = next((said[name] for name in ("error", "message", "detail") if said.get(name)), "")
    words = found if isinstance(found, str) else json.dumps(found)
    return " ".join(words.split())[:LONGEST_REASON]
