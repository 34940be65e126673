"""The administrators' desk: what is in force, and why a file is not."""

from app.db import Session
from app.definitions.problem import Problem
from app.errors import text
from app.publishing.file_problems import keep
from tests.desk import wib
from tests.web.conftest import OpenBrowser


def test_an_administrator_lands_on_the_definitions(browser: OpenBrowser) -> None:
    page = browser("admin").client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "dairi_ipui/completeness" in page.text
    assert "/data/" in page.text  # the generated screens are one click away


def test_a_file_that_is_not_in_force_says_where_and_why(browser: OpenBrowser) -> None:
    problem = Problem("steps.check", text("There is no such %(kind)s.", kind="form"), 12, "rules/x.yaml")
    keep([problem], wib("2026-11-23 08:00"))
    Session.commit()
    page = browser("admin").get("/studio/")
    assert "rules/x.yaml" in page.text
    assert ":12" in page.text


def test_a_definition_shows_its_text_and_its_revisions(browser: OpenBrowser) -> None:
    page = browser("admin").get("/studio/process/dairi_ipui/process")
    assert "kind: process" in page.text
    assert browser("admin").get("/studio/process/no/such").status_code == 404


def test_officers_and_applicants_have_no_business_here(browser: OpenBrowser) -> None:
    for username in ("front_officer", "applicant"):
        assert browser(username).get("/studio/").status_code == 403
