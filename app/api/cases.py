"""Cases and their attachments."""

from typing import Any

from flask import Response, request, send_file
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.offers import full_key
from app.api.request import Malformed, json_object, now, number_argument, value
from app.definitions.catalogue import current
from app.definitions.service import Service
from app.errors import Invalid, text
from app.flow.attach import Upload, attach
from app.flow.reveal import open_attachment, reveal
from app.flow.submit import Application, save_draft, submit, submit_draft, update_draft
from app.flow.withdraw import withdraw
from app.reports.case_page import case_json, head_json
from app.reports.lists import PAGE, Filter, cases, history
from app.reports.view import side_of, view_case
from app.web.sessions import person


class CasesApi(Api):
    """Applications on their way."""

    resource_name = "cases"
    openapi_spec_tag = "Cases"

    @expose("/", methods=["POST"])
    def post(self) -> Response:
        """Open a case
        ---
        post:
          summary: Submit an application, or keep it as a draft
          security: [{jwt: []}]
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [service, data]
                  properties:
                    service: {type: string}
                    data: {type: object}
                    draft: {type: boolean}
                    party: {type: string, description: NIB or NIK of whose case it will be}
                    applicant: {type: object, description: counter entry by an officer}
                    idempotency_key: {type: string}
          responses:
            201: {description: The case, content: {application/json: {schema: {type: object}}}}
            401: {$ref: '#/components/responses/401'}
            422: {$ref: '#/components/responses/422'}
        """
        who, body = person(), json_object()
        application = application_from(body)
        is_draft = value(body, "draft", bool, False)
        case = (save_draft if is_draft else submit)(who, application, now())
        response = self.response(201, **case_json(view_case(who, case.number)))
        response.headers["Location"] = f"/api/v1/cases/{case.number}"
        return response

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List cases
        ---
        get:
          summary: The cases one may see, newest first, 25 at a time
          security: [{jwt: []}]
          parameters:
          - {in: query, name: status, schema: {type: string}}
          - {in: query, name: service, schema: {type: string}}
          - {in: query, name: office, schema: {type: string}}
          - {in: query, name: q, schema: {type: string}}
          - {in: query, name: after, schema: {type: integer}}
          responses:
            200: {description: A page, content: {application/json: {schema: {type: object}}}}
            401: {$ref: '#/components/responses/401'}
        """
        args = request.args
        service = args.get("service")
        wanted = Filter(
            status=args.get("status"),
            service=full_key(service) if service else None,
            office=args.get("office"),
            q=args.get("q"),
            after=number_argument("after"),
        )
        who = person()
        rows = cases(who, wanted)
        after = rows[PAGE - 1].id if len(rows) > PAGE else None
        items = [head_json(row, side_of(who, row) or "applicant") for row in rows[:PAGE]]
        return self.response(200, items=items, next=after)

    @expose("/<number>", methods=["GET"])
    def get(self, number: str) -> Response:
        """Show a case
        ---
        get:
          summary: A case with its plan, tasks, decisions, letters, messages and files
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          responses:
            200: {description: The case, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        return self.response(200, **case_json(view_case(person(), number)))

    @expose("/<number>", methods=["PUT"])
    def put(self, number: str) -> Response:
        """Change a draft
        ---
        put:
          summary: Replace the answers of a draft; with its `version`, only if nobody saved it since
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The case, content: {application/json: {schema: {type: object}}}}
            409: {description: Already submitted or saved since that version}
        """
        who = person()
        body = json_object()
        version = value(body, "version", int)
        update_draft(who, number, value(body, "data", dict, required=True), now(), version)
        return self._case(who, number)

    @expose("/<number>/submit", methods=["POST"])
    def submit(self, number: str) -> Response:
        """Submit a draft
        ---
        post:
          summary: Submit a draft
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          responses:
            200: {description: The case, content: {application/json: {schema: {type: object}}}}
            409: {description: Already submitted}
            422: {$ref: '#/components/responses/422'}
        """
        who = person()
        submit_draft(who, number, value(json_object(), "data", dict), now())
        return self._case(who, number)

    @expose("/<number>/withdraw", methods=["POST"])
    def withdraw(self, number: str) -> Response:
        """Withdraw
        ---
        post:
          summary: Withdraw an application before its decision is signed
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          responses:
            200: {description: The case, content: {application/json: {schema: {type: object}}}}
            409: {description: Closed or decided}
        """
        who = person()
        withdraw(who, number, value(json_object(), "reason", str, ""), now())
        return self._case(who, number)

    @expose("/<number>/history", methods=["GET"])
    def history(self, number: str) -> Response:
        """Show the history
        ---
        get:
          summary: The audit events of a case, oldest first; for the office
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          responses:
            200: {description: The events, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        view = view_case(person(), number)
        events = history(view.case)
        if not view.inside:
            events = [{**event, "actor": "", "detail": {}} for event in events]
        return self.response(200, items=events)

    @expose("/<number>/reveal", methods=["POST"])
    def reveal(self, number: str) -> Response:
        """Open an identifier
        ---
        post:
          summary: Show a masked identifier in full; the opening is recorded
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          requestBody:
            content: {application/json: {schema: {type: object, properties: {field: {type: string}}}}}
          responses:
            200: {description: The value, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        field = value(json_object(), "field", str, required=True)
        return self.response(200, field=field, value=reveal(person(), number, field, now()))

    @expose("/<number>/attachments", methods=["POST"])
    def attach(self, number: str) -> Response:
        """Attach a file
        ---
        post:
          summary: Bring a file for a requirement or a task; a second one replaces the first
          security: [{jwt: []}]
          parameters: [{in: path, name: number, required: true, schema: {type: string}}]
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  required: [file]
                  properties:
                    file: {type: string, format: binary}
                    requirement: {type: string}
                    task: {type: integer}
          responses:
            201: {description: The attachment, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        row = attach(person(), number, upload_from(), now())
        return self.response(201, id=row.id, sha256=row.sha256, size=row.size)

    def _case(self, who: Any, number: str) -> Response:
        return self.response(200, **case_json(view_case(who, number)))


class AttachmentsApi(Api):
    """Files brought to cases."""

    resource_name = "attachments"
    openapi_spec_tag = "Cases"

    @expose("/<int:attachment_id>", methods=["GET"])
    def get(self, attachment_id: int) -> Response:
        """Download a file
        ---
        get:
          summary: The file itself
          security: [{jwt: []}]
          parameters: [{in: path, name: attachment_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The file, content: {application/octet-stream: {schema: {type: string}}}}
            404: {$ref: '#/components/responses/404'}
        """
        row, content = open_attachment(person(), attachment_id, now())
        return send_file(content, row.media_type, as_attachment=True, download_name=row.name)


def application_from(body: dict[str, Any]) -> Application:
    """What is asked for. Raises Invalid."""
    service = full_key(value(body, "service", str, required=True))
    data = {**value(body, "data", dict, {}), **value(body, "applicant", dict, {})}
    return Application(
        service=service,
        data={**data, **party_in(body, data, service)},
        idempotency_key=value(body, "idempotency_key", str),
        at_counter="applicant" in body,
    )


def party_in(body: dict[str, Any], data: dict[str, Any], service: str) -> dict[str, str]:
    """Whose case it will be, by NIB or NIK, as the form asks for it. Raises Invalid where `data` differs."""
    party = value(body, "party", str)
    if party is None:
        return {}
    shape: Service = current().get("service", service).shape
    field = "nib" if shape.party_kind == "company" else "nik"
    if data.get(field, party) != party:
        message = text("The application itself names another party.")
        raise Invalid(message.msgid, errors={"party": [message]})
    return {field: party}


def upload_from() -> Upload:
    """The file of a multipart request. Raises Invalid, Malformed."""
    file = request.files.get("file")
    if file is None:
        raise Invalid("Choose a file.", errors={"file": [text("Choose a file.")]})
    task = request.form.get("task")
    if task is not None and not (task.isdecimal() and len(task) < 19):
        raise Malformed("The argument %(name)s must be a number.", name="task")
    return Upload(
        name=file.filename or "",
        content=file.read(),
        requirement=request.form.get("requirement") or None,
        task_id=int(task) if task else None,
    )
