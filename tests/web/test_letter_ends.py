"""Letters that no longer count: revoked with reason and basis, or replaced by a new one; never undone."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.audit.verify import verify as verify_audit
from app.db import Session
from app.errors import Conflict
from app.flow.replace import begin, drop, issue
from app.flow.revoke import Ending
from app.letters.models import Letter
from app.registers.models import RegisterEntry
from app.reports.book_lines import rows_of
from app.reports.verification import check_code
from tests import recommendation
from tests.desk import Desk
from tests.fixtures_demo import PASSWORD
from tests.web.conftest import OpenBrowser, field_errors

BASIS = "Pasal 12 Peraturan Contoh Nomor 3 Tahun 2026"
GIVEN = {"reason": "Data tidak benar", "basis": BASIS, "on": "2026-11-23", "passphrase": PASSWORD}


@dataclass(frozen=True)
class Sent:
    """A letter that was delivered, as plain data."""

    id: int
    number: str
    code: str
    head: str
    version: int
    initialled_by: list[str]


@pytest.fixture
def letter(desk: Desk) -> Sent:
    """A recommendation that was delivered; its case is closed."""
    recommendation.submit(desk)
    recommendation.walk(desk, "nothing")
    assert desk.case.status == "closed"
    row = again(desk, "recommendation")
    initialled = [mark.by for mark in row.initials]
    return Sent(row.id, str(row.number), str(row.verify_code), str(row.signed_by), row.version, initialled)


def status_of(letter: Sent) -> str:
    Session.rollback()
    return str(Session.scalars(select(Letter.status).where(Letter.id == letter.id)).one())


def again(desk: Desk, slot: str) -> Letter:
    query = select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id)
    return Session.scalars(query.execution_options(populate_existing=True)).all()[-1]


def test_a_revoked_letter_says_so_to_everybody(letter: Sent, desk: Desk, browser: OpenBrowser) -> None:
    head = browser(letter.head)
    page = f"/office/letters/{letter.id}/revoke"
    assert page in head.text(f"/office/letters/{letter.id}")
    answer = head.post(page, {**GIVEN, "basis": " "})
    assert answer.status_code == 422
    assert field_errors(answer.text) == ["Isi bagian ini."]
    assert "Data tidak benar" in answer.text, "what was typed stays"
    assert head.post(page, {**GIVEN, "on": "2026-11-24"}).status_code == 422, "not from tomorrow"
    assert head.post(page, {**GIVEN, "passphrase": "salah"}).status_code == 422
    assert head.post(page, GIVEN).status_code == 302

    told = browser().text(f"/verify/{letter.code}")
    assert "Dicabut" in told
    assert BASIS in told
    assert "23 November 2026" in told
    assert "Data tidak benar" not in told, "the reason is the office's affair"
    inside = head.text(f"/office/letters/{letter.id}")
    assert BASIS in inside
    assert "Data tidak benar" in inside

    again_asked = head.client.get(page, follow_redirects=True).text
    assert re.search(r"sudah dicabut pada 23 November 2026 oleh \w+", again_asked)
    assert f'href="{page}"' not in again_asked
    entry = Session.scalars(
        select(RegisterEntry).where(RegisterEntry.letter_id == letter.id, RegisterEntry.book == "outgoing")
    ).one()
    row = rows_of([entry], desk.case.office)[0]
    assert (row["ended"], row["ended_on"], row["ended_basis"]) == ("revoked", "2026-11-23", BASIS)
    assert verify_audit() == []


def test_only_the_signer_ends_a_letter(letter: Sent, browser: OpenBrowser) -> None:
    other = browser("technical_team")
    for verb in ("revoke", "replace"):
        assert f"/{verb}" not in other.text(f"/office/letters/{letter.id}")
        other.post(f"/office/letters/{letter.id}/{verb}", GIVEN)
    assert status_of(letter) == "delivered"
    assert Session.scalars(select(Letter).where(Letter.status == "draft")).all() == []


def test_a_replaced_letter_counts_until_the_new_one_is_signed(
    letter: Sent, desk: Desk, browser: OpenBrowser
) -> None:
    head = browser(letter.head)
    answer = head.post(f"/office/letters/{letter.id}/replace", GIVEN)
    draft = again(desk, "recommendation")
    address = f"/office/letters/{draft.id}"
    assert (answer.headers["Location"], draft.version) == (address, letter.version + 1)
    assert letter.initialled_by
    assert check_code(letter.code).status == "delivered"
    with pytest.raises(Conflict):
        begin(desk.who(letter.head), letter.id, Ending("Lagi", BASIS), desk.now)

    for username in letter.initialled_by:
        assert "/issue" not in head.text(address), "not before all initials"
        browser(username).post(f"{address}/initial")
    head.post(f"{address}/issue", {"passphrase": "salah"})
    assert again(desk, "recommendation").status != "signed"
    assert check_code(letter.code).status == "delivered"
    head.post(f"{address}/issue", {"passphrase": PASSWORD})

    assert status_of(letter) == "replaced"
    new = again(desk, "recommendation")
    assert (new.status, new.number != letter.number) == ("delivered", True)
    number, code = str(new.number), str(new.verify_code)
    told = browser().text(f"/verify/{letter.code}")
    assert "Diganti" in told
    assert number in told
    assert check_code(code).intact
    assert verify_audit() == []
    with pytest.raises(Conflict, match="replaced already"):
        begin(desk.who(letter.head), letter.id, Ending("Lagi", BASIS), desk.now)


def test_a_replacement_given_up_leaves_the_letter_in_force(letter: Sent, desk: Desk) -> None:
    head = desk.who(letter.head)
    draft = begin(head, letter.id, Ending("Salah nama", BASIS), desk.now)
    drop(head, draft, desk.now)
    old = Session.get_one(Letter, letter.id, populate_existing=True)
    assert (old.status, old.ended_reason, old.ended_basis) == ("delivered", "", "")
    with pytest.raises(Conflict):
        issue(head, draft, PASSWORD, desk.now)


def test_an_open_case_replaces_its_letters_by_its_own_steps(desk: Desk) -> None:
    recommendation.submit(desk)
    recommendation.walk(desk, "dispatch")
    letter = again(desk, "recommendation")
    with pytest.raises(Conflict, match="still open"):
        begin(desk.who(str(letter.signed_by)), letter.id, Ending("Salah", BASIS), desk.now)
