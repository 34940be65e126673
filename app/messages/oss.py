"""Speak to OSS-RBA by the ministry's integration guide (PIA 4.3.22, oss-rba/oss-rba.github.io)."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.messages.http import post
from app.messages.models import Message
from app.messages.models_outside import Connection
from app.messages.sealing import seal, unseal
from app.messages.transport import Answer, Position

# the object around the fields of each method, as the guide prints it
WRAPPERS = {
    "receiveLicenseStatus": "IZINSTATUS",
    "receiveLicense": "IZINFINAL",
    "updateLicense": "IZINFINAL",
    "checkLicenseStatus": "CHECKLICENSESTATUS",
    "inqueryLicense": "INQUERYLICENSE",
    "inqueryNIB": "INQUERYNIB",
}
LICENSE_METHODS = ("receiveLicense", "updateLicense")
QUESTIONS = ("inqueryNIB", "inqueryLicense", "checkLicenseStatus")
CODES = ("kode", "code", "status")


def carry(connection: Connection, message: Message) -> Answer:
    """Call the method of a message with its fields."""
    return call(connection, str(message.payload["method"]), message.payload["fields"])


def check(connection: Connection, message: Message) -> Answer:
    """Ask whether an uncertain message arrived: 200 yes, 404 no, anything else no answer."""
    fields, method = message.payload["fields"], str(message.payload["method"])
    if method in QUESTIONS:  # asking again changes nothing there
        return Answer(404)
    if method in LICENSE_METHODS:
        return _license_known(connection, fields)
    asked = call(connection, "checkLicenseStatus", {"id_izin": fields.get("id_izin", "")})
    if not asked.ok:
        return _not_found(asked)
    return Answer(200 if _code_in(asked) == str(fields.get("kd_status")) else 404, asked.body)


def position(connection: Connection, reference: str) -> Position | None:
    """The status that OSS has for an id_izin; None where it does not answer."""
    asked = call(connection, "checkLicenseStatus", {"id_izin": reference})
    if asked.ok:
        return Position(_code_in(asked), str(_license(asked).get("uraian_status") or ""))
    return Position("") if _not_found(asked).status == 404 else None


def probe(connection: Connection) -> Answer:
    """Try address and key with a question that changes nothing: a refusal for its contents is a good sign."""
    asked = call(connection, "checkLicenseStatus", {"id_izin": ""})
    return replace(asked, status=200) if asked.status in (200, 400) and asked.body else asked


def call(connection: Connection, method: str, fields: dict[str, Any]) -> Answer:
    """Call a method; a key that is no longer accepted is fetched anew, once."""
    key = _key(connection, renew=False)
    if isinstance(key, Answer):
        return key
    answer = _post(connection, method, {WRAPPERS.get(method, method): fields}, key)
    if answer.status == 401 and connection.username:
        renewed = _key(connection, renew=True)
        if isinstance(renewed, Answer):
            return renewed
        return _post(connection, method, {WRAPPERS.get(method, method): fields}, renewed)
    return answer


def stated(fields: dict[str, Any]) -> str:
    """The status that a message tells OSS."""
    return str(fields.get("kd_status") or fields.get("status_izin") or "")


def reference(fields: dict[str, Any]) -> str:
    """The name that OSS has for the case of a message."""
    return str(fields.get("id_izin") or "")


def tokens(username: str, password: str, nib: str, days: Iterable[str]) -> list[str]:
    """SHA1(USERNAME+PASSWORD+NIB+DATE) for each day (Ymd), by which OSS shows who it is."""
    # the guide asks for SHA-1; the password in it is long, and a repetition of a message changes nothing
    return [hashlib.sha1(f"{username}{password}{nib}{day}".encode()).hexdigest() for day in days]  # noqa: S324


def is_token(given: str, wanted: Iterable[str]) -> bool:
    """True if the header `Token` is one of those that the sender may use."""
    found = [hmac.compare_digest(given.strip().lower().encode(), token.encode()) for token in wanted]
    return any(found)


def _key(connection: Connection, renew: bool) -> str | Answer:
    """The `user_key`: the secret itself, or where there is a user name one fetched with the secret."""
    secret = unseal(connection.secret)
    if not connection.username:
        return secret
    if connection.token and not renew:
        return unseal(connection.token)
    body = {"securityKey": {"user_akses": connection.username, "pwd_akses": secret}}
    answer = _post(connection, "sendSecurityKey", body, None)
    key = _inner(answer.body).get("key")
    if not answer.ok or not key:
        return Answer(answer.status if not answer.ok else 401, answer.body)
    connection.token = seal(str(key))
    return str(key)


def _post(connection: Connection, method: str, body: dict[str, Any], key: str | None) -> Answer:
    headers = {"user_key": key} if key is not None else {}
    answer = post(f"{connection.base_url}/{method}", json.dumps(body, ensure_ascii=False).encode(), headers)
    return replace(answer, status=_status(answer))


def _status(answer: Answer) -> int:
    """OSS may say in `kode` of an HTTP 200 that it refused; what lacks the guide's shape is no answer."""
    if not answer.ok:
        return answer.status
    inner = _inner(answer.body)
    if not inner:
        return 502
    code = next((str(inner[name]) for name in CODES if str(inner.get(name, "")).isdecimal()), "200")
    return int(code) if len(code) == 3 else (200 if code == "1" else 400)


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    """The object inside an answer, whose name the guide spells in several ways."""
    return next((value for value in body.values() if isinstance(value, dict)), {})


def _license(answer: Answer) -> dict[str, Any]:
    found = _inner(answer.body).get("dataIZIN")
    return found if isinstance(found, dict) else {}


def _code_in(answer: Answer) -> str:
    return str(_license(answer).get("kd_status") or "")


def _license_known(connection: Connection, fields: dict[str, Any]) -> Answer:
    asked = call(connection, "inqueryLicense", {"id_izin": fields.get("id_izin", "")})
    if not asked.ok:
        return _not_found(asked)
    number = str(fields.get("nomor_izin") or "")
    return Answer(200 if number and number in _numbers(asked) else 404, asked.body)


def _numbers(answer: Answer) -> list[str]:
    data = _inner(answer.body).get("data")
    rows = data.get("data_checklist") if isinstance(data, dict) else None
    return [str(row.get("no_izin")) for row in rows or [] if isinstance(row, dict)]


def _not_found(asked: Answer) -> Answer:
    """OSS says 400 or 404 for what it does not have ("Data izin tidak ditemukan")."""
    return Answer(404, asked.body) if asked.status in (400, 404) else asked
