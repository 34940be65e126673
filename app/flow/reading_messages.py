"""Read in a message from outside what the service's definition says: answers, references, the party."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.definitions.catalogue import Catalogue
from app.definitions.messages import Inbound, Messages
from app.definitions.service import Service
from app.messages.reading import value_in
from app.people.models import Office


def inbound_of(catalogue: Catalogue, service: Service, name: str) -> Inbound | None:
    """What a service reads in a message of this name."""
    if not service.messages or not catalogue.has("messages", service.messages):
        return None
    messages: Messages = catalogue.get("messages", service.messages).shape
    return messages.inbound.get(name)


def answers_in(
    inbound: Inbound | None, body: Mapping[str, Any], office: Office, now: datetime
) -> dict[str, Any]:
    """The answers of a message: what it gives under `data`, and what the definition reads besides."""
    given = body.get("data") if isinstance(body.get("data"), dict) else {}
    read = _read(inbound.fields, body, office, now) if inbound else {}
    return {**read, **(given or {})}


def kept_in(inbound: Inbound, body: Mapping[str, Any], office: Office, now: datetime) -> dict[str, Any]:
    """What of a message stays with the case beside its answers."""
    return _read(inbound.keep, body, office, now)


def text_in(template: str, body: Mapping[str, Any], office: Office, now: datetime) -> str:
    """One text read in a message, empty where there is none."""
    found = value_in(template, values(body, office, now)) if template else None
    return "" if found is None else str(found).strip()


def fits(inbound: Inbound, body: Mapping[str, Any]) -> bool:
    """True if a message has one of the accepted values at every path."""
    return all(str(at(body, path)) in accepted for path, accepted in inbound.when.items())


def at(body: object, path: str) -> object:
    """The value at a dotted path; numbers count rows from 0."""
    for part in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(part)
        elif isinstance(body, list) and part.isdecimal() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


def values(body: Mapping[str, Any], office: Office, now: datetime) -> dict[str, Any]:
    """What the templates of a definition may speak of."""
    here = now.astimezone(ZoneInfo(office.timezone))
    data = body.get("data") if isinstance(body.get("data"), dict) else {}
    return {
        "body": body,
        "data": data,
        "today": here.date().isoformat(),
        "now": here.isoformat(timespec="seconds"),
    }


def _read(
    templates: Mapping[str, str], body: Mapping[str, Any], office: Office, now: datetime
) -> dict[str, Any]:
    context = values(body, office, now)
    found = {key: value_in(template, context) for key, template in templates.items()}
    return {key: value for key, value in found.items() if value not in (None, "", [])}
