"""Messages from outside systems, signed by their sender."""

from typing import Any

from flask import Response, current_app, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import json_object, now, value
from app.errors import Forbidden, Invalid, OfficeError, text
from app.flow.arrival import Arrival
from app.flow.arrive import arrive
from app.messages.senders import Sender, signer

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
          summary: A signed message that a case waits for or that opens one
          description: >-
            X-Signature is the hexadecimal HMAC-SHA256 of `timestamp.body` under the key that the office has
            given to the sender; X-Timestamp is in seconds since 1970 and at most five minutes off. The same
            X-Message-Id twice gets the first answer. `correlation` names the case, by its number or by the
            name that the sender has for it; `data` are the answers of the waiting step's form; `outcome` is
            needed only where the step has outcomes and no table.
          parameters:
          - {in: path, name: system, required: true, schema: {type: string}}
          - {in: path, name: message, required: true, schema: {type: string}}
          - {in: header, name: X-Message-Id, required: true, schema: {type: string}}
          - {in: header, name: X-Timestamp, required: true, schema: {type: string}}
          - {in: header, name: X-Signature, required: true, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [correlation]
                  properties:
                    correlation: {type: string}
                    data: {type: object}
                    outcome: {type: string}
          responses:
            200: {description: What it led to, content: {application/json: {schema: {type: object}}}}
            401: {$ref: '#/components/responses/401'}
            403: {$ref: '#/components/responses/403'}
            404: {description: No case waits for it and none begins with it; it is kept for an officer}
            409: {description: 'The id was used for other contents, or a signed message is played back'}
            422: {$ref: '#/components/responses/422'}
        """
        sender = require_signature(system)
        arrival = arrival_from(system, message, json_object(), sender)
        return self.response(200, **arrive(arrival, now()))


def require_signature(system: str) -> Sender:
    """Check the HMAC-SHA256 of `timestamp.body` under a sender's key, not older than five minutes."""
    stamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    house_key = current_app.config["OFFICE"].inbound_key(system)
    sender = signer(system, stamp, request.get_data(cache=True), given, house_key)
    if sender is None:
        raise NotSigned("The message is not signed by its sender.")
    if not (stamp.isdecimal() and len(stamp) < 19) or abs(now().timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise NotSigned("The message is too old.")
    if not sender.is_enabled:
        raise Forbidden("This office takes no messages from this system at present.")
    return sender


def arrival_from(system: str, message: str, body: dict[str, Any], sender: Sender) -> Arrival:
    """The message as flow takes it."""
    message_id = request.headers.get("X-Message-Id", "").strip()[:100]
    if not message_id:
        raise Invalid("Some values are missing.", errors={"X-Message-Id": [text("Fill this in.")]})
    correlation = value(body, "correlation", str, required=True)
    value(body, "data", dict)
    value(body, "outcome", str)
    signature = request.headers.get("X-Signature", "").lower()
    return Arrival(system, message, message_id, correlation, body, sender.office_id, signature)
