"""K24 at the desks: what the team finds on site leads to a refusal letter that the applicant downloads."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.people import People, said
from tests.dairi import GOOD_JUDGEMENT, REFUSAL_ROAD, TEAM, visited

pytestmark = pytest.mark.browser

WASTE = "Limbah melebihi dokumen lingkungan"
FIRM = {
    "nib": "9990000000185",
    "company_name": "PT Sawit Lembah Fabel (Fiktif)",
    "legal_form": "pt",
    "kbli": "10431",
}


def test_k24_ends_with_a_refusal_letter_and_no_permit(person: People, tmp_path: Path) -> None:
    number = desk.apply(person("applicant"), **FIRM)
    desk.walk(person, number, "check", "visit")
    desk.do(person, number, "technical_team", visited(waste_within_document=False, waste_note=WASTE))
    for member in TEAM:
        desk.do(person, number, member)
    desk.do(person, number, "technical_team", GOOD_JUDGEMENT)

    officer = person("back_officer")
    officer.goto(f"/office/cases/{number}")
    expect(officer.locator("#decisions article").last).to_contain_text("limbah", ignore_case=True)

    desk.walk(person, number, "draft_refusal", "take_refusal", REFUSAL_ROAD)
    page = person("applicant")
    page.goto(f"/cases/{number}")
    letter = desk.download(page, "Surat Penolakan", tmp_path)
    assert letter.startswith(b"%PDF-")
    page.reload()
    expect(page.locator("main").get_by_text(said("Refused"), exact=True)).to_be_visible()
    expect(page.get_by_text(said("Permit effective"))).to_have_count(0)
    expect(page.locator('article.letter a[href^="/letters/"]')).to_have_count(2)  # receipt and refusal
