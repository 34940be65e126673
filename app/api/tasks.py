"""Tasks: the inbox, one task, preview, claim, release, assign, complete."""

from typing import Any

from flask import Response, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.request import Malformed, given_from, json_object, now, value
from app.cases.inbox import BEGINNING, PAGE, Wanted, cursor, next_cursor, own_tasks, tasks_for
from app.cases.models import Task
from app.definitions.catalogue import current
from app.flow.claim import assign, claim, release
from app.flow.complete import complete
from app.flow.preview import preview
from app.forms.context import requirements_of
from app.forms.schema import json_schema
from app.people.access import Person
from app.reports.inbox import pairs_of
from app.reports.task_page import form_of_task, task_json, view_task
from app.web.sessions import person


class TasksApi(Api):
    """What waits for whom."""

    resource_name = "tasks"
    openapi_spec_tag = "Tasks"

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List my tasks
        ---
        get:
          summary: The open tasks one may do, nearest deadline first, 25 at a time
          security: [{jwt: []}]
          parameters:
          - {in: query, name: role, schema: {type: string}}
          - {in: query, name: office, schema: {type: string}}
          - {in: query, name: case, schema: {type: string}}
          - {in: query, name: overdue, schema: {type: boolean}}
          - {in: query, name: after, schema: {type: string}}
          responses:
            200: {description: A page, content: {application/json: {schema: {type: object}}}}
            401: {$ref: '#/components/responses/401'}
        """
        rows = rows_for(person())
        return self.response(200, items=[row_json(row) for row in rows[:PAGE]], next=next_cursor(rows))

    @expose("/<int:task_id>", methods=["GET"])
    def get(self, task_id: int) -> Response:
        """Show a task
        ---
        get:
          summary: A task with its form, ways out and deadline
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The task, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        return self.response(200, **shown(*view_task(person(), task_id)))

    @expose("/<int:task_id>/preview", methods=["POST"])
    def preview(self, task_id: int) -> Response:
        """Preview a completion
        ---
        post:
          summary: What completing the task would lead to; changes nothing
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The outcome and why, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        return self.response(200, **preview(person(), task_id, given_from(json_object()), now()))

    @expose("/<int:task_id>/complete", methods=["POST"])
    def complete(self, task_id: int) -> Response:
        """Complete a task
        ---
        post:
          summary: Complete a task, exactly once
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [version]
                  properties:
                    version: {type: integer}
                    data: {type: object}
                    outcome: {type: string}
                    note: {type: string}
                    passphrase: {type: string}
                    idempotency_key: {type: string}
          responses:
            200: {description: What it led to, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
            409: {description: Stale or done or claimed by another}
            422: {$ref: '#/components/responses/422'}
        """
        body = json_object()
        value(body, "version", int, required=True)
        return self.response(200, **complete(person(), task_id, given_from(body), now()))

    @expose("/<int:task_id>/claim", methods=["POST"])
    def claim(self, task_id: int) -> Response:
        """Claim a task
        ---
        post:
          summary: Take a task in hand
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The task, content: {application/json: {schema: {type: object}}}}
            409: {description: Claimed by another}
        """
        return self.response(200, **handed(claim(person(), task_id, now())))

    @expose("/<int:task_id>/release", methods=["POST"])
    def release(self, task_id: int) -> Response:
        """Release a task
        ---
        post:
          summary: Put a task back into the queue
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          responses:
            200: {description: The task, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        return self.response(200, **handed(release(person(), task_id, now())))

    @expose("/<int:task_id>/assign", methods=["POST"])
    def assign(self, task_id: int) -> Response:
        """Assign a task
        ---
        post:
          summary: Give a task to a colleague
          security: [{jwt: []}]
          parameters: [{in: path, name: task_id, required: true, schema: {type: integer}}]
          requestBody:
            content: {application/json: {schema: {type: object, properties: {username: {type: string}}}}}
          responses:
            200: {description: The task, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        username = value(json_object(), "username", str, required=True)
        return self.response(200, **handed(assign(person(), task_id, username, now())))


def rows_for(who: Person) -> list[Any]:
    """The inbox by the arguments of the address; an applicant's tasks are those of their own cases.

    An applicant is never late, so that `overdue` leaves none; staff see their own cases' as `applicant`.
    """
    args = request.args
    is_overdue = args.get("overdue") in ("1", "true", "True")
    require_cursor(args.get("after"))
    if not who.is_staff or args.get("role") == "applicant":
        if is_overdue:
            return []
        return own_tasks(who.user_id, who.party_ids, args.get("after"), args.get("case"))
    wanted = Wanted(
        pairs=pairs_of(who, args.get("role"), args.get("office")),
        username=who.username,
        after=args.get("after"),
        overdue=is_overdue,
        case=args.get("case"),
    )
    return tasks_for(wanted, now())


def require_cursor(after: str | None) -> None:
    """Refuse a cursor that nobody was given: the first page again would never end. Raises Malformed."""
    if after and cursor(after) == BEGINNING:
        raise Malformed("The argument %(name)s is not one that a page ended with.", name="after")


def row_json(row: Any) -> dict[str, Any]:
    """One line of the inbox."""
    names = ("id", "case", "step", "no", "title", "role", "kind", "state", "claimed_by", "version", "party")
    return {
        **{name: getattr(row, name) for name in names},
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "overdue": overdue(row),
    }


def overdue(task: Any) -> bool:
    """True past the limit; an applicant has none that counts."""
    return bool(task.due_at and task.due_at < now() and task.clock != "applicant")


def shown(task: Task, case: Any) -> dict[str, Any]:
    """A task with the JSON Schema of its form."""
    form = form_of_task(task, case)
    service = current().get("service", case.service).shape
    schema = json_schema(form, requirements_of(service)) if form else None
    return {**task_json(task, case), "overdue": overdue(task), "form": schema}


def handed(task: Task) -> dict[str, Any]:
    """Whose hands a task is in now."""
    return {"id": task.id, "claimed_by": task.claimed_by, "version": task.version}
