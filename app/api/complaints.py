"""Complaints for machines: filed by anybody, entered by officers, read by those who may handle them."""

from datetime import datetime
from typing import Any

from flask import Response, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.offers import full_key, service_key
from app.api.request import json_object, now, number_argument, value
from app.errors import Forbidden, Invalid, text
from app.feedback.models_complaint import Complaint
from app.flow import complain
from app.reports import complaints as reading
from app.reports.lists import PAGE
from app.web.limits import COMPLAIN
from app.web.sessions import person, visitor_or_person

WORDS = ("channel", "category", "about_role", *complain.LONGEST_OF)


class ComplaintsApi(Api):
    """Complaints and questions of the public."""

    resource_name = "complaints"
    openapi_spec_tag = "Complaints"

    @expose("/", methods=["POST"])
    def post(self) -> Response:
        """File or enter a complaint
        ---
        post:
          summary: File a complaint without an account, or enter one that came by another channel
          description: >-
            Without a token it is filed as from the page. An officer names the channel and, in `received_at`,
            when it came: the limit counts from then. `secret_code`, with the ticket, shows it to its sender.
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [service, category, subject, body]
                  properties:
                    category: {type: string, enum: [inquiry, ordinary, oversight]}
                    is_secret: {type: boolean}
                    concerns_officer: {type: boolean}
                    received_at: {type: string, format: date-time}
                  additionalProperties: {type: string}
          responses:
            201: {description: The ticket, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
            422: {$ref: '#/components/responses/422'}
        """
        body, who = json_object(), visitor_or_person()
        given = given_from(body)
        if who is None or not who.is_staff:
            COMPLAIN.hit()
            complaint = complain.file(given, now())
        else:
            complaint = complain.register(who, given, received_at(body), now())
        shown = {"ticket": complaint.ticket, "due_at": complaint.due_at.isoformat()}
        return self.response(201, **shown, secret_code=complain.code_for(complaint))

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List complaints
        ---
        get:
          summary: The complaints one may see, newest first; those that are open by nearest limit
          security: [{jwt: []}]
          parameters:
          - in: query
            name: state
            schema: {type: string, enum: [open, received, in_progress, answered, closed]}
          - {in: query, name: after, schema: {type: integer}}
          responses:
            200: {description: A page, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        who = person()
        if not who.is_staff:
            raise Forbidden("Only the office's staff may read its complaints.")
        rows = reading.complaints(who, request.args.get("state", ""), None, number_argument("after"))
        after = rows[PAGE - 1].id if len(rows) > PAGE else None
        return self.response(200, items=[complaint_json(row) for row in rows[:PAGE]], next=after)

    @expose("/<ticket>", methods=["GET"])
    def get(self, ticket: str) -> Response:
        """Show a complaint
        ---
        get:
          summary: A complaint and what was said on it; who sent it is masked, and of a secret one not told
          security: [{jwt: []}]
          parameters: [{in: path, name: ticket, required: true, schema: {type: string}}]
          responses:
            200: {description: The complaint, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        found = reading.complaint(person(), ticket.upper())
        said = [{**line, "at": line["at"].isoformat()} for line in reading.said(found, inside=True)]
        known = reading.masked_complainant(found)
        return self.response(
            200,
            **complaint_json(found),
            body=found.body,
            entries=said,
            complainant=None if known is None else dict(known),
        )


def given_from(body: dict[str, Any]) -> complain.Given:
    """What a machine says of a complaint."""
    words = {name: value(body, name, str, "") for name in WORDS}
    return complain.Given(
        service=full_key(value(body, "service", str, required=True)),
        is_secret=value(body, "is_secret", bool, False),
        concerns_officer=value(body, "concerns_officer", bool, False) or bool(words["about_role"]),
        **words,
    )


def received_at(body: dict[str, Any]) -> datetime:
    """When a complaint came, else now. Raises Invalid."""
    given = value(body, "received_at", str)
    if given is None:
        return now()
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            "Some values are not acceptable.",
            errors={"received_at": [text("Give a moment with its offset, as in 2026-12-21T10:00:00+07:00.")]},
        )
    return moment


def complaint_json(row: Complaint) -> dict[str, Any]:
    """One line of the list of complaints."""
    return {
        "ticket": row.ticket,
        "service": service_key(row.service),
        "office": row.office.key,
        "channel": row.channel,
        "category": row.category,
        "subject": row.subject,
        "case": row.case.number if row.case else None,
        "is_secret": row.is_secret,
        "concerns_officer": row.concerns_officer,
        "state": row.state,
        "handler": row.handler,
        "received_at": row.received_at.isoformat(),
        "due_at": row.due_at.isoformat(),
    }
