"""The public description of the API, and the API's habits that Flask-AppBuilder does not keep by itself."""

from functools import lru_cache
from typing import Any

import prison
from flask import Flask, Response, current_app, jsonify, request
from flask_appbuilder.api import BaseApi, ModelRestApi, expose
from flask_appbuilder.api.manager import OpenApi as FabOpenApi
from werkzeug.exceptions import BadRequest, NotFound

from app.web.errors import json_error, words_for
from app.web.i18n import translate
from app.web.sessions import is_api

LAST_PAGE = 10_000
# pages for watchers, which are no API of Flask-AppBuilder's
WATCHED = {
    "/health/live": "The process answers",
    "/health/ready": "Database, definitions and jobs are there; 503 while one is not",
    "/metrics": "Prometheus text, for callers on the same machine only",
}
PARSER_FAILURES = (
    prison.decoder.ParserException,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    KeyError,
)


class OpenApi(BaseApi):
    """`/api/v1/_openapi`, for everybody."""

    route_base = "/api"

    @expose("/<version>/_openapi", methods=["GET"])
    def get(self, version: str) -> Response:
        """The OpenAPI description.
        ---
        get:
          summary: This description
          parameters:
          - {in: path, name: version, required: true, schema: {type: string}}
          responses:
            200:
              description: The OpenAPI description
              content:
                application/json:
                  schema: {type: object}
        """
        described = _describe(current_app._get_current_object(), version)  # type: ignore[attr-defined]
        if described is None:
            raise NotFound
        return jsonify(described)


def register(app: Flask) -> None:
    """Refuse unreadable `q` arguments, and bring Flask-AppBuilder's own errors into the contract's shape."""
    app.before_request(require_readable_query)
    app.after_request(shape_errors)


def require_readable_query() -> None:
    """Answer 400 where the `q` argument is no Rison: its parser fails in many other ways too."""
    query = request.args.get("q")
    if not query or not is_api() or not _takes_rison(request.blueprint):
        return
    try:
        asked = prison.loads(query)
        page = asked.get("page", 0) if isinstance(asked, dict) else 0
        is_readable = 0 <= page < LAST_PAGE
    except PARSER_FAILURES as error:
        raise BadRequest from error
    if not is_readable:
        raise BadRequest


def shape_errors(response: Response) -> Response:
    """Give every error under /api/ the body `{"message", "errors"}`."""
    if response.status_code < 400 or not is_api() or response.direct_passthrough:
        return response
    body = response.get_json(silent=True) if response.is_json else None
    if (
        isinstance(body, dict)
        and isinstance(body.get("message"), str)
        and isinstance(body.get("errors"), dict)
    ):
        return response
    given = body.get("message") if isinstance(body, dict) else None
    errors = (
        {str(path): _sentences(words) for path, words in given.items()} if isinstance(given, dict) else {}
    )
    return json_error(response.status_code, translate(words_for(response.status_code)), errors)


def _sentences(words: Any) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else [str(words)]


def _takes_rison(blueprint: str | None) -> bool:
    views = current_app.extensions["appbuilder"].baseviews
    return any(isinstance(view, ModelRestApi) and view.endpoint == blueprint for view in views)


@lru_cache(maxsize=4)
def _describe(app: Flask, version: str) -> dict[str, Any] | None:
    apis = [
        view
        for view in app.extensions["appbuilder"].baseviews
        if isinstance(view, BaseApi) and view.version == version
    ]
    if not apis:
        return None
    spec = FabOpenApi._create_api_spec(version)
    for api in apis:
        api.add_api_spec(spec)
    described: dict[str, Any] = spec.to_dict()
    described["servers"] = [{"url": "/"}]
    for path, summary in WATCHED.items():
        described["paths"][path] = {"get": {"summary": summary, "responses": {"200": {"description": "Yes"}}}}
    return described
