"""Letters: list, show, download, revoke."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, request, send_file
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import json_object, now, number_argument, value
from app.errors import Invalid
from app.flow.fetch import fetch_by_link, fetch_letter
from app.flow.revoke import Ending, revoke
from app.letters.by_hand import file_kind
from app.reports.draft_copy import draft_pdf
from app.reports.letters import letter_json, letters_of_case, seen_json, view_letter
from app.reports.lists import PAGE, letters
from app.web.sessions import person


class LettersApi(Api):
    """Letters of cases."""

    resource_name = "letters"
    openapi_spec_tag = "Letters"

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List letters
        ---
        get:
          summary: The letters one may see, newest first, 25 at a time; those of one case all, oldest first
          security: [{jwt: []}]
          parameters:
          - {in: query, name: case, schema: {type: string}}
          - {in: query, name: status, schema: {type: string}}
          - {in: query, name: after, schema: {type: integer}}
          responses:
            200: {description: The letters, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        who, case, status = person(), request.args.get("case"), request.args.get("status")
        if case is not None:
            return self.response(200, items=letters_of_case(who, case, status), next=None)
        rows = letters(who, status, number_argument("after"))
        after = rows[PAGE - 1].id if len(rows) > PAGE else None
        return self.response(200, items=[seen_json(who, row) for row in rows[:PAGE]], next=after)

    @expose("/<int:letter_id>", methods=["GET"])
    def get(self, letter_id: int) -> Response:
        """Show a letter
        ---
        get:
          summary: Number, status, initials, signer and hash of a letter
          security: [{jwt: []}]
          parameters: [{in: path, name: letter_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The letter, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        return self.response(200, **letter_json(*view_letter(person(), letter_id)))

    @expose("/<int:letter_id>/file/<code>", methods=["GET"])
    def file(self, letter_id: int, code: str) -> Response:
        """Fetch a letter by its link
        ---
        get:
          summary: The signed PDF, for the outside system that was told this address
          parameters:
          - {in: path, name: letter_id, required: true, schema: {type: integer}}
          - {in: path, name: code, required: true, schema: {type: string}}
          responses:
            200: {description: The PDF, content: {application/pdf: {schema: {type: string}}}}
            404: {$ref: '#/components/responses/404'}
        """
        content = fetch_by_link(letter_id, code, now())
        return send_file(content, "application/pdf", as_attachment=True, download_name=f"{letter_id}.pdf")

    @expose("/<int:letter_id>/pdf", methods=["GET"])
    def pdf(self, letter_id: int) -> Response:
        """Download a letter
        ---
        get:
          summary: The signed PDF as signed, which its applicant has then received; drafts for staff
          security: [{jwt: []}]
          parameters: [{in: path, name: letter_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The PDF, content: {application/pdf: {schema: {type: string}}}}
            404: {$ref: '#/components/responses/404'}
        """
        who = person()
        letter, _ = view_letter(who, letter_id)
        content = fetch_letter(who, letter, now()) if letter.pdf_sha256 else BytesIO(draft_pdf(letter))
        media_type, ending = file_kind(letter)
        name = f"{(letter.number or letter.title).replace('/', '-')}.{ending}"
        return send_file(content, media_type, as_attachment=True, download_name=name)

    @expose("/<int:letter_id>/revoke", methods=["POST"])
    def revoke(self, letter_id: int) -> Response:
        """Revoke a letter
        ---
        post:
          summary: Revoke a signed letter, by a person with its signer's mandate
          security: [{jwt: []}]
          parameters: [{in: path, name: letter_id, required: true, schema: {type: integer}}]
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [reason, passphrase]
                  properties:
                    reason: {type: string}
                    basis: {type: string, description: The regulation and article it rests on}
                    on: {type: string, format: date, description: 'From which day, by default today'}
                    passphrase: {type: string}
          responses:
            200: {description: The letter, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
            409: {description: Not signed or revoked already}
        """
        who, body = person(), json_object()
        view_letter(who, letter_id)
        revoke(who, letter_id, _ending(body), now())
        return self.response(200, **letter_json(*view_letter(who, letter_id)))


def _ending(body: dict[str, Any]) -> Ending:
    given = value(body, "on", str, "")
    try:
        on = date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Invalid("“%(given)s” is no date.", given=given[:20]) from error
    reason, basis = value(body, "reason", str, required=True), value(body, "basis", str)
    return Ending(reason, basis, on, value(body, "passphrase", str, ""))
