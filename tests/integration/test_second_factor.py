"""Two-step sign-in: the password alone opens nothing, and a code opens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app import clock, settings
from app.db import Session
from app.flow import second_factor, signing_in
from app.people import passwords, totp
from app.people.access import person
from app.people.models import Account
from tests.fixtures_web import HASH, PASSWORD, MakePerson, SignIn, csrf_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NONCE = "0" * 32


@pytest.fixture(autouse=True)
def _set_up() -> None:
    clock.set_clock(NOW)
    settings.configure("http://izin.test", "only-for-tests-" * 4)


def code_for(user_id: int, at: datetime = NOW) -> str:
    return totp.code_of(totp.secret_of(user_id, NONCE), int(at.timestamp()) // totp.STEP_SECONDS)


@pytest.fixture
def guarded(app: Flask, make_person: MakePerson) -> int:
    """An account with two-step sign-in; its codes of a minute ago are used up."""
    user_id: int = make_person("siti").id
    with app.app_context():
        who = person("siti", NOW)
        assert who is not None
        earlier = NOW - timedelta(minutes=1)
        second_factor.turn_on(who, NONCE, code_for(user_id, earlier), earlier)
    return user_id


def first_step(app: Flask) -> FlaskClient:
    browser = app.test_client()
    data = {"username": "siti", "password": PASSWORD, "csrf_token": csrf_of(browser)}
    answer = browser.post("/login/", data=data)
    assert answer.headers["Location"] == "/login/code/"
    return browser


def give(browser: FlaskClient, code: str) -> int:
    data = {"code": code, "csrf_token": csrf_of(browser, "/login/code/")}
    return browser.post("/login/code/", data=data).status_code


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account/password/").status_code == 200


def test_the_password_alone_opens_nothing(app: Flask, guarded: int) -> None:
    browser = first_step(app)
    assert not is_signed_in(browser)
    assert give(browser, "000000") == 401
    assert not is_signed_in(browser)
    assert give(browser, code_for(guarded)) == 302
    assert is_signed_in(browser)


def test_a_code_opens_once(app: Flask, guarded: int) -> None:
    assert give(first_step(app), code_for(guarded)) == 302
    again = first_step(app)
    assert give(again, code_for(guarded)) == 401
    assert not is_signed_in(again)


def test_guessed_codes_lock_the_account(app: Flask, guarded: int) -> None:
    browser = first_step(app)
    for guess in range(4):
        assert give(browser, f"00000{guess}") == 401
    assert give(browser, "000009") == 401
    assert give(browser, code_for(guarded)) == 302, "sent back to the first step"
    assert not is_signed_in(browser)


def test_the_half_open_door_closes(app: Flask, guarded: int) -> None:
    browser = first_step(app)
    with browser.session_transaction() as kept:
        kept["at"] -= 301
    assert browser.get("/login/code/").headers["Location"] == "/login/"


@pytest.mark.usefixtures("guarded")
def test_the_api_asks_for_the_code_too(client: FlaskClient, guarded: int) -> None:
    given = {"username": "siti", "password": PASSWORD}
    url = "/api/v1/security/login"
    missing = client.post(url, json=given)
    assert missing.status_code == 401
    assert list(missing.get_json()["errors"]) == ["code"]
    assert client.post(url, json={**given, "code": "000000"}).status_code == 401
    assert client.post(url, json={**given, "code": code_for(guarded)}).status_code == 200
    wrong = client.post(url, json={**given, "password": "x", "code": code_for(guarded)})
    assert wrong.get_json()["errors"] == {}, "a wrong password does not tell that there is a code"


def test_a_missing_code_is_no_failure(client: FlaskClient, guarded: int, session: OrmSession) -> None:
    for _ in range(8):
        client.post("/api/v1/security/login", json={"username": "siti", "password": PASSWORD})
    assert session.scalar(select(Account.failed_logins).where(Account.user_id == guarded)) == 0


def test_a_person_turns_it_on_and_off(
    app: Flask, session: OrmSession, make_person: MakePerson, sign_in: SignIn
) -> None:
    siti = make_person("siti").id
    other, browser = sign_in("siti"), sign_in("siti")
    page = "/account/two-step/"
    assert "data:image/svg" in browser.get(page).text
    with browser.session_transaction() as kept:
        nonce = kept["new_factor"]
    step = int(NOW.timestamp()) // totp.STEP_SECONDS
    right = totp.code_of(totp.secret_of(siti, nonce), step)
    wrong = {"code": "000000", "csrf_token": csrf_of(browser, page)}
    assert browser.post(page, data=wrong).status_code == 200
    done = browser.post(page, data={"code": right, "csrf_token": csrf_of(browser, page)})
    assert done.status_code == 302
    assert is_signed_in(browser)
    assert not is_signed_in(other), "other sessions have ended"
    refused = browser.post(page, data={"password": "x", "csrf_token": csrf_of(browser, page)})
    assert refused.status_code == 200
    browser.post(page, data={"password": PASSWORD, "csrf_token": csrf_of(browser, page)})
    assert session.scalar(select(Account.mfa_nonce).where(Account.user_id == siti)) == ""


def test_parallel_guesses_do_not_overtake_the_lock(
    app: Flask, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("siti")
    looked_at: list[str] = []

    def matches(kept: str | None, _password: str) -> bool:
        looked_at.extend([kept] if kept == HASH else [])
        return False

    monkeypatch.setattr(passwords, "matches", matches)

    def guess(_number: int) -> Callable[[], None] | None:
        try:
            signing_in.sign_in("siti", "guess", NOW)
        except signing_in.SignInRefused:
            return None
        finally:
            Session.remove()
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(24)))
    assert len(looked_at) == signing_in.FAILURES
