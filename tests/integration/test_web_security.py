"""What surrounds every request: CSRF, headers, error shapes, health, the API's public description."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask_appbuilder.api import BaseApi, ModelRestApi, expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import protect
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as OrmSession

from app import factory
from app.db import Session
from app.errors import Conflict, Invalid, text
from app.people.models import Office
from config import Config
from tests.fixtures_web import MakePerson, SignIn, csrf_of

Token = Callable[..., dict[str, str]]


class ProbeApi(BaseApi):
    """A guarded endpoint as doors write them."""

    resource_name = "probe"
    allow_browser_login = True
    audience = {"any_staff"}

    @expose("/", methods=["GET", "PUT"])
    @protect()
    def get(self) -> Any:
        return jsonify(ok=True)

    @expose("/<what>", methods=["GET"])
    def fail(self, what: str) -> Any:
        raise FAILURES[what]


class OfficesApi(ModelRestApi):
    """Flask-AppBuilder's own REST on a table."""

    resource_name = "offices_probe"
    allow_browser_login = True
    audience = {"any_staff"}
    datamodel = SQLAInterface(Office)
    include_route_methods = {"get_list", "get", "put"}


FAILURES: dict[str, Exception] = {
    "conflict": Conflict("Too late, %(name)s.", name="Budi"),
    "invalid": Invalid("No.", errors={"application.nib": [text("Wrong.")]}),
    "bug": ZeroDivisionError("secret detail"),
    "outage": OperationalError("SELECT 1", {}, Exception("secret host")),
}


class ProbeDoor:
    """A door with the probes."""

    @staticmethod
    def register(app: Flask, appbuilder: Any) -> None:
        appbuilder.add_api(ProbeApi)
        appbuilder.add_api(OfficesApi)
        app.add_url_rule("/fail/<what>", "fail", lambda what: (_ for _ in ()).throw(FAILURES[what]))


