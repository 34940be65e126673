"""Three other SOPs at their people's desks: from the application to the letter that anybody can verify.

The fourth, K12, is in test_journey_feedback.py, where its survey follows.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import ipki, recommendation
from tests import iuki_verification as iuki
from tests.browser import desk
from tests.browser.people import People, said

pytestmark = pytest.mark.browser

BEFORE, TODAY = "2026-11-20", "2026-11-23"  # by the clock of the installation


def test_k01_the_expansion_of_an_estate_by_eight_actors(person: People) -> None:
    number = desk.apply(person("applicant"), "/services/ipki/apply", ipki.APPLICATION)
    desk.walk(person, number, "request_inspection", road=ipki.ROAD)
    page = person("applicant")
    page.goto(f"/cases/{number}")
    expect(page.get_by_text(said("Permit effective"), exact=True)).to_be_visible()
    copy = desk.office_copy(person("operator"), number, "Surat Pengantar")
    desk.expect_genuine(person, copy, "DISPERINDAG")


def test_k07_a_verified_estate_from_the_application_to_the_approval(person: People, tmp_path: Path) -> None:
    application = {**iuki.APPLICATION, "letter_date": BEFORE}
    number = desk.apply(person("applicant"), "/services/iuki_verification/apply", application)
    desk.walk(person, number, "receive", "evaluate", iuki.ROAD)
    desk.do(person, number, "technical_team", iuki.evaluated(evaluated_on=TODAY))
    desk.walk(person, number, "confirm_minutes", road=iuki.ROAD)
    page = person("applicant")
    page.goto(f"/cases/{number}")
    approval = desk.download(page, "Surat Persetujuan", tmp_path)
    desk.expect_genuine(person, approval, "/DISPERINDAG/XI/2026")
    page.reload()
    expect(page.get_by_text(said("Granted"), exact=True)).to_be_visible()


def test_k16_a_recommendation_for_the_dpmptsp(person: People) -> None:
    at_counter = "/office/apply/recommendation"
    number = desk.apply(person("general_affairs"), at_counter, recommendation.APPLICATION)
    desk.walk(person, number, "receive", road=recommendation.ROAD)
    letter = desk.office_copy(person("courier"), number, "Surat Rekomendasi")
    desk.expect_genuine(person, letter, "500.16.7.4/")
    page = person("division_head")
    page.goto(f"/office/cases/{number}")
    expect(page.get_by_text(said("Granted"), exact=True).first).to_be_visible()
