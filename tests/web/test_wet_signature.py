"""An office without certificates: letters are printed with a number, signed on paper, and kept as scans."""

import hashlib
import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app import storage
from app.audit.verify import verify as verify_audit
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.flow.scanning import print_letter, upload_scan
from app.letters.by_hand import awaits_scan, in_person, slots_at
from app.letters.models import Letter
from app.people.models import Office
from app.registers.models import RegisterEntry
from app.reports.letter_cards import OPEN, template_of
from app.reports.tracker import process_of
from app.reports.verification import check_code, check_file
from tests import dairi, recommendation
from tests.desk import Desk
from tests.web.conftest import Browser, OpenBrowser, posted

SCAN = b"%PDF-1.4 scan of the signed sheet"
PHOTO = b"\xff\xd8\xff\xe0 photo of the signed sheet"


@pytest.fixture
def paper(desk: Desk) -> Desk:
    """The desk of offices that sign on paper; nobody types a passphrase."""
    for office in Session.scalars(select(Office)):
        office.signature_mode = "wet"
    Session.commit()
    desk.passphrase = None  # type: ignore[assignment]
    return desk


def letter_in(desk: Desk, slot: str) -> Letter:
    query = (
        select(Letter).where(Letter.case_id == desk.case.id, Letter.slot == slot).order_by(Letter.id.desc())
    )
    return Session.scalars(query.execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def by_hand(desk: Desk, username: str, step: str, slot: str, scan: bytes = SCAN) -> bytes:
    """Print at a step and bring the scan; returns the print."""
    task = desk.task(step, username)
    sheet = print_letter(desk.who(username), task.id, slot, desk.now)
    upload_scan(desk.who(username), task.id, slot, scan, desk.now)
    return sheet


def test_the_recommendation_goes_its_whole_way_on_paper(paper: Desk, browser: OpenBrowser) -> None:
    recommendation.submit(paper)
    recommendation.walk(paper, "sign")
    approver = browser("head_of_office")
    page = approver.text(f"/office/tasks/{paper.task('sign').id}")
    assert 'name="passphrase"' not in page
    recommendation.walk(paper, "dispatch", since="sign")
    letter = letter_in(paper, "recommendation")
    assert (letter.status, letter.number, letter.pdf_sha256) == ("approved", None, None)

    courier = browser("courier")
    task = paper.task("dispatch")
    address = f"/office/tasks/{task.id}"
    assert "Beri nomor dan cetak" in courier.text(address)
    early = complete(courier, address, task.version)
    assert early.status_code == 422
    assert "unggah pindaiannya" in early.text

    sheet = courier.post(f"/office/by-hand/{task.id}/recommendation/print")
    assert sheet.mimetype == "application/pdf"
    letter = letter_in(paper, "recommendation")
    assert letter.number == "500.16.7.4/0001/DISPERINDAG/XI/2026"
    again = courier.post(f"/office/by-hand/{task.id}/recommendation/print")
    assert again.data == sheet.data, "printing twice gives no second number"
    refused = send(courier, task.id, sheet.data)
    assert refused.status_code == 302
    assert "belum ditandatangani" in courier.text(address)
    send(courier, task.id, b"GIF89a")
    assert "PDF atau JPEG" in courier.text(address)
    send(courier, task.id, PHOTO)
    assert hashlib.sha256(PHOTO).hexdigest() in courier.text(address)
    assert not check_code(letter.verify_code or "").known, "not signed before the step is completed"

    assert complete(courier, address, task.version).status_code == 302
    letter = letter_in(paper, "recommendation")
    assert (letter.status, letter.signature, letter.signed_by) == ("delivered", "wet", "head_of_office")
    assert storage.read(letter.pdf_sha256 or "") == PHOTO
    assert paper.case.result == "granted"
    books = select(RegisterEntry.book).where(RegisterEntry.letter_id == letter.id).order_by(RegisterEntry.id)
    assert Session.scalars(books).all() == ["outgoing", "dispatch"]
    assert verify_audit() == []

    visitor = browser()
    page = visitor.text(f"/verify/{letter.verify_code}")
    assert "Ditandatangani dengan tangan" in page
    found = visitor.client.post(
        "/verify/", data={"csrf_token": visitor.token, "file": (BytesIO(PHOTO), "surat.jpg")}
    )
    assert "Asli dan tidak diubah" in found.text or "Ditandatangani dengan tangan" in found.text
    assert check_file(PHOTO).intact
    assert not check_file(PHOTO + b"x").known
    for other in (sheet.data, PHOTO + b"x"):
        told = visitor.client.post(
            "/verify/", data={"csrf_token": visitor.token, "file": (BytesIO(other), "surat.jpg")}
        )
        assert "Ketik kode di samping kode QR-nya" in told.text, "who holds the paper learns the other way"
    own = courier.get(f"/office/letters/{letter.id}/pdf")
    assert (own.mimetype, own.data) == ("image/jpeg", PHOTO)


def complete(who: Browser, address: str, version: int) -> Any:
    return who.post(address, {**posted(recommendation.SENT), "version": version})


def send(who: Browser, task_id: int, content: bytes) -> Any:
    data = {"csrf_token": who.token, "scan": (BytesIO(content), "scan")}
    return who.client.post(f"/office/by-hand/{task_id}/recommendation/scan", data=data)


def test_the_dairi_permit_goes_its_whole_way_on_paper(paper: Desk) -> None:
    dairi.submit(paper)
    for step, username, given in dairi.ROAD:
        if step == "number_permit":
            permit = letter_in(paper, "permit")
            assert (permit.status, permit.number) == ("approved", None), "the SOP numbers in a row of its own"
            with pytest.raises(Invalid, match="scan"):
                paper.do(username, step, **given)
        for slot in due(paper, step):
            by_hand(paper, username, step, slot, SCAN + slot.encode())
        paper.do(username, step, **given)
    permit = letter_in(paper, "permit")
    by = (permit.signature, permit.signed_by, permit.number_confirmed_by)
    assert by == ("wet", "head_of_office", "general_affairs")
    assert storage.read(permit.pdf_sha256 or "") == SCAN + b"permit"
    assert check_code(permit.verify_code or "").intact
    assert verify_audit() == []


def due(desk: Desk, step: str) -> list[str]:
    """The letters that are signed by hand at a step."""
    process = process_of(desk.case)
    here = slots_at(process, process.steps[step])
    query = select(Letter).where(Letter.case_id == desk.case.id).order_by(Letter.id)
    found = list(Session.scalars(query.execution_options(populate_existing=True)))
    waiting = [letter for letter in found if letter.slot in here or awaits_scan(process, letter)]
    return [each.slot for each in waiting if each.status in OPEN and in_person(template_of(each))]


def test_only_whoever_has_the_task_prints_and_scans(paper: Desk) -> None:
    recommendation.submit(paper)
    recommendation.walk(paper, "dispatch")
    task = paper.task("dispatch")
    with pytest.raises(Forbidden):
        print_letter(paper.who("technical_team"), task.id, "recommendation", paper.now)
    with pytest.raises(Conflict):
        upload_scan(paper.who("courier"), task.id, "recommendation", SCAN, paper.now)
    with pytest.raises(NotFound):
        print_letter(paper.who("courier"), task.id, "report", paper.now)


def test_an_office_with_certificates_prints_nothing_by_hand(desk: Desk) -> None:
    recommendation.submit(desk)
    recommendation.walk(desk, "dispatch")
    with pytest.raises(Conflict):
        print_letter(desk.who("courier"), desk.task("dispatch").id, "recommendation", desk.now)


def test_a_sheet_sent_back_after_its_print_loses_its_number_with_a_reason(paper: Desk) -> None:
    """Where nobody numbers later, the signer prints at the own step and may still find a mistake."""
    dairi.submit(paper)
    dairi.walk(paper, "sign_orders")
    slot = due(paper, "sign_orders")[0]
    task = paper.task("sign_orders")
    first = print_letter(paper.who("head_of_office"), task.id, slot, paper.now)
    assert re.match(rb"%PDF-", first)
    number = letter_in(paper, slot).number
    line = Session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one()
    assert line.void_at is None
    paper.do("head_of_office", "sign_orders", outcome="send_back", note="Nama anggota keliru.")
    paper.do("back_officer", "verify", dairi.verified())
    Session.refresh(line)
    assert line.void_at is not None
    assert letter_in(paper, slot).number is None
