"""Services: what one can ask for, publicly readable."""

from typing import Any

from flask import Response
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.definitions.catalogue import Catalogue, current
from app.definitions.form import FormDefinition
from app.definitions.process import Norm, Process
from app.definitions.service import Service
from app.forms.context import requirements_of
from app.forms.schema import json_schema
from app.reports.satisfaction import latest_publication


class ServicesApi(Api):
    """What offices offer, and how each is done."""

    resource_name = "services"
    openapi_spec_tag = "Services"

    @expose("/", methods=["GET"])
    def get_list(self) -> Response:
        """List services
        ---
        get:
          summary: Every service in force
          responses:
            200:
              description: The services
              content:
                application/json:
                  schema: {type: object, properties: {items: {type: array, items: {type: object}}}}
        """
        items = [
            {"key": service_key(entry.key), "title": entry.shape.title, "office": entry.shape.office}
            for entry in current().entries("service")
        ]
        return self.response(200, items=items)

    @expose("/<path:key>", methods=["GET"])
    def get(self, key: str) -> Response:
        """Show a service
        ---
        get:
          summary: A service with its standard, requirements, steps and form
          parameters:
          - {in: path, name: key, required: true, schema: {type: string}}
          responses:
            200:
              description: The service
              content: {application/json: {schema: {type: object}}}
            404:
              $ref: '#/components/responses/404'
        """
        return self.response(200, **service_json(current(), key))


def service_key(key: str) -> str:
    """A service is known by its folder: `dairi_ipui` for `dairi_ipui/service`."""
    return key.removesuffix("/service")


def full_key(key: str) -> str:
    """The definition's key behind a service's short one."""
    return key if key.endswith("/service") else f"{key}/service"


def service_json(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """A service as api.md names it."""
    service: Service = catalogue.get("service", full_key(key)).shape
    process: Process = catalogue.get("process", service.process).shape
    form: FormDefinition = catalogue.get("form", process.start.form).shape
    return {
        "key": service_key(key),
        "title": service.title,
        "office": service.office,
        "fee_rupiah": service.fee_rupiah,
        "standard": {"requirements": titles(service), **service.standard.model_dump()},
        "satisfaction": satisfaction_json(full_key(key)),
        "requirements": [
            {
                "key": name,
                "title": item.title,
                "required": item.required,
                "copies": item.copies,
                "condition": item.condition,
            }
            for name, item in service.requirements.items()
        ],
        "steps": steps_json(process),
        "form": json_schema(form, requirements_of(service)),
    }


def titles(service: Service) -> list[str]:
    """The first of the fourteen components; what each document is, stands in `requirements` beside it."""
    return [item.title for item in service.requirements.values()]


def satisfaction_json(key: str) -> dict[str, Any] | None:
    """The satisfaction index as the office last made it public."""
    row = latest_publication(key)
    if row is None:
        return None
    return {
        "index": float(row.index),
        "grade": row.grade,
        "respondents": row.respondents,
        "from": row.first.isoformat(),
        "until": row.last.isoformat(),
    }


def steps_json(process: Process) -> list[dict[str, Any]]:
    """The rows of the SOP, the unprinted ones with the reason why they are there."""
    return [
        {
            "key": key,
            "no": step.no,
            "title": step.title,
            "actor": process.actors[step.actor].title if step.actor else None,
            "role": process.role_of(step.actor) if step.actor else None,
            "norm": norm_json(process.norm_of(key)),
            "needs": step.needs,
            "yields": step.yields,
            "remark": step.remark,
            "interpretation": step.interpretation,
        }
        for key, step in process.steps.items()
        if step.kind != "end"
    ]


def norm_json(norm: Norm | None) -> dict[str, Any] | None:
    """A norm without the parts it does not have."""
    return norm.model_dump(exclude_none=True) if norm else None
