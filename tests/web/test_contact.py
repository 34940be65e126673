"""My account: a person gives a number, proves it by a code on the telephone, and chooses the ways."""

import re

import pytest

from app import clock
from app.db import Session
from app.flow.deliver_message import deliver_message, due_messages
from app.messages import simulator, transport
from app.messages.channels import PHONE_CHANNELS
from app.messages.gateway_simulator import last_text
from tests import dairi
from tests.desk import Desk
from tests.fixtures_demo import DemoWorld
from tests.web.conftest import Browser, OpenBrowser

PAGE = "/account/contact/"
NUMBER = "+6281234567890"


def deliver() -> None:
    """What the job worker does."""
    Session.rollback()
    for number in due_messages(clock.now()):
        deliver_message(number, clock.now())


def code_on_telephone(channel: str = "whatsapp", number: str = NUMBER) -> str:
    deliver()
    found = re.search(r"\d{6}", last_text(channel, number))
    assert found, last_text(channel, number)
    return found[0]


def card(person: Browser, channel: str = "whatsapp") -> str:
    """The part of the page about one way."""
    return person.text(PAGE).split(f'id="{channel}"', 1)[1].split("</section>", 1)[0]


def prove(person: Browser, channel: str = "whatsapp") -> None:
    person.post(f"{PAGE}phone", {"phone": "0812 3456 7890"})
    person.post(f"{PAGE}{channel}/code")
    person.post(f"{PAGE}{channel}/verify", {"code": code_on_telephone(channel)})


def test_an_applicant_proves_a_number_and_reads_the_next_notice_on_the_telephone(
    browser: OpenBrowser, desk: Desk
) -> None:
    person = browser("applicant")
    assert PAGE in person.text("/cases/")
    assert "Isi dahulu nomor ponsel" in card(person)
    person.post(f"{PAGE}phone", {"phone": "0812 3456 7890"})
    assert f'value="{NUMBER}"' in person.text(PAGE)
    assert "belum dibuktikan" in card(person)
    person.post(f"{PAGE}whatsapp/code")
    code = code_on_telephone()
    assert "kode telah dikirim" in card(person)
    assert code in card(person)  # a demonstration shows its simulated telephone
    person.post(f"{PAGE}whatsapp/verify", {"code": f"{code[:3]} {code[3:]}"})
    assert "digunakan" in card(person)
    dairi.submit(desk)
    deliver()
    assert f"({desk.number}). http://uji.test/cases/{desk.number}" in last_text("whatsapp", NUMBER)
    assert last_text("sms", NUMBER) == ""


def test_wrong_codes_are_told_at_the_field_and_five_lock_it(browser: OpenBrowser) -> None:
    person = browser("applicant")
    person.post(f"{PAGE}phone", {"phone": NUMBER})
    person.post(f"{PAGE}whatsapp/code")
    code = code_on_telephone()
    wrong = "111111" if code != "111111" else "222222"
    for attempt in range(1, 6):
        answer = person.post(f"{PAGE}whatsapp/verify", {"code": wrong})
        assert answer.status_code == 422
        assert 'id="whatsapp-error"' in answer.text
        assert ("Kode tidak sesuai" in answer.text) == (attempt < 5)
    answer = person.post(f"{PAGE}whatsapp/verify", {"code": code})
    assert (answer.status_code, "tidak berlaku lagi" in answer.text) == (422, True)
    assert "belum dibuktikan" in card(person)
    person.post(f"{PAGE}whatsapp/code")
    assert "Tunggu satu menit" in person.text(PAGE)


@pytest.mark.parametrize("written", ["kode", "", "１２３４５６", "0" * 400])
def test_what_is_no_code_is_refused(browser: OpenBrowser, written: str) -> None:
    person = browser("applicant")
    person.post(f"{PAGE}phone", {"phone": NUMBER})
    person.post(f"{PAGE}sms/code")
    assert person.post(f"{PAGE}sms/verify", {"code": written}).status_code == 422


def test_a_new_number_must_be_proved_again(browser: OpenBrowser) -> None:
    person = browser("applicant")
    prove(person)
    person.post(f"{PAGE}phone", {"phone": "081299999999"})
    assert "belum dibuktikan" in card(person)
    answer = person.post(f"{PAGE}phone", {"phone": "bukan nomor"})
    assert (answer.status_code, 'id="phone-error"' in answer.text) == (422, True)


def test_a_way_is_left_and_taken_again_without_another_code(browser: OpenBrowser) -> None:
    person = browser("front_officer")
    prove(person, "sms")
    person.post(f"{PAGE}sms/switch", {"on": "0"})
    assert "tidak digunakan" in card(person, "sms")
    person.post(f"{PAGE}sms/switch", {"on": "1"})
    assert "tidak digunakan" not in card(person, "sms")
    person.post(f"{PAGE}whatsapp/switch", {"on": "1"})
    assert "belum dibuktikan" in card(person)


def test_one_number_gets_few_codes_whoever_asks(browser: OpenBrowser) -> None:
    asked = [browser(name) for name in ("applicant", "front_officer", "courier")]
    answers = []
    for person in asked:
        person.post(f"{PAGE}phone", {"phone": NUMBER})
        answers += [person.post(f"{PAGE}sms/code").status_code for _ in range(4)]
    assert answers[:10] == [302] * 10
    assert answers[10:] == [429] * 2


def test_an_installation_without_gateway_offers_e_mail_only(
    browser: OpenBrowser, demo_office: DemoWorld
) -> None:
    for channel in PHONE_CHANNELS:
        transport.leave(channel)
    person = browser("applicant")
    assert "WhatsApp" not in person.text(PAGE)
    assert person.post(f"{PAGE}whatsapp/code").status_code == 404


def test_a_text_that_stopped_is_shown_to_staff_with_its_reason(browser: OpenBrowser, desk: Desk) -> None:
    prove(browser("applicant"))
    dairi.submit(desk)
    simulator.tell("whatsapp", ["400"])
    deliver()
    shown = browser("front_officer").text("/office/messages/?state=stopped")
    assert "400 simulated 400" in shown
    assert "WhatsApp" in shown
    retry = re.search(r"/office/messages/\d+/retry", shown)
    assert retry
    browser("front_officer").post(retry[0])
    deliver()
    assert desk.number in last_text("whatsapp", NUMBER)


def test_only_officers_are_offered_the_digest(browser: OpenBrowser) -> None:
    assert 'id="digest"' not in browser("applicant").text(PAGE)
    officer = browser("front_officer")
    officer.post(f"{PAGE}digest", {"on": "1"})
    assert 'value="1" checked' in officer.text(PAGE)
    officer.post(f"{PAGE}digest")
    assert 'value="1" checked' not in officer.text(PAGE)
