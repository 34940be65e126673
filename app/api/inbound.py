"""Messages from outside systems, signed by their sender."""

import hashlib
import hmac
from typing import Any

from flask import Response, current_app, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import json_object, now, value
from app.errors import Invalid, OfficeError, text
from app.flow.arrive import Arrival, arrive

WINDOW_SECONDS = 300


class NotSigned(OfficeError):
    """The message does not prove who sent it, or is too old to be believed."""

    status = 401


class InboundApi(Api):
    """What other systems tell us."""

    resource_name = "inbound"
    openapi_spec_tag = "Outside systems"

    @expose("/<system>/<message>", methods=["POST"])
    def post(self, system: str, message: str) -> Response:
        """Receive a message
        ---
        post:
          summary: A signed message that a case waits for; the same id twice gets the first answer
          parameters:
          - {in: path, name: system, required: true, schema: {type: string}}
          - {in: path, name: message, required: true, schema: {type: string}}
          - {in: header, name: X-Message-Id, required: true, schema: {type: string}}
          - {in: header, name: X-Timestamp, required: true, schema: {type: string}}
          - {in: header, name: X-Signature, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: What it led to, content: {application/json: {schema: {type: object}}}}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        require_signature(system)
        body = json_object()
        return self.response(200, **arrive(arrival_from(system, message, body), now()))


def require_signature(system: str) -> None:
    """Check the HMAC-SHA256 of `timestamp.body` under the sender's key, not older than five minutes."""
    stamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    key = current_app.config["OFFICE"].inbound_key(system)
    expected = hmac.new(key.encode(), stamp.encode() + b"." + request.get_data(cache=True), hashlib.sha256)
    if not key or not hmac.compare_digest(expected.hexdigest().encode(), given.lower().encode()):
        raise NotSigned("The message is not signed by its sender.")
    if not (stamp.isdecimal() and len(stamp) < 19) or abs(now().timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise NotSigned("The message is too old.")


def arrival_from(system: str, message: str, body: dict[str, Any]) -> Arrival:
    """The message as flow takes it."""
    message_id = request.headers.get("X-Message-Id", "").strip()[:100]
    if not message_id:
        raise Invalid("Some values are missing.", errors={"X-Message-Id": [text("Fill this in.")]})
    correlation = value(body, "correlation", str, required=True)
    value(body, "data", dict)
    value(body, "outcome", str)
    return Arrival(system, message, message_id, correlation, body)
