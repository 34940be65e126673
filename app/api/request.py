"""Read what machines send: JSON objects, files, and arguments of pages."""

from typing import Any

from flask import request

from app import clock
from app.errors import Invalid, OfficeError, text
from app.flow.work import Ask, Given


class Malformed(OfficeError):
    """The request itself cannot be read."""

    status = 400


def json_object() -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object."""
    if not request.get_data(cache=True):
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed("The request body must be a JSON object.")
    return body


def value(body: dict[str, Any], key: str, kind: type, default: Any = None, *, required: bool = False) -> Any:
    """One member of a body with its type checked. Raises Invalid naming it."""
    found = body.get(key)
    if found is None:
        if required:
            raise Invalid("Some values are missing.", errors={key: [text("Fill this in.")]})
        return default
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise Invalid("Some values are not acceptable.", errors={key: [text("This has the wrong type.")]})
    return found


def given_from(body: dict[str, Any]) -> Given:
    """What somebody hands in with a task."""
    return Given(
        version=value(body, "version", int),
        data=value(body, "data", dict, {}),
        outcome=value(body, "outcome", str),
        note=value(body, "note", str, ""),
        passphrase=value(body, "passphrase", str),
        idempotency_key=value(body, "idempotency_key", str),
        replies=_words(value(body, "replies", dict, {})),
        asks=[_ask(each) for each in value(body, "asks", list, [])],
    )


def _words(given: dict[str, Any]) -> dict[str, str]:
    return {key: value(given, key, str, "") for key in given}


def _ask(given: Any) -> Ask:
    body = given if isinstance(given, dict) else {}
    field, requirement = value(body, "field", str), value(body, "requirement", str)
    return Ask(value(body, "reason", str, ""), field, requirement)


def number_argument(name: str) -> int | None:
    """An integer argument of the address, or nothing. Raises Malformed."""
    found = request.args.get(name)
    if not found:
        return None
    if not found.isdecimal() or len(found) > 18:
        raise Malformed("The argument %(name)s must be a number.", name=name)
    return int(found)


now = clock.now
