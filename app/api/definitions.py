"""Definitions and rule tables, for administrators."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Response, current_app
from flask_appbuilder.api import expose
from sqlalchemy import select

from app.api.answer import Api
from app.api.definition_json import draft_json, problem_json, revision_json
from app.api.request import json_object, now, value
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.models import Revision
from app.definitions.parse import Ref
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.letters import press
from app.people.access import Person
from app.publishing.check import Trial, check_set, trial_with
from app.publishing.drafts import Edited, find, rebase, save
from app.publishing.release import publish_draft
from app.publishing.revisions import Act, next_number
from app.publishing.rollback import rollback
from app.publishing.write_back import write_back
from app.reports.replay import replay
from app.rules.evaluate import compiled
from app.web.sessions import person

KINDS = ("service", "process", "decision_table", "form", "letter", "clauses", "messages", "roles")


class DefinitionsApi(Api):
    """What administrators edit."""

    resource_name = "definitions"
    openapi_spec_tag = "Definitions"

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List definitions
        ---
        get:
          summary: Every definition in force
          security: [{jwt: []}]
          responses:
            200: {description: The definitions, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        require_administrator(person())
        catalogue = current()
        entries = [entry for kind in KINDS for entry in catalogue.entries(kind)]
        names = ("kind", "key", "sha256")
        items = [{**{n: getattr(e, n) for n in names}, "revision": e.number} for e in entries]
        return self.response(200, items=items)

    @expose("/<kind>/<path:key>", methods=["GET"])
    def get(self, kind: str, key: str) -> Response:
        """Show a definition
        ---
        get:
          summary: The text in force
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          responses:
            200: {description: The definition, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        require_administrator(person())
        entry = current().get(*ref_of(kind, key))
        return self.response(200, **revision_json(_row(kind, key, entry.number), whole=True))

    @expose("/<kind>/<path:key>", methods=["PUT"])
    def put(self, kind: str, key: str) -> Response:
        """Save a draft
        ---
        put:
          summary: Keep a text as a draft; 409 if someone published since its base
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The draft, content: {application/json: {schema: {type: object}}}}
            409: {description: Published meanwhile}
        """
        who, body = person(), json_object()
        require_administrator(who)
        ref, source = ref_of(kind, key), value(body, "text", str, required=True)
        base = value(body, "base_revision", int)
        edited = Edited(source, version_for(ref, who, body), base)
        keep = rebase if begins_anew(ref, base) else save
        return self.response(200, **draft_json(keep(ref, edited, act_of(who, body))))

    @expose("/check/<kind>/<path:key>", methods=["POST"])
    def check(self, kind: str, key: str) -> Response:
        """Check a text
        ---
        post:
          summary: Every problem that publishing this text would have
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The problems, content: {application/json: {schema: {type: object}}}}
        """
        require_administrator(person())
        source = value(json_object(), "text", str, required=True)
        problems = check_set({ref_of(kind, key): source}, None, trial())
        return self.response(200, ok=not problems, problems=[problem_json(each) for each in problems])

    @expose("/replay/<kind>/<path:key>", methods=["POST"])
    def replay(self, kind: str, key: str) -> Response:
        """Replay past decisions
        ---
        post:
          summary: The decided cases whose outcome this text of a table would change
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The changes, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        require_administrator(person())
        source = value(json_object(), "text", str, required=True)
        if ref_of(kind, key)[0] != "decision_table":
            raise Invalid("Only decision tables can be replayed.")
        return self.response(200, **replay(key, source))

    @expose("/publish/<kind>/<path:key>", methods=["POST"])
    def publish(self, kind: str, key: str) -> Response:
        """Publish a draft
        ---
        post:
          summary: Put a draft in force, at once or from a day on
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The revision, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        who, body = person(), json_object()
        require_administrator(who)
        ref = ref_of(kind, key)
        if value(body, "revision", int, required=True) != next_number(ref):
            raise Conflict("Something else was published meanwhile; look at it before you go on.")
        published = publish_draft(ref, act_of(who, body), trial())
        write_files([ref])
        return self.response(200, **revision_json(published))

    @expose("/rollback/<kind>/<path:key>", methods=["POST"])
    def rollback(self, kind: str, key: str) -> Response:
        """Roll back
        ---
        post:
          summary: Publish the text of an older revision as a new one
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The revision, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        who, body = person(), json_object()
        require_administrator(who)
        number = value(body, "revision", int, required=True)
        row = rollback(ref_of(kind, key), number, act_of(who, body), trial())
        write_files([ref_of(kind, key)])
        return self.response(200, **revision_json(row))

    @expose("/revisions/<kind>/<path:key>", methods=["GET"])
    def revisions(self, kind: str, key: str) -> Response:
        """List revisions
        ---
        get:
          summary: Every revision of a definition, newest first
          security: [{jwt: []}]
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}}
          - {in: path, name: key, required: true, schema: {type: string}}
          responses:
            200: {description: The revisions, content: {application/json: {schema: {type: object}}}}
            403: {$ref: '#/components/responses/403'}
        """
        require_administrator(person())
        ref = ref_of(kind, key)
        query = select(Revision).where(Revision.kind == ref[0], Revision.key == ref[1])
        rows = Session.scalars(query.order_by(Revision.number.desc()).limit(200))
        return self.response(200, items=[revision_json(row) for row in rows])


class RulesApi(Api):
    """Rule tables, tried out."""

    resource_name = "rules"
    openapi_spec_tag = "Definitions"

    @expose("/evaluate/<path:key>", methods=["POST"])
    def evaluate(self, key: str) -> Response:
        """Evaluate a table
        ---
        post:
          summary: What the table in force says of some facts; keeps nothing
          security: [{jwt: []}]
          parameters: [{in: path, name: key, required: true, schema: {type: string}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The verdict, content: {application/json: {schema: {type: object}}}}
            422: {$ref: '#/components/responses/422'}
        """
        who = person()
        if not (who.is_admin or who.is_staff):
            raise Forbidden("Only the office's staff may try rule tables.")
        entry = current().get("decision_table", key)
        facts = value(json_object(), "facts", dict, required=True)
        verdict = compiled(entry.sha256, entry.shape).evaluate(facts)
        return self.response(200, **asdict(verdict), revision=entry.number)


def trial() -> Trial:
    """Letters are tried with their samples before they may be published."""
    return trial_with(press.renderer(), current_app.config["OFFICE"].definitions_dir)


def write_files(refs: list[Ref]) -> None:
    """Keep the files on disk equal to what was published, where that is wanted."""
    config = current_app.config["OFFICE"]
    if config.write_back:
        write_back(config.definitions_dir, refs)


def require_administrator(who: Person) -> None:
    """Definitions are the administrators' business."""
    if not who.is_admin:
        raise Forbidden("Only administrators may do this.")


def ref_of(kind: str, key: str) -> Ref:
    """Kind and key of a definition. Raises NotFound for a kind that does not exist."""
    if kind not in KINDS:
        raise NotFound("There is no such kind of definition.")
    return kind, key


def act_of(who: Person, body: dict[str, Any]) -> Act:
    """Who publishes, when, why, and from which day on."""
    return Act(
        author=who.username,
        now=now(),
        note=value(body, "note", str, ""),
        effective_on=day_in(value(body, "effective_on", str)),
    )


def day_in(given: str | None) -> date | None:
    """A day as YYYY-MM-DD. Raises Invalid."""
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        message = text("Write the date as YYYY-MM-DD.")
        raise Invalid("Some values are not acceptable.", errors={"effective_on": [message]}) from None


def version_for(ref: Ref, who: Person, body: dict[str, Any]) -> int:
    """The version a text was edited from; who names none goes on with the own draft, never with another's."""
    draft = find(ref)
    own = draft.version if draft and draft.author == who.username else 0
    return int(value(body, "version", int, own))


def begins_anew(ref: Ref, base: int | None) -> bool:
    """True where an open draft is put on the newest revision. Raises Conflict where `base` is not that."""
    draft, newest = find(ref), current().newest(*ref)
    if base is not None and base != (newest.number if newest else None):
        raise Conflict("Something else was published meanwhile; look at it before you go on.")
    return draft is not None and base is not None and draft.base_number != base


def _row(kind: str, key: str, number: int) -> Revision:
    row = Session.scalar(
        select(Revision).where(Revision.kind == kind, Revision.key == key, Revision.number == number)
    )
    if row is None:
        raise NotFound("There is no such revision.")
    return row
