"""The web application on the test database, and people to use it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Engine
from sqlalchemy.orm import Session as OrmSession

from app import settings
from app.db import Session
from app.factory import build, init_permissions
from app.people import passwords, permissions
from app.people.models import Account, Appointment, Office, RoleTitle
from config import Config

PASSWORD = "kuda-laut-biru"
SHIPPED_METHOD = passwords.METHOD
passwords.METHOD = "scrypt:1024:8:1"  # slow on purpose is for guessers: tests sign in all the time
HASH = passwords.hashed(PASSWORD)

MakePerson = Callable[..., User]
SignIn = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def flask_app(database: Engine, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, made once; `app` is what tests ask for."""
    folder: Path = tmp_path_factory.mktemp("data")
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    app = build(Config(secret_key="only-for-tests-" * 4, database_url=database_url, data_dir=folder))
    app.testing = True
    return app


@pytest.fixture
def app(flask_app: Flask, session: OrmSession) -> Flask:
    """The application with its permissions in a clean database."""
    with flask_app.app_context():
        init_permissions(flask_app)
        Session.commit()
    permissions.forget()
    return flask_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or machine that is not signed in."""
    return app.test_client()


@pytest.fixture
def office(session: OrmSession) -> Office:
    """An office to be appointed in."""
    row = Office(
        key="kota", name="Dinas Contoh", short_name="Dinas Contoh", government="Kota Contoh", place="Contoh"
    )
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def make_person(session: OrmSession, office: Office) -> MakePerson:
    """Make an account that holds a role (None: an applicant) in the office."""

    def make(username: str, role: str | None = None, kind: str = "staff", **appointment: Any) -> User:
        user = User(
            username=username, email=f"{username}@contoh.test", first_name=username, last_name="Contoh",
            password=HASH, active=True,
        )  # fmt: skip
        session.add(user)
        session.flush()
        session.add(Account(user_id=user.id, display_name=f"{username} Contoh"))
        if role is not None:
            session.merge(RoleTitle(key=role, title=role, kind=kind))
            given = {"office_id": office.id, "from_on": date(2020, 1, 1), **appointment}
            session.add(Appointment(user_id=user.id, role=role, **given))
        session.commit()
        return user

    return make


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """A browser in which somebody is signed in."""

    def enter(username: str, password: str = PASSWORD) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post(
            "/login/", data={"username": username, "password": password, "csrf_token": csrf_of(browser)}
        )
        assert answer.status_code == 302, answer.text
        return browser

    return enter


@pytest.fixture
def token(app: Flask) -> Callable[..., dict[str, str]]:
    """The headers of somebody who has signed in to the API."""

    def fetch(username: str, password: str = PASSWORD) -> dict[str, str]:
        given = {"username": username, "password": password, "provider": "db"}
        answer = app.test_client().post("/api/v1/security/login", json=given)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    return fetch


@pytest.fixture
def count_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the statements that the database is asked, through SQLAlchemy or not."""
    execute = psycopg.Cursor.execute

    @contextmanager
    def collect() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(cursor: Any, query: Any, *given: Any, **options: Any) -> Any:
            asked.append(str(query))
            return execute(cursor, query, *given, **options)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", note)
            yield asked

    return collect


def csrf_of(browser: FlaskClient, page: str = "/login/") -> str:
    """The token of a page's form."""
    html = browser.get(page, follow_redirects=True).text
    return html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
