"""The demonstration's office behind its web pages, and browsers for its people."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.db import Session
from app.factory import build, init_permissions
from app.people import permissions
from config import Config
from tests.desk import Desk, wib
from tests.fixtures_demo import PASSWORD, DemoWorld

NOW = "2026-11-23 08:00"


class Browser:
    """One person at the pages; every post carries the token of the person's session."""

    def __init__(self, client: FlaskClient, username: str | None = None) -> None:
        self.client = client
        self.token = csrf_in(client.get("/login/").text)
        if username:
            given = {"username": username, "password": PASSWORD, "csrf_token": self.token}
            assert client.post("/login/", data=given).status_code == 302
            self.token = csrf_in(client.get("/", follow_redirects=True).text)

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def text(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("Location"))
        return unescape(answer.text)

    def post(self, address: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token, **(data or {})})


def csrf_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, html[:500]
    return found[1]


OpenBrowser = Callable[..., Browser]


@cache
def _built(config: Config) -> Flask:
    app = build(config)
    app.testing = True
    app.config["PROPAGATE_BUGS"] = True
    return app


@pytest.fixture
def demo_app(demo_office: DemoWorld) -> Flask:
    """The application on the demonstration's database; the clock stands at the beginning of K21."""
    app = _built(demo_office.config)
    with app.app_context():
        init_permissions(app)
        Session.commit()
    permissions.forget()
    clock.set_clock(wib(NOW))
    return app


@pytest.fixture
def browser(demo_app: Flask) -> OpenBrowser:
    """A browser in which somebody of the demonstration, or nobody, is signed in."""
    return lambda username=None: Browser(demo_app.test_client(), username)


@pytest.fixture
def desk(demo_app: Flask) -> Desk:
    """People at work behind the pages."""
    return Desk(NOW)


def posted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a browser posts them."""
    out: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            for item, given in value.items():
                out |= {f"{key}-{item}-{part}": str(x) for part, x in given.items() if x not in (None, "")}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                out |= {f"{key}-{index}-{name}": written(x) for name, x in row.items()}
        else:
            out[key] = [written(x) for x in value] if isinstance(value, list) else written(value)
    return out


def written(value: Any) -> str:
    """One answer as a person types or ticks it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_errors(html: str) -> list[str]:
    """What a page says at its fields."""
    found = re.findall(r'class="field-error"[^>]*>(.*?)</p>', html, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", words)).strip() for words in found]
