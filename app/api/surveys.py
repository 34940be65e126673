"""The satisfaction survey for machines: an answer behind its one-time code, and the index."""

from typing import Any

from flask import Response, request
from flask_appbuilder.api import expose

from app.api.answer import Api
from app.api.offers import full_key, service_key
from app.api.request import Malformed, json_object, now, value
from app.errors import NotFound
from app.feedback.access import SATISFACTION, offices_for
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.period import Period, period, year_of
from app.flow.survey import Filled, answer
from app.reports.satisfaction import Satisfaction, satisfaction, services_of
from app.web.i18n import translate
from app.web.sessions import person

LONGEST_CODE = 64


class SurveysApi(Api):
    """How satisfied those were whom the office served."""

    resource_name = "surveys"
    openapi_spec_tag = "Surveys"

    @expose("/<code>", methods=["POST"])
    def post(self, code: str) -> Response:
        """Answer a survey
        ---
        post:
          summary: Answer the nine questions behind a one-time code; nothing is noted of who answers
          parameters: [{in: path, name: code, required: true, schema: {type: string}}]
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [scores]
                  properties:
                    scores: {type: object, additionalProperties: {type: integer, minimum: 1, maximum: 4}}
                    about: {type: object, additionalProperties: {type: string}}
                    suggestion: {type: string}
          responses:
            201: {description: Taken, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
            422: {$ref: '#/components/responses/422'}
        """
        answer(code[:LONGEST_CODE], filled(json_object()), now())
        return self.response(201)

    @expose("/<path:key>", methods=["GET"])
    def get(self, key: str) -> Response:
        """Read the index of a service
        ---
        get:
          summary: The satisfaction index of a service over a period (2026, 2026-S1, 2026-Q3 or 2026-11)
          security: [{jwt: []}]
          parameters:
          - {in: path, name: key, required: true, schema: {type: string}}
          - {in: query, name: period, schema: {type: string}}
          responses:
            200: {description: The index, content: {application/json: {schema: {type: object}}}}
            404: {$ref: '#/components/responses/404'}
        """
        wanted = full_key(key)
        for office in offices_for(person(), SATISFACTION, "list"):
            if wanted in services_of(office):
                return self.response(200, **index_json(satisfaction(office, wanted, asked_period())))
        raise NotFound("There is no survey for this service.")


def filled(body: dict[str, Any]) -> Filled:
    """What a machine hands in; the verb says which answers are missing."""
    scores, about = value(body, "scores", dict, {}), value(body, "about", dict, {})
    return Filled(
        {key: value(scores, key, int) for key in ELEMENTS},
        {key: value(about, key, str, "") for key in ABOUT},
        value(body, "suggestion", str, ""),
    )


def asked_period() -> Period:
    """The period asked for, else this year. Raises Malformed."""
    key = request.args.get("period")
    found = period(key) if key else year_of(now().date())
    if found is None:
        raise Malformed("The argument %(name)s is not a period.", name="period")
    return found


def index_json(found: Satisfaction) -> dict[str, Any]:
    """The index, null where nobody answered, and how it was reached; numbers as decimal texts."""
    index = found.index
    elements = [
        {
            "key": key,
            "no": ELEMENTS[key].no,
            "title": translate(ELEMENTS[key].title),
            "mean": str(score.mean),
            "weighted": str(score.weighted),
        }
        for key, score in (index.elements if index else {}).items()
    ]
    return {
        "service": service_key(found.service_key),
        "period": found.period.key,
        "index": str(index.value) if index else None,
        "grade": index.grade if index else None,
        "respondents": found.respondents,
        "needed": found.needed,
        "weight": found.weight,
        "elements": elements,
    }
