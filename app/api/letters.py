"""Letters: list, show, download, revoke."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, request, send_file
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import json_object, now, value
from app.errors import Invalid
from app.flow.fetch import fetch_by_link, fetch_letter
from app.flow.revoke import Ending, revoke
from app.letters.by_hand import file_kind
from app.reports.draft_copy import draft_pdf
from app.reports.letters import letter_json, list_letters, view_letter
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
          summary: The letters of a case one may see
          security: [{jwt: []}]
          parameters:
          - {in: query, name: case, required: true, schema: {type: string}}
          - {in: query, name: status, schema: {type: string}}
          responses:
            200: {description: The letters, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        rows = list_letters(person(), request.args.get("case", ""), request.args.get("status"))
        return self.response(200, items=rows)

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
                  required: [reason, basis, passphrase]
                  properties:
                    reason: {type: string}
                    basis: {type: string, description: The regulation and article it rests on}
                    on: {type: string, format: date, description: 'From which day, by default today'}
                    passphrase: {type: string}
          responses:
            200: {description: The letter, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
            409: {description: Not signed, or revoked already}
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
    reason, basis = (value(body, name, str, required=True) for name in ("reason", "basis"))
    return Ending(reason, basis, on, value(body, "passphrase", str, ""))
