"""The one place where errors become answers: a page for people, the contract's JSON under /api/."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from app.db import Session
from app.errors import OfficeError, Text, text
from app.web.i18n import translate
from app.web.sessions import SignInFirst, is_api

log = logging.getLogger(__name__)

WORDS: Mapping[int, Text] = {
    400: text("The request cannot be read."),
    401: text("Please sign in first."),
    403: text("You may not do this."),
    404: text("There is nothing at this address."),
    405: text("This cannot be done at this address."),
    409: text("Somebody else was first. Reload the page and look again."),
    413: text("What was sent is too large."),
    415: text("This kind of content is not understood here."),
    422: text("Some values are not acceptable."),
    429: text("Too many requests. Try again later."),
    500: text("Something went wrong on our side. It has been noted under %(id)s."),
    503: text("The service is not available for the moment. Nothing was lost; try again in a minute."),
}
CSRF = text("This page was open for too long or came from elsewhere. Reload it and try again.")


def register(app: Flask) -> None:
    """Answer every error in the shape that the asking side understands."""
    app.register_error_handler(OfficeError, office_error)
    app.register_error_handler(CSRFError, lambda _error: answer(403, CSRF))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, database_error)
    app.register_error_handler(RecursionError, too_deep)
    app.register_error_handler(Exception, unexpected)
    app.extensions["sign_in_first"] = lambda: translate(WORDS[401])


def office_error(error: OfficeError) -> AnyResponse:
    """Something that a person can put right."""
    Session.rollback()
    if isinstance(error, SignInFirst) and not is_api():
        flash(translate(error.text), "info")
        return redirect(
            url_for("SignInView.login", next=request.full_path if request.method == "GET" else None)
        )
    return answer(error.status, error.text, error.errors)


def http_error(error: HTTPException) -> AnyResponse:
    """What Flask itself refuses; redirects pass."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return unexpected(error.original_exception)
    response = answer(status, words_for(status))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def too_deep(_error: RecursionError) -> AnyResponse:
    """Nothing of ours is nested that deeply: the request is."""
    log.warning("nested beyond reading at %s %s", request.method, request.path)
    Session.rollback()
    return answer(400, WORDS[400])


def database_error(error: DBAPIError | PoolTimeout) -> AnyResponse:
    """A database that is away is no bug: say so, and that one may try again."""
    if isinstance(
        error, DataError
    ):  # a NUL in a text, a number beyond all numbers: what was sent is unusable
        log.warning("unusable value at %s %s: %s", request.method, request.path, type(error.orig).__name__)
        Session.rollback()
        return answer(400, WORDS[400])
    if isinstance(error, PoolTimeout) or error.connection_invalidated or _is_outage(error):
        log.error("the database does not answer: %s", error)
        Session.remove()
        response = answer(503, WORDS[503])
        response.headers["Retry-After"] = "30"
        return response
    return unexpected(error)


def unexpected(error: BaseException) -> AnyResponse:
    """A bug: note it under a number, tell nothing of it to the outside."""
    if current_app.testing and current_app.config.get("PROPAGATE_BUGS"):
        raise error
    Session.rollback()
    number = secrets.token_hex(4)
    log.error("unexpected error %s at %s %s", number, request.method, request.path, exc_info=error)
    return answer(500, Text(WORDS[500].msgid, {"id": number}))


def answer(status: int, sentence: Text, errors: Mapping[str, list[Text]] | None = None) -> Response:
    """The error in the shape of the asking side."""
    if is_api() or _wants_json():
        return json_error(status, translate(sentence), _translated(errors or {}))
    if request.headers.get("HX-Request") == "true":
        return _fragment(status, sentence)
    return _page(status, sentence, errors or {})


def _wants_json() -> bool:
    """True for a script of our own pages that reads the answer itself."""
    return request.headers.get("Accept") == "application/json"


def json_error(status: int, message: str, errors: Mapping[str, list[str]] | None = None) -> Response:
    """The contract's error body."""
    response = jsonify(message=message, errors=dict(errors or {}))
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def words_for(status: int) -> Text:
    """The sentence of a status; a bug gets a number, under which the log is marked."""
    if status != 500:
        return WORDS.get(status, WORDS[400 if status < 500 else 503])
    number = secrets.token_hex(4)
    log.error("error %s at %s %s", number, request.method, request.path)
    return Text(WORDS[500].msgid, {"id": number})


def _translated(errors: Mapping[str, list[Text]]) -> dict[str, list[str]]:
    return {path: [translate(sentence) for sentence in sentences] for path, sentences in errors.items()}


def _page(status: int, sentence: Text, errors: Mapping[str, list[Text]]) -> Response:
    lines = [f"{path}: {words}" for path, many in _translated(errors).items() for words in many]
    shown: dict[str, Any] = {
        "status": status,
        "title": translate(TITLES.get(status, TITLES[400])),
        "message": translate(sentence),
        "errors": lines,
        "way_out": {"title": translate(text("To the first page")), "url": "/"},
    }
    try:
        body = render_template("error.html", **shown)
    except (TemplateNotFound, DBAPIError):  # an error page must not need what has just failed
        body = f"<!doctype html><html lang=id><title>{status}</title><h1>{status}</h1><p>{shown['message']}"
    return Response(body, status, mimetype="text/html")


def _fragment(status: int, sentence: Text) -> Response:
    """What htmx shows in place of the part it asked for."""
    response = Response(translate(sentence), status, mimetype="text/plain")
    response.headers["HX-Reswap"] = "none"
    return response


def _is_outage(error: DBAPIError) -> bool:
    """Connection refused, shutting down, out of connections or disk, as opposed to a wrong statement."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return type(error).__name__ in ("OperationalError", "InterfaceError") or state[:2] in (
        "08",
        "53",
        "57",
        "58",
    )


TITLES: Mapping[int, Text] = {
    400: text("Not understood"),
    401: text("Sign in"),
    403: text("Not allowed"),
    404: text("Not found"),
    409: text("Somebody was first"),
    413: text("Too large"),
    422: text("Not acceptable"),
    429: text("Too often"),
    500: text("Our mistake"),
    503: text("Not available"),
}