@pytest.fixture(scope="module")
def flask_app(database: Engine, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with a door of probes."""
    doors, factory.DOORS = factory.DOORS, (*factory.DOORS, ProbeDoor())
    folder = tmp_path_factory.mktemp("probe")
    app = factory.build(Config(secret_key="only-for-tests-" * 4, database_url=database_url, data_dir=folder))
    factory.DOORS = doors
    return app


def is_shaped(answer: Any) -> bool:
    body = answer.get_json()
    return set(body) == {"message", "errors"} and isinstance(body["errors"], dict) and bool(body["message"])


def test_the_api_wants_a_token_and_a_role(client: FlaskClient, make_person: MakePerson, token: Token) -> None:
    make_person("siti")
    make_person("sari", "front_officer")
    for headers, status in (({}, 401), (token("siti"), 403), (token("sari"), 200)):
        answer = client.get("/api/v1/probe/", headers=headers)
        assert answer.status_code == status
        assert status == 200 or is_shaped(answer)


def test_a_cookie_alone_changes_nothing_through_the_api(
    make_person: MakePerson, sign_in: SignIn, session: OrmSession, office: Office
) -> None:
    make_person("sari", "front_officer")
    browser = sign_in("sari")
    url = f"/api/v1/offices_probe/{office.id}"
    assert browser.get("/api/v1/probe/").status_code == 200
    assert browser.put(url, json={"name": "Lain"}).status_code == 403
    assert browser.put(url, json={"name": "Lain"}, headers={"Authorization": "Basic x"}).status_code == 403
    assert browser.put(url, json={"name": "Lain"}, headers={"Authorization": "Bearer x"}).status_code == 401
    proof = {"X-CSRFToken": csrf_of(browser, "/account/password/")}
    assert browser.put("/api/v1/probe/", headers=proof).status_code == 200
    assert session.scalar(select(Office.name).where(Office.id == office.id)) == "Dinas Contoh"


def test_a_token_counts_before_a_cookie(make_person: MakePerson, sign_in: SignIn, token: Token) -> None:
    make_person("siti")
    make_person("sari", "front_officer")
    browser = sign_in("sari")
    assert browser.get("/api/v1/probe/", headers=token("siti")).status_code == 403


@pytest.mark.parametrize(
    "query", ["(", "(page:", "x:y", "!", "{", "(filters:!((col:x,opr:y", "%00", "(page:-1)"]
)
def test_an_unreadable_q_is_400(
    client: FlaskClient, make_person: MakePerson, token: Token, query: str
) -> None:
    make_person("sari", "front_officer")
    answer = client.get(f"/api/v1/offices_probe/?q={query}", headers=token("sari"))
    assert answer.status_code == 400, answer.text
    assert is_shaped(answer)


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v9/_openapi", "/api/v1/users/"]
)
def test_an_unknown_api_path_is_json_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert is_shaped(answer)


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_wrong_method_is_405_in_both_shapes(client: FlaskClient) -> None:
    answer = client.get("/api/v1/security/login")
    assert answer.status_code == 405
    assert is_shaped(answer)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("what", "status"), [("conflict", 409), ("invalid", 422), ("bug", 500), ("outage", 503)]
)
def test_errors_have_one_shape_and_tell_no_secrets(client: FlaskClient, what: str, status: int) -> None:
    machine, page = client.get(f"/api/v1/probe/{what}"), client.get(f"/fail/{what}")
    assert (machine.status_code, page.status_code) == (status, status)
    assert is_shaped(machine)
    assert page.mimetype == "text/html"
    for answer in (machine, page):
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    if what == "invalid":
        assert list(machine.get_json()["errors"]) == ["application.nib"]


def test_every_page_carries_the_headers(
    client: FlaskClient, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("siti")
    page = client.get("/login/")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert policy != client.get("/login/").headers["Content-Security-Policy"], "a nonce is used once"
    assert "Strict-Transport-Security" not in page.headers, "this installation has no https"
    assert "Server" not in page.headers or "Werkzeug" not in page.headers["Server"]
    personal = sign_in("siti").get("/account/password/")
    assert personal.headers["Cache-Control"] == "no-store"


def test_cookies_are_safe_behind_https(database_url: str, database: Engine, tmp_path: Any) -> None:
    config = Config(
        secret_key="only-for-tests-" * 4,
        database_url=database_url,
        data_dir=tmp_path,
        public_url="https://izin.test",
    )
    browser = factory.build(config).test_client()
    cookie = browser.get("/login/", base_url="https://izin.test").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_the_api_and_visitors_of_it_get_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/api/v1/_openapi").headers
    assert "Set-Cookie" not in client.get("/health/live").headers


def test_the_description_is_public(client: FlaskClient) -> None:
    described = client.get("/api/v1/_openapi").get_json()
    assert described["openapi"].startswith("3.")
    assert "/api/v1/security/login" in described["paths"]


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/health/live").get_json() == {"status": "ok"}
    answer = client.get("/health/ready")
    assert set(answer.get_json()["checks"]) == {"database", "definitions", "jobs"}
    assert answer.get_json()["checks"]["database"] is True


def test_metrics_are_for_this_machine_only(client: FlaskClient) -> None:
    assert b"alurizin_requests_total" in client.get("/metrics").data
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


def test_nothing_of_the_stock_security_screens_is_there(app: Flask) -> None:
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    for part in ("/users/", "/roles/", "/resetpassword", "/userinfo", "/swagger", "/api/v1/security/refresh"):
        assert not [rule for rule in rules if rule.startswith(part)], part


def test_the_database_is_asked_once_for_a_request(
    client: FlaskClient, make_person: MakePerson, token: Token, count_queries: Any
) -> None:
    make_person("sari", "front_officer")
    headers = token("sari")
    client.get("/api/v1/probe/", headers=headers)
    with count_queries() as asked:
        assert client.get("/api/v1/probe/", headers=headers).status_code == 200
    assert len(asked) == 1, asked


def test_a_new_permission_is_seen_at_once(
    client: FlaskClient, make_person: MakePerson, token: Token, app: Flask
) -> None:
    make_person("siti")
    headers = token("siti")
    assert client.get("/api/v1/probe/", headers=headers).status_code == 403
    with app.app_context():
        factory.grant({"any_applicant": {("can_get", "ProbeApi")}})
        Session.commit()
    assert client.get("/api/v1/probe/", headers=headers).status_code == 200


def test_a_file_under_an_address_with_its_version_is_kept_by_browsers(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', client.get("/").text)
    assert address
    kept = client.get(address[1])
    assert (kept.status_code, kept.cache_control.max_age) == (200, 31_536_000)
    plain = client.get("/static/app.css")
    assert (plain.data, plain.cache_control.max_age, plain.cache_control.no_cache) == (kept.data, None, True)
