"""A page asks who is signed in before it sends what it has held for long."""

from app.people.access import person_named
from app.web.sessions import STAFF_IDLE_SECONDS
from tests.desk import wib
from tests.web.conftest import NOW, OpenBrowser


def test_a_visitor_is_nobody(browser: OpenBrowser) -> None:
    assert browser().get("/session/").get_json() == {"who": None}


def test_the_person_gets_a_token_that_counts(browser: OpenBrowser) -> None:
    officer = browser("front_officer")
    told = officer.get("/session/").get_json()
    assert told["who"] == person_named("front_officer", wib(NOW)).id
    assert officer.post("/logout/", {"csrf_token": told["token"]}).status_code == 302
    assert officer.get("/session/").get_json() == {"who": None}


def test_a_session_that_rested_too_long_is_nobodys(browser: OpenBrowser) -> None:
    officer = browser("front_officer")
    with officer.client.session_transaction() as session:
        session["seen"] -= STAFF_IDLE_SECONDS + 1
    assert officer.get("/session/").get_json() == {"who": None}
