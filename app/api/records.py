"""Registers and messages of an office."""

from typing import Any

from flask import Response, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import now, number_argument
from app.errors import Forbidden
from app.flow.deliver_message import retry
from app.registers.models import RegisterEntry
from app.reports.case_page import message_json
from app.reports.lists import PAGE, messages, register, require_message
from app.web.sessions import person


class RegistersApi(Api):
    """The books of an office."""

    resource_name = "registers"
    openapi_spec_tag = "Registers"

    @expose("/<book>", methods=["GET"])
    def get(self, book: str) -> Response:
        """Read a book
        ---
        get:
          summary: Lines of a book (incoming, outgoing, permits, dispatch), newest first, 25 at a time
          security: [{jwt: []}]
          parameters:
          - {in: path, name: book, required: true, schema: {type: string}}
          - {in: query, name: office, schema: {type: string}}
          - {in: query, name: year, schema: {type: integer}}
          - {in: query, name: after, schema: {type: integer}}
          responses:
            200: {description: A page, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        who = person()
        if not who.is_staff:
            raise Forbidden("Only the office's staff may read its books.")
        office = request.args.get("office")
        rows = register(who, book, office, number_argument("year"), number_argument("after"))
        after = rows[PAGE - 1].id if len(rows) > PAGE else None
        return self.response(200, items=[entry_json(row) for row in rows[:PAGE]], next=after)


class MessagesApi(Api):
    """What went out and came in."""

    resource_name = "messages"
    openapi_spec_tag = "Messages"

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List messages
        ---
        get:
          summary: Messages of one's offices, newest first
          security: [{jwt: []}]
          parameters:
          - {in: query, name: direction, schema: {type: string}}
          - {in: query, name: state, schema: {type: string}}
          - {in: query, name: case, schema: {type: string}}
          responses:
            200: {description: The messages, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        who = person()
        if not who.is_staff:
            raise Forbidden("Only the office's staff may read its messages.")
        args = request.args
        rows = messages(who, args.get("direction"), args.get("state"), args.get("case"))
        return self.response(200, items=[message_json(row) for row in rows])

    @expose("/<int:message_id>/retry", methods=["POST"])
    def retry(self, message_id: int) -> Response:
        """Retry a message
        ---
        post:
          summary: Send a stopped or waiting message again at once
          security: [{jwt: []}]
          parameters: [{in: path, name: message_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The message, content: {application/json: {schema: {type: object}}}}
            409: {description: Already sent}
        """
        who = person()
        require_message(who, message_id)
        return self.response(200, **message_json(retry(message_id, who.username, now())))


def entry_json(row: RegisterEntry) -> dict[str, Any]:
    """One line of a book."""
    return {
        "id": row.id,
        "book": row.book,
        "series": row.series,
        "year": row.year,
        "seq": row.seq,
        "inserted": row.inserted,
        "number": row.number,
        "on": row.on.isoformat(),
        "subject": row.subject,
        "counterpart": row.counterpart,
        "case": row.case.number if row.case else None,
        "letter": row.letter_id,
        "received_by": row.received_by,
        "received_at": row.received_at.isoformat() if row.received_at else None,
        "void_at": row.void_at.isoformat() if row.void_at else None,
        "void_reason": row.void_reason,
    }
