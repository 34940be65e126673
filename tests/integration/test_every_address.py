"""Every address of the application, asked by a visitor and by the wrong people."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.fixtures_web import MakePerson, SignIn

# what one may read without signing in; a new public page is added here on purpose
PUBLIC = {
    "FrontView.index",
    "LocaleView.index",
    "UtilView.back",
    "SignInView.login",
    "AccountView.register",
    "AccountView.confirm",
    "AccountView.forgot",
    "AccountView.reset",
    "OpenApi.get",
    "SessionView.who",
    "ServicesApi.get",
    "ServicesApi.get_list",
    "VerifyApi.get",
    "health.live",
    "health.ready",
    "health.metrics",
    "static",
    "appbuilder.static",
}
PORTAL = (
    "ServicesView.",
    "StandardView.",
    "TrackView.",
    "VerifyView.",
    "LandingView.",
    "PrivacyView.",
    "HelpView.",
    "SurveyView.",
    "ComplaintsView.",
)


def addresses(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Every rule of a method with an address made up for it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {
                name: 1 if type(converter).__name__ == "IntegerConverter" else "x"
                for name, converter in rule._converters.items()
            }
            yield rule, adapter.build(rule.endpoint, values, method=method)


def is_public(endpoint: str) -> bool:
    return endpoint in PUBLIC or endpoint.startswith(PORTAL)


def test_a_visitor_reads_only_what_is_public(app: Flask, client: FlaskClient) -> None:
    open_to_all = {}
    for rule, address in addresses(app, "GET"):
        if is_public(rule.endpoint):
            continue
        answer = client.get(address)
        sent_to_sign_in = answer.status_code == 302 and "/login/" in answer.headers["Location"]
        if not sent_to_sign_in and answer.status_code not in (401, 404):
            open_to_all[rule.endpoint] = (address, answer.status_code)
    assert open_to_all == {}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_changes_nothing_without_its_token(app: Flask, client: FlaskClient, method: str) -> None:
    for rule, address in addresses(app, method):
        if not str(rule).startswith("/api/"):
            assert client.open(address, method=method).status_code == 403, rule.endpoint


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_api_changes_nothing_for_strangers(app: Flask, client: FlaskClient, method: str) -> None:
    for rule, address in addresses(app, method):
        if str(rule).startswith("/api/"):
            answer = client.open(address, method=method, json={})
            assert answer.status_code in (400, 401, 403, 404, 422), (rule.endpoint, answer.status_code)
            # beside it, OSS finds its own shape
            assert set(answer.get_json()) >= {"message", "errors"}, rule.endpoint


def test_no_address_fails_for_whoever_asks(app: Flask, make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("siti")
    make_person("sari", "front_officer")
    make_person("admin", "admin", "administrator")
    for username in ("siti", "sari", "admin"):
        browser = sign_in(username)
        for rule, address in addresses(app, "GET"):
            answer = browser.get(address)
            assert answer.status_code < 500 or rule.endpoint == "health.ready", (username, address)


def test_applicants_and_administrators_do_not_enter_the_office(
    app: Flask, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("siti")
    make_person("admin", "admin", "administrator")
    inside = [address for rule, address in addresses(app, "GET") if str(rule).startswith("/office")]
    assert inside
    for username in ("siti", "admin"):
        browser = sign_in(username)
        for address in inside:
            assert browser.get(address).status_code in (403, 404), (username, address)
