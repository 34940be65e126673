"""Nothing of one office is visible to another: a whole staff searches, guesses addresses and asks the API."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.cases.models import Attachment, Case, Task
from app.db import Session
from app.feedback.models_complaint import Complaint
from app.letters.models import Letter
from app.messages.models import Message
from app.people.models import Appointment, Office, User
from app.registers.models import RegisterEntry
from tests import dairi, ipki, magetan, recommendation
from tests.desk import Desk
from tests.fixtures_demo import PASSWORD
from tests.machine import Machine
from tests.web.conftest import Browser, OpenBrowser

STAFF = ("head_of_office", "front_officer", "general_affairs", "courier", "technical_team", "registrar")
STARTS = (
    "/office/", "/office/cases/", "/office/registers/outgoing", "/office/late/", "/office/messages/",
    "/office/outside/", "/office/complaints/?state=all", "/survey-results/",
)  # fmt: skip
NAMES = ("Kawasan Rimba Khayal", "Karet Pulau Cerita", "Kopi Awan Tidar")
MOST_PAGES = 400
OTHERS = ("kalbar", "magetan")


@pytest.fixture
def foreign(desk: Desk) -> list[str]:
    """Cases of the other two offices with letters, books and messages; the staff is left to Dairi alone."""
    numbers = []
    for walked, until in ((ipki, "ministry_sends"), (recommendation, "sign"), (magetan, "issue")):
        walked.submit(desk)
        walked.walk(desk, until)
        numbers.append(desk.number)
    dairi.submit(desk)
    dairi.walk(desk, "entry")
    office = select(Office.id).where(Office.key == "dairi").scalar_subquery()
    people = select(User.id).where(User.username.in_(STAFF))
    Session.execute(
        delete(Appointment).where(Appointment.user_id.in_(people), Appointment.office_id != office)
    )
    Session.commit()
    return numbers


def ids(model: type, *where: object) -> list[int]:
    Session.rollback()
    return list(Session.scalars(select(model.id).where(*where)))  # type: ignore[attr-defined]


def of_others(model: type) -> list[int]:
    office = select(Office.id).where(Office.key == "dairi").scalar_subquery()
    if hasattr(model, "office_id"):
        return ids(model, model.office_id != office)
    cases = select(Case.id).where(Case.office_id != office)
    return ids(model, model.case_id.in_(cases))  # type: ignore[attr-defined]


def crawl(browser: Browser) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with its text."""
    ahead, seen = list(STARTS), set(STARTS)
    while ahead and len(seen) < MOST_PAGES:
        address = ahead.pop(0)
        answer = browser.get(address)
        if answer.status_code != 200 or not answer.mimetype.startswith("text/"):
            continue
        yield address, answer.text
        for link in re.findall(r'href="(/[^"#]*)"', answer.text):
            found = link.replace("&amp;", "&")
            if found not in seen and not re.search(r"/static/|/logout|lang/|/services/|/standards/", found):
                seen.add(found)
                ahead.append(found)


@pytest.mark.parametrize("username", STAFF[:4])
def test_no_page_that_links_lead_to_tells_of_another_office(
    browser: OpenBrowser, foreign: list[str], username: str
) -> None:
    visited = 0
    for address, html in crawl(browser(username)):
        visited += 1
        assert [words for words in (*NAMES, *foreign) if words in html] == [], address
    assert visited > 5


def test_no_address_of_another_office_can_be_guessed(browser: OpenBrowser, foreign: list[str]) -> None:
    paths = [f"/{where}/{number}" for number in foreign for where in ("office/cases", "cases")]
    paths += [f"/office/tasks/{number}" for number in of_others(Task)]
    paths += [
        f"/office/letters/{n}{rest}"
        for n in of_others(Letter)
        for rest in ("", "/pdf", "/revoke", "/replace")
    ]
    paths += [f"/office/outside/out/{n}" for n in of_others(Message)]
    paths += [f"/files/{n}" for n in of_others(Attachment)]
    paths += [f"/data/registers/show/{n}" for n in of_others(RegisterEntry)]
    paths += [f"/office/registers/{book}?office={key}" for book in ("outgoing", "permits") for key in OTHERS]
    paths += [f"/office/registers/outgoing/{verb}?office=kalbar" for verb in ("print", "spreadsheet")]
    paths += [f"/survey-results/?office={key}" for key in OTHERS]
    tickets = Session.scalars(select(Complaint.ticket).where(Complaint.office_id.in_(others()))).all()
    paths += [f"/office/complaints/{ticket}" for ticket in tickets]
    assert tickets
    for username in ("head_of_office", "general_affairs"):
        page = browser(username)
        opened = {}
        for path in paths:
            answer = page.get(path)
            text = answer.text if answer.mimetype.startswith("text/") else "Magetan"  # any file is too much
            told = answer.status_code == 200 and any(
                words in text for words in (*NAMES, *foreign, "Kalimantan", "Magetan")
            )
            if told or answer.status_code >= 500:
                opened[path] = answer.status_code
        assert opened == {}, username


def others() -> list[int]:
    return list(Session.scalars(select(Office.id).where(Office.key.in_(OTHERS))))


def asked_for(number: str) -> Iterator[tuple[str, str, dict[str, object]]]:
    """What the API may be asked of one case of another office."""
    for path in ("", "/history", "/reveal", "/withdraw"):
        yield (
            ("POST" if path in ("/reveal", "/withdraw") else "GET"),
            f"/cases/{number}{path}",
            {"field": "nib"},
        )
    yield "GET", f"/letters/?case={number}", {}


def guessed() -> Iterator[tuple[str, str, dict[str, object]]]:
    """What the API may be asked by number."""
    for task in of_others(Task):
        yield "GET", f"/tasks/{task}", {}
        for verb in ("claim", "complete", "preview"):
            yield "POST", f"/tasks/{task}/{verb}", {"version": 1, "data": {}}
    for letter in of_others(Letter):
        yield "GET", f"/letters/{letter}", {}
        yield "GET", f"/letters/{letter}/pdf", {}
        yield "POST", f"/letters/{letter}/revoke", {"reason": "x", "basis": "x", "passphrase": PASSWORD}
    for file in of_others(Attachment):
        yield "GET", f"/attachments/{file}", {}
    for message in of_others(Message):
        yield "POST", f"/messages/{message}/retry", {}


@pytest.mark.parametrize("username", ["head_of_office", "general_affairs"])
def test_the_api_answers_nothing_of_another_office(
    demo_app: Flask, foreign: list[str], username: str
) -> None:
    machine = Machine(demo_app)
    for key in OTHERS:
        assert machine.get(username, f"/registers/outgoing?office={key}")["items"] == []
    for path in ("/cases/", "/tasks/", "/messages/"):
        shown = str(machine.get(username, path))
        assert [words for words in (*NAMES, *foreign) if words in shown] == [], path
    asked = [*(call for number in foreign for call in asked_for(number)), *guessed()]
    answered = {
        (method, path): told.status_code
        for method, path, body in asked
        for told in [machine.ask(username, method, path, **({"json": body} if method == "POST" else {}))]
        if told.status_code not in (403, 404)
    }
    assert len(asked) > 50
    assert answered == {}
