"""The generated screens: who sees what, what may be edited, and the audit line of every edit."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder import ModelView
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app.audit.models import AuditEvent
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.parse import ROLES, parse
from app.definitions.roles import Roles
from app.office.generated import ReferenceView
from app.office.screens import FOR_ALL_STAFF
from app.people import permissions, roles
from app.people.models import Appointment, Holiday, Office, Party, Representative, User
from app.registers.models import RegisterEntry
from config import ROOT
from tests.fixtures_web import MakePerson, SignIn, csrf_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EDITABLE = {
    "parties", "representatives", "visits", "findings", "incoming_mail", "dispatch", "deliveries", "numbers",
    "appointments", "deputies", "people", "offices", "holidays", "office_hours", "follow_ups",
}  # fmt: skip
EVERYTHING = ["list", "show", "add", "edit", "delete"]


@pytest.fixture
def roles_file(app: Flask) -> Roles:
    """Roles with every screen, so that only what the screens themselves refuse is refused."""
    screens = {view.screen: EVERYTHING for view in screens_of(app)}
    file = Roles.model_validate(
        {
            "kind": "roles",
            "roles": {
                "clerk": {"title": "Petugas", "screens": screens},
                "admin": {"title": "Admin", "kind": "administrator", "screens": screens},
            },
        }
    )
    roles.ensure(file)
    Session.commit()
    permissions.forget()
    return file


def screens_of(app: Flask) -> list[Any]:
    return [view for view in app.extensions["appbuilder"].baseviews if isinstance(view, ModelView)]


def audit(session: OrmSession) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def post(browser: FlaskClient, url: str, **data: Any) -> Any:
    page = url if "/delete/" not in url else url.split("/delete/")[0] + "/list/"
    return browser.post(url, data={**data, "csrf_token": csrf_of(browser, page)})


def test_only_reference_data_may_be_edited(app: Flask) -> None:
    for view in screens_of(app):
        changing = set(view.base_permissions) - {"can_list", "can_show"}
        assert bool(changing) == (view.screen in EDITABLE), view.screen
        assert not changing or isinstance(view, ReferenceView)


def test_every_screen_is_somebodys_and_allows_something(app: Flask) -> None:
    """A screen that the shipped roles name nowhere would have been built for nobody."""
    shipped = parse(*ROLES, (ROOT / "rules" / "roles.yaml").read_text(encoding="utf-8")).shape
    assert isinstance(shipped, Roles)
    given = {screen for role in shipped.roles.values() for screen in role.screens}
    for_all = {view.screen for view in FOR_ALL_STAFF}
    assert {view.screen for view in screens_of(app)} - for_all - given == set()


def test_no_address_leads_past_the_screens(app: Flask) -> None:
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    assert not [rule for rule in rules if "download" in rule or "action" in rule]
    read_only = [view.screen for view in screens_of(app) if view.screen not in EDITABLE]
    for screen in read_only:
        prints = {"print", "spreadsheet"} if screen == "registers" else set()
        assert {rule for rule in rules if f"/data/{screen}/" in rule} == {
            f"/data/{screen}/list/",
            f"/data/{screen}/show/<int:pk>",
            *(f"/data/{screen}/{way}" for way in prints),
        }


@pytest.mark.usefixtures("roles_file")
def test_every_screen_opens(app: Flask, make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("sari", "clerk")
    browser = sign_in("sari")
    for view in screens_of(app):
        answer = browser.get(f"/data/{view.screen}/list/")
        assert answer.status_code == 200, view.screen
        for verb in ("add",):
            if f"can_{verb}" in view.base_permissions:
                assert browser.get(f"/data/{view.screen}/{verb}").status_code == 200, view.screen


@pytest.mark.usefixtures("roles_file")
def test_a_list_costs_few_queries_however_long(
    session: OrmSession, office: Office, make_person: MakePerson, sign_in: SignIn, count_queries: Any
) -> None:
    for number in range(30):
        a_case(session, office, f"A-{number}")
    make_person("sari", "clerk")
    browser = sign_in("sari")
    for screen in ("cases", "tasks"):
        browser.get(f"/data/{screen}/list/")
        with count_queries() as asked:
            assert browser.get(f"/data/{screen}/list/").status_code == 200
        assert len(asked) <= 8, asked


@pytest.mark.usefixtures("roles_file")
def test_screens_ask_to_sign_in_and_know_their_roles(
    app: Flask, client: FlaskClient, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("siti")
    browser = sign_in("siti")
    for view in screens_of(app):
        url = f"/data/{view.screen}/list/"
        assert client.get(url).status_code == 302
        assert "/login/" in client.get(url).headers["Location"]
        assert browser.get(url).status_code == 403


@pytest.mark.usefixtures("roles_file")
@pytest.mark.parametrize(
    "query",
    [
        "page_HolidayScreen=abc",
        "page_HolidayScreen=99999999999999999999",
        "psize_HolidayScreen=-5",
        "psize_HolidayScreen=100000",
        "_oc_HolidayScreen=password&_od_HolidayScreen=asc",
        "_oc_HolidayScreen=__class__&_od_HolidayScreen=asc",
        "_flt_9_name=x",
        "_flt_0_id=x",
        "_flt_x_name=x",
        "_flt_0_on=notadate",
        "_flt_0_name=%25",
    ],
)
def test_odd_addresses_do_no_harm(make_person: MakePerson, sign_in: SignIn, query: str) -> None:
    make_person("sari", "clerk")
    assert sign_in("sari").get(f"/data/holidays/list/?{query}").status_code == 200


@pytest.mark.usefixtures("roles_file")
def test_unusable_values_are_400(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("sari", "clerk")
    browser = sign_in("sari")
    assert browser.get("/data/holidays/list/?_flt_0_name=%00").status_code == 400
    assert browser.get(f"/data/parties/show/{10**30}").status_code == 400


@pytest.mark.usefixtures("roles_file")
def test_an_edit_writes_its_audit_line(session: OrmSession, make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("admin", "admin", "administrator")
    browser = sign_in("admin")
    day = {"on": "2026-12-25", "name": "Natal", "kind": "public", "office": 0}
    assert post(browser, "/data/holidays/add", **day).status_code == 302
    row = session.scalars(select(Holiday)).one()
    assert (row.name, row.office_id, row.on) == ("Natal", None, date(2026, 12, 25))
    assert post(browser, f"/data/holidays/edit/{row.id}", **{**day, "name": "Hari Natal"}).status_code == 302
    assert post(browser, f"/data/holidays/delete/{row.id}").status_code == 302
    session.expire_all()
    assert session.scalars(select(Holiday)).all() == []
    assert audit(session)[-3:] == ["holiday.added", "holiday.changed", "holiday.removed"]
    change = session.scalars(select(AuditEvent).where(AuditEvent.action == "holiday.changed")).one()
    assert change.detail["values"] == {"name": ["Natal", "Hari Natal"]}
    assert change.actor == "admin"


@pytest.mark.usefixtures("roles_file")
def test_a_row_that_exists_is_refused_with_a_sentence(make_person: MakePerson, sign_in: SignIn) -> None:
    make_person("admin", "admin", "administrator")
    browser = sign_in("admin")
    day = {"on": "2026-12-25", "name": "Natal", "kind": "public", "office": 0}
    post(browser, "/data/holidays/add", **day)
    again = post(browser, "/data/holidays/add", **day)
    assert again.status_code == 200
    assert "psycopg" not in again.text
    assert 'value="Natal"' in again.text, "what was typed is still there"


@pytest.mark.usefixtures("roles_file")
def test_staff_see_only_their_offices(
    session: OrmSession, office: Office, make_person: MakePerson, sign_in: SignIn
) -> None:
    other = Office(key="lain", name="Lain", short_name="Lain", government="Lain", place="Lain")
    session.add(other)
    session.flush()
    ours, theirs = a_case(session, office, "A-1"), a_case(session, other, "B-1")
    make_person("sari", "clerk")
    make_person("admin", "admin", "administrator")
    browser, admins = sign_in("sari"), sign_in("admin")
    listed = browser.get("/data/cases/list/").text
    assert "A-1" in listed
    assert "B-1" not in listed
    assert browser.get(f"/data/cases/show/{ours.id}").status_code == 200
    assert browser.get(f"/data/cases/show/{theirs.id}").status_code == 404
    assert "A-1" not in admins.get("/data/cases/list/").text, "administrators see no cases"


@pytest.mark.usefixtures("roles_file")
def test_identifiers_are_masked(session: OrmSession, make_person: MakePerson, sign_in: SignIn) -> None:
    party = Party(kind="person", name="Siti", nik="3171234567890001", npwp="012345678901234")
    session.add(party)
    session.commit()
    make_person("sari", "clerk")
    browser = sign_in("sari")
    for url in ("/data/parties/list/", f"/data/parties/show/{party.id}", f"/data/parties/edit/{party.id}"):
        text = browser.get(url).text
        assert party.nik not in text
        assert party.npwp not in text


@pytest.mark.usefixtures("roles_file")
def test_the_front_office_grants_and_ends_a_mandate(
    session: OrmSession, make_person: MakePerson, sign_in: SignIn
) -> None:
    session.add(Party(name="UD Contoh", nib="9990000000154"))
    session.commit()
    make_person("siti")
    make_person("sari", "clerk")
    browser = sign_in("sari")
    wrong = post(browser, "/data/representatives/add", party="9990000000999", user="siti")
    assert wrong.status_code == 200
    assert post(browser, "/data/representatives/add", party="9990000000154", user="siti").status_code == 302
    row = session.scalars(select(Representative)).one()
    assert row.is_confirmed
    post(browser, f"/data/representatives/edit/{row.id}", ends="y")
    session.refresh(row)
    assert row.until is not None
    assert audit(session)[-2:] == ["representative.granted", "representative.ended"]


@pytest.mark.usefixtures("roles_file")
def test_heads_appoint_in_their_office_but_not_themselves(
    session: OrmSession, office: Office, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("ratna", "clerk")
    budi = make_person("budi")
    browser = sign_in("ratna")
    given = {"role": "clerk", "office": office.id, "from_on": "2026-01-01", "decree": "SK 1"}
    assert post(browser, "/data/appointments/add", user="ratna", **given).status_code == 200
    assert post(browser, "/data/appointments/add", user="budi", **given).status_code == 302
    assert post(browser, "/data/appointments/add", user="budi", **given).status_code == 200, "twice"
    admin = post(browser, "/data/appointments/add", user="budi", **{**given, "role": "admin"})
    assert admin.status_code == 200
    row = session.scalars(select(Appointment).where(Appointment.user_id == budi.id)).one()
    assert post(browser, f"/data/appointments/edit/{row.id}", until_on="2026-06-30").status_code == 302
    session.refresh(row)
    assert row.until_on == date(2026, 6, 30)
    assert audit(session)[-2:] == ["appointment.made", "appointment.ended"]


@pytest.mark.usefixtures("roles_file")
def test_mail_is_numbered_by_its_book_and_received_once(
    session: OrmSession, office: Office, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("sari", "clerk")
    browser = sign_in("sari")
    mail = {"office": office.id, "on": "2026-11-20", "counterpart": "Dinas Lain", "subject": "Undangan"}
    for _ in range(2):
        assert post(browser, "/data/incoming_mail/add", **mail).status_code == 302
    assert post(browser, "/data/dispatch/add", **mail).status_code == 302
    rows = session.scalars(select(RegisterEntry).order_by(RegisterEntry.id)).all()
    assert [(row.book, row.seq) for row in rows] == [("incoming", 1), ("incoming", 2), ("dispatch", 1)]
    note = {"received_by": "Tono", "received_at": "2026-11-20T10:15"}
    assert post(browser, f"/data/deliveries/edit/{rows[2].id}", **note).status_code == 302
    session.refresh(rows[2])
    assert rows[2].received_at == datetime(2026, 11, 20, 3, 15, tzinfo=UTC), "typed on the office's clock"
    assert post(browser, f"/data/dispatch/edit/{rows[2].id}", **note).status_code == 200
    assert post(browser, f"/data/numbers/edit/{rows[0].id}", void_reason="Salah tulis").status_code == 302
    session.refresh(rows[0])
    assert rows[0].void_reason == "Salah tulis"


@pytest.mark.usefixtures("roles_file")
def test_the_technical_team_plans_and_notes(
    session: OrmSession, office: Office, make_person: MakePerson, sign_in: SignIn
) -> None:
    case = a_case(session, office, "A-1")
    make_person("tono", "clerk")
    browser = sign_in("tono")
    visit = {"case": "a-1", "on": "2026-11-25", "starts": "09:00", "place": "Kawasan", "state": "planned"}
    assert post(browser, "/data/visits/add", **visit).status_code == 302
    finding = {"case": "A-1", "aspect": "Mesin", "found": "30% terpasang"}
    assert post(browser, "/data/findings/add", **finding).status_code == 302
    assert audit(session)[-2:] == ["visit.added", "finding.added"]
    case.status = "closed"
    session.commit()
    assert post(browser, "/data/findings/add", **finding).status_code == 200
    for screen in ("visits", "findings"):
        assert "A-1" in browser.get(f"/data/{screen}/list/").text


@pytest.mark.usefixtures("roles_file")
def test_an_administrator_makes_and_closes_accounts(
    session: OrmSession, make_person: MakePerson, sign_in: SignIn
) -> None:
    make_person("admin", "admin", "administrator")
    browser = sign_in("admin")
    new = {"name": "Budi Santoso, S.T.", "username": "budi", "email": "budi@contoh.test", "nip": "1" * 18}
    assert post(browser, "/data/people/add", **new).status_code == 302
    assert post(browser, "/data/people/add", **new).status_code == 200
    assert audit(session)[-1] == "account.made"
    assert "Budi Santoso" in browser.get("/data/people/list/").text
    budi = session.scalars(select(User).where(User.username == "budi")).one()
    page = f"/data/people/edit/{budi.id}"
    assert re.search(r'<input[^>]*checked[^>]*name="active"', browser.get(page).text)
    assert post(browser, page, display_name="Budi S., S.T.", active="y").status_code == 302
    session.refresh(budi)
    assert budi.active
    assert post(browser, page, display_name="Budi S., S.T.").status_code == 302
    session.refresh(budi)
    assert not budi.active
    assert audit(session)[-2:] == ["account.changed", "account.closed"]


def a_case(session: OrmSession, office: Office, number: str) -> Case:
    case = Case(
        number=number, office_id=office.id, service="x/service", process="x/process", process_revision=1,
        form_revision=1, status="open", created_at=NOW, submitted_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(
        Task(
            case_id=case.id,
            office_id=office.id,
            step="check",
            title="Periksa",
            role="clerk",
            entered_at=NOW,
            deadline=[],
            data={},
        )
    )
    session.commit()
    return case
