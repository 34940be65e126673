"""The office's pages: inbox, tasks, cases, letters, books; what officers may do there and what not."""

import re
from html import unescape
from io import BytesIO
from typing import NamedTuple

import pytest
from sqlalchemy import func, select, update

from app import clock
from app.audit.models import AuditEvent
from app.cases.models import Attachment, Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.flow.submit import Application, save_draft
from app.letters.models import Letter
from app.messages.models import Message
from app.people.models import Appointment, Office
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests import dairi
from tests.desk import Desk, wib
from tests.web.conftest import OpenBrowser, field_errors, posted

GOOD = posted(dairi.checklist())
BAD = posted(dairi.checklist(npwp={"state": "missing", "note": "belum dilampirkan"}))
PASSPHRASE = "alurizin-demo"
SEND_BACK = "      send_back:\n"
SIGN_ONE = """
      order_only:
        title: Tanda tangani surat tugas saja
        next: coordinate
        do:
          - sign: task_order
"""
BUTTON = r'type="(\w+)"[^>]* name="outcome" value="(\w+)"'


class Open(NamedTuple):
    """An open task as a page was shown it; rows would not outlive the page's session."""

    id: int
    version: int


def opened(desk: Desk, step: str) -> Open:
    task = desk.task(step)
    return Open(task.id, task.version)


def at_check(desk: Desk) -> Open:
    """A case that the front office is to check."""
    dairi.submit(desk)
    return opened(desk, "check")


def version_of(task: Open) -> int:
    Session.rollback()
    return Session.scalars(select(Task.version).where(Task.id == task.id)).one()


def state_of(task: Open) -> str:
    Session.rollback()
    return Session.scalars(select(Task.state).where(Task.id == task.id)).one()


def test_an_officer_lands_in_the_inbox_with_the_nearest_deadline_first(
    browser: OpenBrowser, desk: Desk
) -> None:
    first = at_check(desk)
    dairi.submit(desk.at("2026-11-23 10:00"), nib="9990000000178")
    second = opened(desk, "check")
    html = browser("front_officer").text("/office/")
    assert html.index(f"/office/tasks/{first.id}") < html.index(f"/office/tasks/{second.id}")
    assert browser("back_officer").text("/office/").count("/office/tasks/") == 0


