"""REQUIRE_TWO_STEP: whoever administers or signs gets no further than the page that turns the code on."""

from dataclasses import replace

import pytest
from flask import Flask

from app import clock
from app.factory import build, init_permissions
from app.people import permissions, totp
from tests.desk import wib
from tests.fixtures_demo import PASSWORD, DemoWorld
from tests.web.conftest import NOW, Browser, OpenBrowser

PAGE = "/account/two-step/"


@pytest.fixture
def demo_app(demo_office: DemoWorld) -> Flask:
    """The demonstration's office where two-step sign-in is demanded."""
    app = build(replace(demo_office.config, require_two_step=True))
    app.testing = True
    with app.app_context():
        init_permissions(app)
    permissions.forget()
    clock.set_clock(wib(NOW))
    return app


@pytest.fixture
def browser(demo_app: Flask) -> OpenBrowser:
    return lambda username=None: Browser(demo_app.test_client(), username)


@pytest.mark.parametrize("owing", ["admin", "head_of_office"])
def test_who_administers_or_signs_first_turns_it_on(browser: OpenBrowser, owing: str) -> None:
    person = browser(owing)
    for address in ("/", "/office/", "/studio/"):
        answer = person.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    page = person.text(PAGE)
    assert "Peran Anda mewajibkan masuk dua langkah." in page
    with person.client.session_transaction() as session:
        nonce, user_id = session["new_factor"], int(session["who"].split(".")[0])
    step = int(clock.now().timestamp()) // totp.STEP_SECONDS
    person.post(PAGE, {"code": totp.code_of(totp.secret_of(user_id, nonce), step)})
    assert person.client.get("/", follow_redirects=True).request.path != PAGE


def test_a_machine_of_a_signer_is_told_why(demo_app: Flask) -> None:
    given = {"username": "head_of_office", "password": PASSWORD, "provider": "db"}
    machine = demo_app.test_client()
    token = machine.post("/api/v1/security/login", json=given).get_json()["access_token"]
    answer = machine.get("/api/v1/tasks/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "masuk dua langkah" in answer.get_json()["message"]


@pytest.mark.parametrize("free", ["applicant", "front_officer"])
def test_nobody_else_is_asked(browser: OpenBrowser, free: str) -> None:
    assert browser(free).client.get("/", follow_redirects=True).request.path != PAGE
