"""The four other SOPs at their people's desks: from the application to the letter that anybody can verify."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import ipki, magetan, recommendation
from tests import iuki_verification as iuki
from tests.browser import desk
from tests.browser.people import People, said

pytestmark = pytest.mark.browser

BEFORE = "2026-11-20"  # the clock of the installation stands on Monday, 23 November 2026


def expect_genuine(person: People, content: bytes, number: str) -> None:
    result = desk.upload_to_verify(person.visitor(), content)
    expect(result).to_have_class(re.compile("result-ok"))
    expect(result).to_contain_text(said("Genuine and unchanged"))
    expect(result).to_contain_text(number)


def test_k01_the_expansion_of_an_estate_by_eight_actors(person: People) -> None:
    number = desk.apply(person("applicant"), "/services/ipki/apply", ipki.APPLICATION)
    desk.walk(person, number, "request_inspection", road=ipki.ROAD)
    page = person("applicant")
    page.goto(f"/cases/{number}")
    expect(page.get_by_text(said("Permit effective"), exact=True)).to_be_visible()
    copy = desk.office_copy(person("operator"), number, "Surat Pengantar")
    expect_genuine(person, copy, "DISPERINDAG")


def test_k07_a_verified_estate_from_the_application_to_the_approval(person: People, tmp_path: Path) -> None:
    application = {**iuki.APPLICATION, "letter_date": BEFORE}
    number = desk.apply(person("applicant"), "/services/iuki_verification/apply", application)
    desk.walk(person, number, "receive", "evaluate", iuki.ROAD)
    desk.do(person, number, "technical_team", iuki.evaluated(evaluated_on=BEFORE))
    desk.walk(person, number, "confirm_minutes", road=iuki.ROAD)
    page = person("applicant")
    page.goto(f"/cases/{number}")
    approval = desk.download(page, "Surat Persetujuan", tmp_path)
    expect_genuine(person, approval, "/DISPERINDAG/XI/2026")
    page.reload()
    expect(page.get_by_text(said("Granted"), exact=True)).to_be_visible()


def test_k16_a_recommendation_for_the_dpmptsp(person: People) -> None:
    at_counter = "/office/apply/recommendation"
    number = desk.apply(person("general_affairs"), at_counter, recommendation.APPLICATION)
    desk.walk(person, number, "receive", road=recommendation.ROAD)
    letter = desk.office_copy(person("courier"), number, "Surat Rekomendasi")
    expect_genuine(person, letter, "500.16.7.4/")
    page = person("division_head")
    page.goto(f"/office/cases/{number}")
    expect(page.get_by_text(said("Granted"), exact=True).first).to_be_visible()


def test_k12_an_expansion_by_five_officers_to_the_licence_of_oss(person: People) -> None:
    number = desk.apply(person("applicant"), "/services/ipui_magetan/apply", magetan.APPLICATION)
    desk.walk(person, number, "register", road=magetan.ROAD)
    page = person("applicant")
    desk.look_until(page, f"/cases/{number}", page.get_by_text(said("Permit effective"), exact=True))
    report = desk.office_copy(person("issuer"), number, "Berita Acara Pemeriksaan")
    expect_genuine(person, report, "/BA/DPMPTSP/2026")
