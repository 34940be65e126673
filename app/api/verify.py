"""Public verification of letters, by code and by file."""

from flask import Response, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.errors import Invalid, text
from app.reports.verification import Checked, check_code, check_file
from app.web.i18n import translate
from app.web.limits import Limit

CHECKS = Limit("verify", times=60, seconds=60)
UPLOADS = Limit("verify-file", times=20, seconds=60)


class VerifyApi(Api):
    """Is this letter genuine?"""

    resource_name = "verify"
    openapi_spec_tag = "Verification"

    @expose("/<code>", methods=["GET"])
    def get(self, code: str) -> Response:
        """Verify by code
        ---
        get:
          summary: What the office says of the letter with this code; no personal data
          parameters: [{in: path, name: code, required: true, schema: {type: string}}]
          responses:
            200: {description: The result, content: {application/json: {schema: {type: object}}}}
        """
        CHECKS.hit()
        return self.response(200, **shown(check_code(code)))

    @expose("", methods=["POST"])
    def post(self) -> Response:
        """Verify a file
        ---
        post:
          summary: Whether this PDF is, byte for byte, a letter that was issued
          requestBody:
            content:
              multipart/form-data:
                schema: {type: object, properties: {file: {type: string, format: binary}}}
          responses:
            200: {description: The result, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        UPLOADS.hit()
        file = request.files.get("file")
        if file is None:
            raise Invalid("Choose a file.", errors={"file": [text("Choose a file.")]})
        return self.response(200, **shown(check_file(file.read())))


def shown(checked: Checked) -> dict[str, object]:
    """The result as api.md names it."""
    return {**checked.as_json(), "reason": translate(checked.reason)}