def test_the_inbox_is_narrowed_and_searched(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    number = desk.number
    sari = browser("front_officer")
    link = f'href="/office/tasks/{task.id}"'
    assert link not in sari.text("/office/?view=late")
    assert link not in sari.text("/office/?view=mine")
    assert link not in sari.text("/office/?role=back_officer")
    assert link in sari.text(f"/office/?q={number.lower()}&office=dairi&role=front_officer")
    assert "Mebel" in sari.get("/office/?q=Mebel").headers["Location"]
    clock.set_clock(wib("2026-11-24 08:00"))
    assert link in sari.text("/office/?view=late")
    sari.post(f"/office/tasks/{task.id}/claim")
    assert link in sari.text("/office/?view=mine")


def test_what_waits_for_the_applicant_stands_apart_for_those_who_help_at_the_counter(
    browser: OpenBrowser, desk: Desk
) -> None:
    sari, tab = browser("front_officer"), "view=applicant"
    task = at_check(desk)
    assert tab not in sari.text("/office/")
    sari.post(f"/office/tasks/{task.id}", {**BAD, "version": task.version})
    asked = f'href="/office/tasks/{desk.task("apply").id}"'
    inbox = sari.text("/office/")
    assert asked not in inbox
    assert tab in inbox
    assert asked in sari.text("/office/?view=applicant")
    assert asked in sari.text(f"/office/?q={desk.number}")
    assert tab not in browser("back_officer").text("/office/")


def test_the_table_is_asked_while_the_form_is_filled_in(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    sari = browser("front_officer")
    empty = sari.post(f"/office/tasks/{task.id}/preview", {})
    assert empty.status_code == 200
    assert "why-bad" not in empty.text
    bad = sari.post(f"/office/tasks/{task.id}/preview", {**BAD, "note": "Catatan saya"})
    assert "Catatan saya" in bad.text
    assert "why-bad" in bad.text
    assert "NPWP" in bad.text
    assert "why-good" in sari.post(f"/office/tasks/{task.id}/preview", GOOD).text
    assert state_of(task) == "open"


def test_completing_leads_straight_to_the_next_task_of_the_same_officer(
    browser: OpenBrowser, desk: Desk
) -> None:
    task = at_check(desk)
    sari = browser("front_officer")
    answer = sari.post(f"/office/tasks/{task.id}", {**GOOD, "version": task.version})
    assert answer.headers["Location"] == f"/office/tasks/{desk.task('receipt').id}"
    assert desk.steps() == ["receipt"]


def test_after_asking_the_applicant_an_officer_is_back_in_the_inbox(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    answer = browser("front_officer").post(f"/office/tasks/{task.id}", {**BAD, "version": task.version})
    assert answer.headers["Location"] == "/office/"
    assert desk.steps() == ["apply"]


def test_wrong_answers_are_told_and_everything_is_kept(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    given = {**GOOD, "checklist-photo-count": "dua", "version": task.version, "note": "Catatan saya"}
    answer = browser("front_officer").post(f"/office/tasks/{task.id}", given)
    assert answer.status_code == 422
    assert len(field_errors(answer.text)) == 1
    assert "Catatan saya" in answer.text
    assert 'value="dua"' in answer.text
    assert state_of(task) == "open"


def test_a_stale_page_is_refused_with_what_was_written(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    sari = browser("front_officer")
    sari.post(f"/office/tasks/{task.id}/claim")
    stale = sari.post(f"/office/tasks/{task.id}", {**GOOD, "version": task.version, "note": "Jangan hilang"})
    assert stale.status_code == 409
    assert "Jangan hilang" in stale.text
    assert state_of(task) == "open"


def test_a_second_click_is_told_apart_from_a_second_officer(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    sari = browser("front_officer")
    given = {**GOOD, "version": task.version, "idempotency_key": "k1"}
    assert sari.post(f"/office/tasks/{task.id}", given).status_code == 302
    assert sari.post(f"/office/tasks/{task.id}", given).status_code == 302
    assert sari.post(f"/office/tasks/{task.id}", {**given, "idempotency_key": "k2"}).status_code == 409
    assert "task-form" not in sari.text(f"/office/tasks/{task.id}")


def test_tasks_are_taken_given_back_and_handed_over(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "coordinate")
    task = opened(desk, "coordinate")
    budi, sari = browser("technical_team"), browser("technical_team2")
    budi.post(f"/office/tasks/{task.id}/claim")
    taken = sari.post(f"/office/tasks/{task.id}", {"visit_date": "2026-11-25", "version": version_of(task)})
    assert taken.status_code == 409
    sari.post(f"/office/tasks/{task.id}/release")
    assert "task-form" not in sari.text(f"/office/tasks/{task.id}")
    budi.post(f"/office/tasks/{task.id}/release")
    assert "task-form" in sari.text(f"/office/tasks/{task.id}")
    assert "task-form" not in browser("technical_team3").text(f"/office/tasks/{task.id}")


def test_a_head_hands_a_task_to_a_colleague(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    browser("head_of_office").post(f"/office/tasks/{task.id}/assign", {"to": "front_officer"})
    browser("back_officer").post(f"/office/tasks/{task.id}/assign", {"to": "back_officer"})
    browser("head_of_office").post(f"/office/tasks/{task.id}/assign", {"to": "siapa"})
    Session.rollback()
    assert Session.scalars(select(Task.claimed_by).where(Task.id == task.id)).one() == "front_officer"


def test_signing_asks_for_the_passphrase_and_a_wrong_one_changes_nothing(
    browser: OpenBrowser, desk: Desk
) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    task = opened(desk, "sign_orders")
    ratna = browser("head_of_office")
    address = f"/office/tasks/{task.id}"
    assert 'name="passphrase"' in ratna.text(address)
    given = {"outcome": "good", "version": task.version}
    for passphrase in ("", "salah"):
        assert ratna.post(address, {**given, "passphrase": passphrase}).status_code in (403, 422)
    assert state_of(task) == "open"
    assert ratna.post(address, {**given, "passphrase": PASSPHRASE}).status_code == 302
    signed = select(func.count()).where(Letter.slot.in_(("request", "task_order")), Letter.status == "signed")
    assert Session.scalar(signed) == 2


def test_the_passphrase_is_asked_for_at_every_way_out_that_signs_and_at_no_other(
    browser: OpenBrowser, desk: Desk
) -> None:
    ref = ("process", "dairi_ipui/process")
    first = current().get(*ref).text.index("  sign_orders:")
    before, text = current().get(*ref).text[:first], current().get(*ref).text[first:]
    publish({ref: before + text.replace(SEND_BACK, SIGN_ONE + SEND_BACK, 1)}, Act("admin", clock.now()))
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    task = opened(desk, "sign_orders")
    ratna, address = browser("head_of_office"), f"/office/tasks/{task.id}"
    html = ratna.text(address)
    asks = {value: kind for kind, value in re.findall(BUTTON, html.partition("<dialog")[0])}
    assert asks == {"good": "button", "order_only": "button", "send_back": "submit"}
    dialog = html.partition("<dialog")[2].partition("</dialog>")[0]
    own = dialog.partition('data-outcome-does="order_only" hidden>')[2].partition("</div>")[0]
    assert "Surat perintah tugas" in own
    assert "permintaan" not in own

    given = {"outcome": "order_only", "version": task.version}
    again = unescape(ratna.post(address, {**given, "passphrase": "salah"}).text)
    assert 'value="order_only" data-outcome-value' in again, "the dialog goes on with what was tried"
    assert ratna.post(address, {**given, "passphrase": PASSPHRASE}).status_code == 302
    signed = select(Letter.slot).where(Letter.slot.in_(("request", "task_order")), Letter.status == "signed")
    assert Session.scalars(signed).all() == ["task_order"]


def test_a_return_must_be_explained_and_the_words_are_shown_where_it_arrives(
    browser: OpenBrowser, desk: Desk
) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    task = opened(desk, "sign_orders")
    ratna = browser("head_of_office")
    given = {"outcome": "send_back", "version": task.version}
    assert ratna.post(f"/office/tasks/{task.id}", given).status_code == 422
    ratna.post(f"/office/tasks/{task.id}", {**given, "note": "Anggota kedua belum tepat"})
    back = browser("back_officer").text(f"/office/tasks/{desk.task('verify').id}")
    assert "Anggota kedua belum tepat" in back
    assert "Ratna" in back


def test_files_of_a_task_are_kept_and_wrong_ones_told(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "visit")
    task = opened(desk, "visit")
    budi = browser("technical_team")
    given = {**posted(dairi.visited()), "version": task.version}
    wrong = budi.post(f"/office/tasks/{task.id}", {**given, "photos": (BytesIO(b"MZ"), "foto.exe")})
    assert wrong.status_code == 422
    photo = (BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 50), "foto.png")
    assert budi.post(f"/office/tasks/{task.id}", {**given, "photos": photo}).status_code == 302
    assert len(desk.case.data["visit"]["photos"]) == 1


def test_the_case_page_shows_everything_with_identifiers_masked(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    sari = browser("front_officer")
    html = sari.text(f"/office/cases/{desk.number}")
    assert dairi.APPLICATION["director_nik"] not in html
    assert dairi.APPLICATION["npwp"] not in html
    for words in ("why-good", "Surat Perintah Tugas", "chip-ok", "oss"):
        assert words.lower() in html.lower(), words
    opened = sari.post(f"/office/cases/{desk.number}/reveal")
    assert dairi.APPLICATION["director_nik"] in opened.text
    events = select(func.count()).where(AuditEvent.action == "identifier.opened")
    assert (Session.scalar(events) or 0) >= 1
    assert dairi.APPLICATION["director_nik"] not in sari.text(f"/office/cases/{desk.number}")


def test_drafts_are_watermarked_copies_and_signed_letters_the_stored_file(
    browser: OpenBrowser, desk: Desk
) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    maria = browser("back_officer")
    by_slot = {letter.slot: letter.id for letter in Session.scalars(select(Letter))}
    for slot in ("task_order", "receipt"):
        assert maria.text(f"/office/letters/{by_slot[slot]}")
        assert maria.get(f"/office/letters/{by_slot[slot]}/pdf").data.startswith(b"%PDF-")
    siti = browser("applicant")
    assert siti.get(f"/letters/{by_slot['task_order']}/pdf").status_code == 404
    assert siti.get(f"/office/letters/{by_slot['task_order']}/pdf").status_code == 403


def test_a_letter_is_revoked_by_its_signers_role_only(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "coordinate")
    order = Session.scalars(select(Letter.id).where(Letter.slot == "task_order")).one()
    status = select(Letter.status).where(Letter.id == order)
    given = {"reason": "Salah anggota", "basis": "Pasal 1", "passphrase": PASSPHRASE}
    browser("back_officer").post(f"/office/letters/{order}/revoke", given)
    assert Session.scalar(status) == "signed"
    assert "/revoke" not in browser("back_officer").text(f"/office/letters/{order}")
    browser("head_of_office").post(f"/office/letters/{order}/revoke", given)
    assert Session.scalar(status) == "revoked"


def test_an_officer_enters_an_application_at_the_counter(browser: OpenBrowser, desk: Desk) -> None:
    sari = browser("front_officer")
    assert "/office/apply/dairi_ipui" in sari.text("/office/cases/")
    assert browser("secretary").get("/office/apply/dairi_ipui").status_code == 403
    form = posted(dairi.APPLICATION)
    saved = sari.post("/office/apply/dairi_ipui?once=a", {**form, "do": "save"})
    number = Session.scalars(select(Case.number)).one()
    assert saved.headers["Location"].endswith(f"case={number}")
    assert sari.get(f"/office/cases/{number}").headers["Location"].endswith(f"case={number}")
    scanned = {"file_npwp": (BytesIO(b"%PDF-1.4"), "npwp.pdf")}
    given = {**form, "do": "submit", "confirm_missing": "yes", **scanned}
    sent = sari.post(f"/office/apply/dairi_ipui?case={number}", given)
    assert Session.scalars(select(Attachment.is_internal)).one() is False
    assert sent.headers["Location"] == f"/office/cases/{number}"
    Session.rollback()
    case = Session.scalars(select(Case).execution_options(populate_existing=True)).one()
    assert (case.status, case.applicant_id) == ("open", None)


def test_books_delays_messages_and_the_sop_are_shown(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "coordinate")
    clock.set_clock(wib("2026-11-30 08:00"))
    lena = browser("general_affairs")
    order = Session.scalars(select(Letter).where(Letter.slot == "task_order")).one()
    assert (order.number or "?") in lena.text("/office/registers/outgoing")
    assert desk.number in lena.text("/office/late/")
    assert desk.number in lena.text("/office/messages/")
    sop = lena.text("/office/processes/dairi_ipui")
    assert sop.count("<polygon") >= 5
    assert "Kabid. Pelayanan" in sop
    assert lena.get("/office/registers/rahasia").status_code == 404


def test_a_stopped_message_is_sent_again_by_hand(browser: OpenBrowser, desk: Desk) -> None:
    at_check(desk)
    desk.do("front_officer", "check", dairi.checklist())
    message = Session.scalars(select(Message.id).where(Message.channel == "oss")).one()
    Session.execute(update(Message).where(Message.id == message).values(state="stopped", attempts=3))
    Session.commit()
    sari = browser("front_officer")
    answer = sari.post(f"/office/messages/{message}/retry")
    assert answer.headers["Location"] == f"/office/cases/{desk.number}#messages"
    assert Session.scalar(select(Message.state).where(Message.id == message)) == "unknown"
    Session.execute(update(Message).where(Message.id == message).values(state="done"))
    Session.commit()
    assert sari.post(f"/office/messages/{message}/retry").status_code == 302


def test_applicants_do_not_enter_and_other_offices_see_nothing(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    letter_like = [f"/office/cases/{desk.number}", f"/office/tasks/{task.id}"]
    siti = browser("applicant")
    for address in ["/office/", "/office/late/", *letter_like]:
        assert siti.get(address).status_code == 403, address
    move_to_another_office("secretary")
    hasan = browser("secretary")
    for address in letter_like:
        assert hasan.get(address).status_code == 404, address
    assert hasan.post(f"/office/tasks/{task.id}", {**GOOD, "version": task.version}).status_code == 404
    assert hasan.post(f"/office/tasks/{task.id}/claim").status_code == 404
    assert hasan.post(f"/office/cases/{desk.number}/reveal").status_code == 404
    assert desk.number not in hasan.text("/office/cases/")


def move_to_another_office(username: str) -> None:
    """Appoint somebody elsewhere instead."""
    other = Office(key="lain", name="Dinas Lain", short_name="Lain", government="Kota Lain", place="Lain")
    Session.add(other)
    Session.flush()
    for row in Session.scalars(select(Appointment).where(Appointment.user.has(username=username))):
        row.office_id = other.id
    Session.commit()


WEIRD = ["%00", "'", "%F0%9F%92%A3", "-1", "99999999999999999999", "x" * 300]


@pytest.mark.parametrize("odd", WEIRD)
def test_odd_addresses_are_refused_and_break_nothing(browser: OpenBrowser, odd: str) -> None:
    sari = browser("front_officer")
    places = [
        f"/office/?after={odd}", f"/office/?role={odd}&office={odd}&view={odd}", f"/office/?q={odd}",
        f"/office/tasks/{odd}", f"/office/cases/?q={odd}&status={odd}&service={odd}&office={odd}&after={odd}",
        f"/office/cases/{odd}", f"/office/letters/{odd}", f"/office/registers/{odd}",
        f"/office/registers/outgoing?year={odd}&office={odd}&q={odd}&after={odd}",
        f"/office/late/?after={odd}",
        f"/office/messages/?state={odd}&case={odd}", f"/office/processes/{odd}", f"/office/apply/{odd}",
        f"/office/apply/dairi_ipui?case={odd}&once={odd}",
    ]  # fmt: skip
    for address in places:
        assert sari.get(address).status_code < 500, address


def test_odd_forms_are_refused_and_break_nothing(browser: OpenBrowser, desk: Desk) -> None:
    task = at_check(desk)
    sari = browser("front_officer")
    for given in (
        {},
        {"version": "x"},
        {"version": "9" * 40},
        {"outcome": "complete", "version": str(task.version)},
        {**dict.fromkeys(GOOD, "\x00"), "version": str(task.version)},
        {**GOOD, "note": "x" * 100_000, "idempotency_key": "y" * 500, "version": "0"},
    ):
        assert sari.post(f"/office/tasks/{task.id}", given).status_code in (409, 422), given
        assert sari.post(f"/office/tasks/{task.id}/preview", given).status_code == 200
    assert state_of(task) == "open"
    assert unescape(sari.text(f"/office/tasks/{task.id}"))


def test_an_applicants_draft_is_in_no_list_of_the_office(browser: OpenBrowser, desk: Desk) -> None:
    number = save_draft(desk.who("applicant"), Application(dairi.SERVICE), desk.now).number
    submitted = dairi.submit(desk)
    officer = browser("front_officer")
    for address in ("/data/cases/list/", "/office/cases/"):
        assert submitted in officer.text(address)
        assert number not in officer.text(address)
