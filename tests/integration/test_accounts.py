"""Accounts, appointments and roles: what people do with them, and what they may never do."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app import clock
from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.roles import Roles
from app.errors import Forbidden, Invalid, NotFound
from app.flow import accounts, appointing
from app.messages.models import Message
from app.people import passwords, permissions, roles
from app.people.access import (
    appointment_in_force,
    may_see_case,
    people_in_role,
    person,
    roles_of,
)
from app.people.models import Office, Party, Representative, User
from app.people.registration import NewAccount, find
from tests.fixtures_web import PASSWORD, MakePerson, SignIn, csrf_of

Token = Callable[..., dict[str, str]]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = NOW.date()
GOOD = "awan putih di bukit"


def write(name: str, token: str) -> dict[str, str]:
    return {"subject": name, "body": token}


def mails(session: OrmSession) -> list[Message]:
    session.expire_all()
    return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.fixture(autouse=True)
def _stopped_clock() -> None:
    clock.set_clock(NOW)


def fill(browser: FlaskClient, page: str, **data: Any) -> Any:
    return browser.post(page, data={**data, "csrf_token": csrf_of(browser, page)})


def registration(**changes: str) -> dict[str, str]:
    given = {"name": "Siti Contoh", "email": "siti@contoh.test", "phone": "081234567890"}
    return {**given, "password": GOOD, "confirm": GOOD, "consent": "y", **changes}


def test_an_applicant_registers_and_signs_in(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    assert fill(client, "/account/register/", **registration()).status_code == 302
    assert sign_in("siti@contoh.test", GOOD).get("/login/").status_code == 302
    with app.app_context():
        who = person("siti@contoh.test", NOW)
    assert who is not None
    assert who.is_applicant
    assert not who.is_staff
    assert not who.is_admin


def test_registration_does_not_tell_who_has_an_account(
    session: OrmSession, client: FlaskClient, make_person: MakePerson
) -> None:
    make_person("siti")
    free = fill(client, "/account/register/", **registration(email="budi@contoh.test"))
    taken = fill(client, "/account/register/", **registration())
    assert (free.status_code, free.headers["Location"]) == (taken.status_code, taken.headers["Location"])
    assert session.scalar(select(User.password).where(User.username == "siti")) == find_hash(session, "siti")
    assert len(mails(session)) == 1


def find_hash(session: OrmSession, username: str) -> str | None:
    return session.scalar(select(User.password).where(User.username == username))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "kurang", "confirm": "kurang"}, "password"),
        ({"password": "x" * 129, "confirm": "x" * 129}, "password"),
        ({"password": "password123456", "confirm": "password123456"}, "password"),
        ({"email": "bukan alamat"}, "email"),
        ({"username": "a b"}, "username"),
        ({"phone": "nomor"}, "phone"),
        ({"name": "S"}, "name"),
    ],
)
def test_registration_says_what_is_wrong(
    session: OrmSession, client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    answer = fill(client, "/account/register/", **registration(**changes))
    assert answer.status_code == 200
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(User)).all() == []


def test_where_mail_goes_out_an_account_opens_by_its_link(app: Flask, session: OrmSession) -> None:
    new = NewAccount(name="Siti Contoh", email="siti@contoh.test", password=GOOD)
    with app.app_context():
        accounts.register(new, write, NOW, confirm_first=True)
        assert person("siti@contoh.test", NOW) is None
        token = mails(session)[0].payload["body"]
        accounts.confirm_email(token, NOW)
        assert person("siti@contoh.test", NOW) is not None
        with pytest.raises(NotFound):
            accounts.confirm_email(token, NOW)


def test_a_forgotten_password_is_set_by_link_once(
    app: Flask, session: OrmSession, client: FlaskClient, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("siti")
    old = sign_in("siti")
    known = fill(client, "/account/forgot/", username="siti@contoh.test")
    unknown = fill(client, "/account/forgot/", username="nobody@contoh.test")
    assert visible(known.text) == visible(unknown.text)
    (mail,) = mails(session)
    link = re.search(r"/account/reset/\S+", mail.payload["body"])
    assert link is not None
    assert fill(client, link.group(), password=GOOD, confirm=GOOD).status_code == 302
    assert fill(client, link.group(), password=GOOD, confirm=GOOD).status_code == 404
    assert old.get("/login/").status_code == 200, "sessions of before have ended"
    assert sign_in("siti", GOOD).get("/login/").status_code == 302


def visible(html: str) -> str:
    return re.sub(r'(value|nonce|content)="[^"]*"', "", html)


def test_a_reset_link_lives_one_hour(app: Flask, session: OrmSession, make_person: MakePerson) -> None:
    make_person("siti")
    with app.app_context():
        accounts.request_reset("siti", write, NOW)
        token = mails(session)[0].payload["body"]
        with pytest.raises(NotFound):
            accounts.reset_password(token, GOOD, NOW + timedelta(minutes=61))
        with pytest.raises(Invalid):
            accounts.reset_password(token, "pendek", NOW)
        accounts.reset_password(token, GOOD, NOW)


def test_the_password_is_changed_by_who_knows_it(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("siti")
    browser = sign_in("siti")
    page = "/account/password/"
    wrong = fill(browser, page, old_password="salah", password=GOOD, confirm=GOOD)
    assert 'id="old_password-error"' in wrong.text
    same = fill(browser, page, old_password=PASSWORD, password=PASSWORD, confirm=PASSWORD)
    assert 'id="password-error"' in same.text
    done = fill(browser, page, old_password=PASSWORD, password=GOOD, confirm=GOOD)
    assert done.status_code == 302
    assert browser.get("/login/").status_code == 302, "this session goes on"


@pytest.mark.parametrize(
    "password",
    ["password123456", "Indonesia12345", "aaaaaaaaaaaaaa", "123456789012", "qwertyuiop12", "rahasiarahasia"],
)
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.require_good(password)


@pytest.mark.parametrize("password", ["alurizin-demo", GOOD, "Kb7-tQ2!xM9z", "kata sandi yang panjang"])
def test_uncommon_passwords_are_taken(password: str) -> None:
    passwords.require_good(password)


def test_appointments_decide_roles_by_date_and_office(
    app: Flask, session: OrmSession, office: Office, make_person: MakePerson
) -> None:
    make_person("budi", "surveyor", from_on=date(2026, 11, 1), until_on=date(2026, 11, 23))
    with app.app_context():
        for on, expected in (
            (date(2026, 10, 31), set()),
            (date(2026, 11, 1), {"surveyor"}),
            (date(2026, 11, 23), {"surveyor"}),
            (date(2026, 11, 24), set()),
        ):
            assert roles_of("budi", office.id, on) == expected
            assert set(people_in_role("surveyor", office.id, on)) == ({"budi"} if expected else set())
        assert roles_of("budi", office.id + 1, TODAY) == set()
        # midnight of the office, not of Greenwich: 23 November ends at 17.00 UTC
        last = person("budi", datetime(2026, 11, 23, 16, 59, tzinfo=UTC))
        after = person("budi", datetime(2026, 11, 23, 17, 1, tzinfo=UTC))
    assert last is not None
    assert after is not None
    assert last.holds("surveyor", office.id)
    assert last.works_in(office.id)
    assert not after.holds("surveyor", office.id)
    assert after.is_applicant


def test_an_ended_appointment_ends_sessions_at_once(
    app: Flask, office: Office, make_person: MakePerson, sign_in: SignIn, token: Token
) -> None:
    make_person("admin", "admin", "administrator")
    budi = make_person("budi", "surveyor")
    browser, headers = sign_in("budi"), token("budi")
    with app.app_context():
        by = person("admin", NOW)
        assert by is not None
        found = appointment_in_force(budi.id, "surveyor", office.id, TODAY)
        assert found is not None
        appointing.end_appointment(found.id, TODAY - timedelta(days=1), by, NOW)
        assert roles_of("budi", office.id, TODAY) == set()
    assert browser.get("/login/").status_code == 200
    assert app.test_client().post("/api/v1/security/logout", headers=headers).status_code == 401


def test_nobody_appoints_themselves_or_beyond_their_office(
    app: Flask, session: OrmSession, office: Office, make_person: MakePerson
) -> None:
    admin = make_person("admin", "admin", "administrator")
    make_person("ratna", "head_of_office")
    budi = make_person("budi")
    other = Office(key="lain", name="Lain", short_name="Lain", government="Lain", place="Lain")
    session.add(other)
    session.commit()

    def attempt(by: str, user_id: int, role: str, office_id: int | None) -> None:
        who = person(by, NOW)
        assert who is not None
        new = appointing.NewAppointment(user_id, role, office_id, TODAY, decree="SK 1")
        appointing.appoint(new, who, NOW)

    with app.app_context():
        for by, user_id, role, office_id in (
            ("admin", admin.id, "head_of_office", office.id),
            ("ratna", budi.id, "head_of_office", other.id),
            ("ratna", budi.id, "head_of_office", None),
            ("ratna", budi.id, "admin", office.id),
            ("budi", admin.id, "head_of_office", office.id),
        ):
            with pytest.raises(Forbidden):
                attempt(by, user_id, role, office_id)
        with pytest.raises(Invalid):
            attempt("admin", budi.id, "no_such_role", office.id)
        attempt("ratna", budi.id, "head_of_office", office.id)


def test_people_act_for_parties_while_the_mandate_lasts(
    app: Flask, session: OrmSession, make_person: MakePerson
) -> None:
    siti = make_person("siti")
    party = Party(name="UD Contoh", nib="9990000000154")
    session.add(party)
    session.flush()
    provisional = Party(name="UD Lain", nib="9990000000155")
    session.add(provisional)
    session.flush()
    until = NOW + timedelta(days=1)
    mandate = Representative(party_id=party.id, user_id=siti.id, is_confirmed=True, since=NOW, until=until)
    session.add_all([mandate, Representative(party_id=provisional.id, user_id=siti.id, since=NOW)])
    session.commit()
    with app.app_context():
        today, later = person("siti", NOW), person("siti", NOW + timedelta(days=2))
    assert today is not None
    assert later is not None
    assert today.acts_for(party.id)
    assert not today.acts_for(provisional.id), "until the front office confirms, only what one filed oneself"
    assert not later.acts_for(party.id)
    assert may_see_case(today, 1, party.id, None)
    assert not may_see_case(later, 1, party.id, None)
    assert may_see_case(later, 1, None, siti.id)


def test_administrators_see_no_cases(app: Flask, office: Office, make_person: MakePerson) -> None:
    make_person("admin", "admin", "administrator", office_id=None)
    with app.app_context():
        admin = person("admin", NOW)
    assert admin is not None
    assert admin.is_admin
    assert not may_see_case(admin, office.id, None, None)


def roles_file(screens: dict[str, list[str]]) -> Roles:
    given = {"kind": "roles", "roles": {"clerk": {"title": "Petugas", "screens": screens}}}
    return Roles.model_validate(given)


def test_roles_follow_their_file(app: Flask, make_person: MakePerson) -> None:
    make_person("sari", "clerk")

    def known() -> set[tuple[str, str]]:
        permissions.forget()
        who = person("sari", NOW)
        assert who is not None
        return {pair for pair in permissions.permissions_of(who) if pair[1] in ("parties", "holidays")}

    with app.app_context():
        for screens in ({"parties": ["list", "show"]}, {"parties": ["list", "show"]}, {"holidays": ["list"]}):
            roles.ensure(roles_file(screens))
            Session.commit()
            expected = {(f"can_{verb}", screen) for screen, verbs in screens.items() for verb in verbs}
            assert known() == expected | {("menu_access", screen) for screen in screens}
        roles.ensure(Roles.model_validate({"kind": "roles", "roles": {}}))
        Session.commit()
        assert known() == set()


def test_the_password_hash_is_never_told(session: OrmSession, app: Flask, make_person: MakePerson) -> None:
    make_person("siti")
    with app.app_context():
        assert find("SITI") is not None
        accounts.request_reset("siti", write, NOW)
        token = mails(session)[0].payload["body"]
        accounts.reset_password(token, GOOD, NOW)
    told = " ".join(str(event.detail) for event in session.scalars(select(AuditEvent)))
    assert "scrypt" not in told
    assert token not in told
