"""Signing in and out, by page and by API: what ends a session ends it at once and everywhere."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session as OrmSession

from app import clock
from app.flow.accounts import change_password, set_active
from app.people.access import person
from app.people.models import Account
from tests.fixtures_web import PASSWORD, MakePerson, SignIn, csrf_of

Token = Callable[..., dict[str, str]]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped_clock() -> None:
    clock.set_clock(NOW)


def api_login(client: FlaskClient, username: str, password: str) -> int:
    return client.post(
        "/api/v1/security/login", json={"username": username, "password": password}
    ).status_code


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/login/").status_code == 302


def cookies(browser: FlaskClient) -> str:
    found = browser.get_cookie("session")
    assert found is not None
    return found.value


def replayed(app: Flask, value: str) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("session", value)
    return browser


def test_a_person_signs_in_by_name_or_address(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("siti")
    assert is_signed_in(sign_in("siti"))
    assert is_signed_in(sign_in("SITI@contoh.test"))


def test_a_cookie_is_dead_after_logout(app: Flask, make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("siti")
    browser = sign_in("siti")
    old = cookies(browser)
    assert is_signed_in(replayed(app, old))
    browser.post("/logout/", data={"csrf_token": _token_in_session(browser)})
    assert not is_signed_in(replayed(app, old))


def test_logout_is_no_link(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("siti")
    browser = sign_in("siti")
    assert browser.get("/logout/").status_code == 405
    assert browser.post("/logout/").status_code == 403, "without a CSRF token"
    assert browser.post("/logout/", data={"csrf_token": "wrong"}).status_code == 403
    assert is_signed_in(browser)


def test_cookie_and_token_are_dead_after_a_new_password(
    app: Flask, make_person: MakePerson, sign_in: SignIn, token: Token
) -> None:
    make_person("siti")
    old, headers = cookies(sign_in("siti")), token("siti")
    with app.app_context():
        change_password(person("siti", NOW), PASSWORD, "awan putih di bukit", NOW)
    assert not is_signed_in(replayed(app, old))
    assert app.test_client().post("/api/v1/security/logout", headers=headers).status_code == 401


def test_cookie_and_token_are_dead_after_the_account_is_closed(
    app: Flask, make_person: MakePerson, sign_in: SignIn, token: Token
) -> None:
    siti = make_person("siti").id
    make_person("admin", "admin", "administrator")
    old, headers = cookies(sign_in("siti")), token("siti")
    with app.app_context():
        set_active(siti, False, person("admin", NOW), NOW)
    assert not is_signed_in(replayed(app, old))
    assert app.test_client().post("/api/v1/security/logout", headers=headers).status_code == 401
    assert api_login(app.test_client(), "siti", PASSWORD) == 401


def test_a_token_is_dead_after_logout(client: FlaskClient, make_person: MakePerson, token: Token) -> None:
    make_person("siti")
    headers = token("siti")
    assert client.post("/api/v1/security/logout", headers=headers).status_code == 200
    answer = client.post("/api/v1/security/logout", headers=headers)
    assert answer.status_code == 401
    assert set(answer.get_json()) == {"message", "errors"}


@pytest.mark.parametrize("value", ["x", "a.b.c", "", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_an_unreadable_token_is_401(client: FlaskClient, value: str) -> None:
    answer = client.get("/api/v1/_openapi", headers={"Authorization": f"Bearer {value}"})
    assert answer.status_code == 401
    assert set(answer.get_json()) == {"message", "errors"}
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("door", ["web", "api"])
def test_five_failures_lock_the_account_on_both_doors(
    app: Flask, client: FlaskClient, make_person: MakePerson, door: str
) -> None:
    make_person("siti")
    for _ in range(5):
        assert _fail(client, door) == 401
    assert api_login(client, "siti", PASSWORD) == 401
    assert _web_login(app.test_client(), "siti", PASSWORD) == 401
    clock.set_clock(NOW + timedelta(minutes=14))
    assert api_login(client, "siti", PASSWORD) == 401
    clock.set_clock(NOW + timedelta(minutes=16))
    assert api_login(client, "siti", PASSWORD) == 200


def test_success_forgets_earlier_failures(client: FlaskClient, make_person: MakePerson) -> None:
    make_person("siti")
    for _ in range(3):
        for _ in range(4):
            api_login(client, "siti", "wrong")
        assert api_login(client, "siti", PASSWORD) == 200


def test_an_address_that_guesses_is_stopped(client: FlaskClient, make_person: MakePerson) -> None:
    make_person("siti")
    answers = [api_login(client, f"nobody{n}", "wrong") for n in range(22)]
    assert answers[:20] == [401] * 20
    assert answers[-1] == 429
    assert api_login(client, "siti", PASSWORD) == 429
    clock.set_clock(NOW + timedelta(seconds=61))
    assert api_login(client, "siti", PASSWORD) == 200


def test_unknown_name_and_wrong_password_read_the_same(client: FlaskClient, make_person: MakePerson) -> None:
    make_person("siti")
    one = client.post("/api/v1/security/login", json={"username": "siti", "password": "wrong"})
    two = client.post("/api/v1/security/login", json={"username": "nobody", "password": "wrong"})
    assert one.get_json() == two.get_json()


def test_unknown_name_and_wrong_password_take_the_same(
    client: FlaskClient, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("siti")
    scrypt, asked = hashlib.scrypt, []

    def noted(*given: Any, **cost: Any) -> bytes:
        asked.append((cost["n"], cost["r"], cost["p"]))
        return scrypt(*given, **cost)

    monkeypatch.setattr(hashlib, "scrypt", noted)
    api_login(client, "nobody", "kuda-laut-merah")
    unknown = asked.copy()
    asked.clear()
    api_login(client, "siti", "kuda-laut-merah")
    assert len(unknown) == 1
    assert unknown == asked


@pytest.mark.parametrize("body", ["", "{", "[]", '{"username": 1, "password": "x"}', '{"username": "siti"}'])
def test_an_unreadable_sign_in_is_400(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/v1/security/login", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"message", "errors"}


def test_the_session_is_new_at_sign_in(app: Flask, make_person: MakePerson) -> None:
    make_person("siti")
    browser = app.test_client()
    with browser.session_transaction() as before:
        before["planted"] = "by somebody else"
    answer = browser.post(
        "/login/", data={"username": "siti", "password": PASSWORD, "csrf_token": csrf_of(browser)}
    )
    assert answer.status_code == 302
    with browser.session_transaction() as after:
        assert "planted" not in after
        assert len(after["sid"]) > 16


def test_sessions_end_by_rest_and_by_age(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("sari", "front_officer")
    browser = sign_in("sari")
    for key, seconds in (("seen", 31 * 60), ("began", 12 * 3600 + 60)):
        with browser.session_transaction() as kept:
            kept[key] -= seconds
        assert not is_signed_in(browser)
        browser = sign_in("sari")


def test_sign_in_leads_back_to_our_own_pages_only(app: Flask, make_person: MakePerson) -> None:
    make_person("siti")
    odd = ["https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)", "/\tevil.test", ""]
    for wanted in ["/health/live", *odd]:
        browser = app.test_client()
        data = {"username": "siti", "password": PASSWORD, "csrf_token": csrf_of(browser)}
        answer = browser.post("/login/", query_string={"next": wanted}, data=data)
        reached = answer.headers["Location"]
        assert (reached == wanted) == (wanted not in odd), reached
        assert reached.startswith("/")
        assert "evil" not in reached


def test_the_account_row_is_made_for_older_users(
    client: FlaskClient, make_person: MakePerson, session: OrmSession
) -> None:
    user = make_person("siti")
    session.delete(session.get_one(Account, user.id))
    session.commit()
    assert api_login(client, "siti", PASSWORD) == 200


def _token_in_session(browser: FlaskClient) -> str:
    return csrf_of(browser, "/account/password/")


def _fail(client: FlaskClient, door: str) -> int:
    if door == "api":
        return api_login(client, "siti", "wrong")
    return _web_login(client, "siti", "wrong")


def _web_login(browser: FlaskClient, username: str, password: str) -> int:
    data = {"username": username, "password": password, "csrf_token": csrf_of(browser)}
    return browser.post("/login/", data=data).status_code
