"""Notices on telephones: posted to a gateway, once each, to people who have proved their number."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from app import settings
from app.db import Session
from app.errors import Conflict, Invalid, NotFound
from app.flow import phone_channels
from app.flow.deliver_message import deliver_message, due_messages, retry
from app.flow.phone_channels import MOST_ATTEMPTS, MOST_CODES_A_DAY
from app.flow.timeouts import time_out
from app.messages import gateway, gateway_simulator, mail, simulator, transport
from app.messages.channels import PHONE_CHANNELS
from app.messages.models import Message
from app.people.models import Account
from app.people.models_phone import PhoneChannel
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests.desk import Desk
from tests.gateway import Taken, listening
from tests.small_service import DATA, GOOD, MESSAGES, open_office

NUMBER = "+6281234567890"
TOKEN = "rahasia-uji"


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it, and no line after it runs."""


@pytest.fixture
def outside() -> Iterator[Taken]:
    with listening() as taken:
        yield taken


@pytest.fixture
def desk(session: OrmSession, tmp_path: Path, outside: Taken) -> Iterator[Desk]:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    transport.use("oss", simulator.carry, simulator.check)
    transport.use("email", mail.carrier("", tmp_path, "uji@uji.test"))
    use_gateway(outside.url)
    open_office()
    yield Desk("2026-11-23 08:00")
    for channel in PHONE_CHANNELS:
        transport.leave(channel)


def use_gateway(url: str) -> None:
    for channel in PHONE_CHANNELS:
        transport.use(channel, gateway.carrier(gateway.Gateway(url, TOKEN)))


def write(place: str) -> str:
    return f"Kode {place}"


def send_due(desk: Desk) -> list[str]:
    """Send whatever is due."""
    Session.rollback()
    return [deliver_message(number, desk.now) for number in due_messages(desk.now)]


def texts(channel: str) -> list[Message]:
    Session.rollback()
    query = select(Message).where(Message.channel == channel).order_by(Message.id)
    return list(Session.scalars(query.execution_options(populate_existing=True)))


def ask_for_code(desk: Desk, outside: Taken, username: str = "siti", channel: str = "whatsapp") -> str:
    """The code that arrives on the telephone."""
    phone_channels.send_code(desk.who(username), channel, write, desk.now)
    send_due(desk)
    return str(outside.requests[-1]["text"]).removeprefix("Kode ")


def prove(desk: Desk, outside: Taken, username: str = "siti", channel: str = "whatsapp") -> None:
    phone_channels.set_number(desk.who(username), "0812-3456-7890", desk.now)
    code = ask_for_code(desk, outside, username, channel)
    phone_channels.verify(desk.who(username), channel, code, desk.now)


def apply(desk: Desk) -> Message:
    desk.submit("siti", "uji/service", DATA)
    (message,) = texts("whatsapp")[-1:]
    return message


def test_a_notice_comes_to_a_proved_telephone_without_what_was_handed_in(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    message = apply(desk)
    send_due(desk)
    sent = outside.requests[-1]
    assert {name: sent[name] for name in ("channel", "to", "id")} == {
        "channel": "whatsapp",
        "to": NUMBER,
        "id": f"message-{message.id}",
    }
    assert sent["text"] == f"Diterima ({desk.number}). http://uji.test/cases/{desk.number}"
    assert sent["headers"]["Authorization"] == f"Bearer {TOKEN}"
    assert sent["headers"]["Idempotency-Key"] == f"message-{message.id}"
    assert texts("whatsapp")[-1].state == "done"
    assert [row.name for row in texts("email")] == ["seen"]  # in full, as ever


def test_the_short_text_of_a_notice_is_edited_with_it(desk: Desk, outside: Taken) -> None:
    short = 'short: "{{ office.short_name }}: permohonan {{ case.number }} diterima. {{ link }}"}'
    publish_messages(desk, MESSAGES.replace('kami terima."}', f'kami terima.", {short}'))
    prove(desk, outside)
    apply(desk)
    send_due(desk)
    words = f"Dinas Contoh: permohonan {desk.number} diterima. http://uji.test/cases/{desk.number}"
    assert outside.requests[-1]["text"] == words


@pytest.mark.parametrize("short", ["{{ data.application.nib }}", "{% for i in [1] * 9 %}x{% endfor %}"])
def test_a_short_text_that_says_too_much_is_not_sent(desk: Desk, outside: Taken, short: str) -> None:
    publish_messages(desk, MESSAGES.replace('kami terima."}', f'kami terima.", short: "{short}"}}'))
    prove(desk, outside)
    apply(desk)
    send_due(desk)
    assert outside.requests[-1]["text"].startswith("Diterima (UJI-")


def publish_messages(desk: Desk, text: str) -> None:
    assert text != MESSAGES
    publish({("messages", "uji/messages"): text}, Act("test", desk.now, source="test"))
    Session.commit()


@pytest.mark.parametrize("answer", [(500, {}), (503, {}), (429, {"error": "slow down"}), (0, {})])
def test_a_gateway_that_fails_is_asked_again_until_it_has_it_once(
    desk: Desk, outside: Taken, answer: tuple[int, dict[str, str]]
) -> None:
    prove(desk, outside)
    before = len(outside.texts)
    message = apply(desk)
    outside.answers = [answer, answer]
    for pause in (0, 11, 31):
        desk.now += timedelta(seconds=pause)
        deliver_message(message.id, desk.now)
    assert (texts("whatsapp")[-1].state, texts("whatsapp")[-1].attempts) == ("done", 3)
    assert len(outside.texts) == before + 1


def test_a_gateway_that_is_away_is_waited_for(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        use_gateway(f"http://127.0.0.1:{closed.getsockname()[1]}")
        message = apply(desk)
        assert deliver_message(message.id, desk.now) == "queued"


def test_a_refusal_stops_the_text_and_staff_read_why_without_the_number(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    message = apply(desk)
    outside.answers = [(400, {"error": {"reason": f"{NUMBER} is no WhatsApp account"}})]
    assert deliver_message(message.id, desk.now) == "stopped"
    stopped = texts("whatsapp")[-1]
    assert stopped.error == '400 {"reason": "+… is no WhatsApp account"}'
    desk.now += timedelta(hours=2)
    assert send_due(desk).count("stopped") == 0
    retry(message.id, "ratna", desk.now)
    assert deliver_message(message.id, desk.now) == "done"


def test_a_sender_killed_after_the_gateway_took_the_text_doubles_nothing(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    message = apply(desk)
    before = len(outside.texts)

    def die(message: Message) -> NoReturn:
        gateway.carrier(gateway.Gateway(outside.url, TOKEN))(message)
        raise Killed

    transport.use("whatsapp", die)
    with pytest.raises(Killed):
        deliver_message(message.id, desk.now)
    use_gateway(outside.url)
    desk.now += timedelta(minutes=2)
    assert deliver_message(message.id, desk.now) == "done"
    assert len(outside.requests) > len(outside.texts) == before + 1


def test_the_simulated_gateway_shows_the_text_and_counts_it_once(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    for channel in PHONE_CHANNELS:
        transport.use(channel, gateway_simulator.carry)
    simulator.tell("whatsapp", ["504", "late"])
    message = apply(desk)
    for pause in (0, 11, 31):
        desk.now += timedelta(seconds=pause)
        deliver_message(message.id, desk.now)
    assert texts("whatsapp")[-1].state == "done"
    assert desk.number in gateway_simulator.last_text("whatsapp", NUMBER)
    assert simulator.received("whatsapp") == {f"whatsapp:message-{message.id}": 2}


def test_who_has_no_account_gets_no_text(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    prove(desk, outside, "sari")
    asked = len(outside.requests)
    desk.submit("sari", "uji/service", {**DATA, "nib": "9990000000025"}, at_counter=True)
    send_due(desk)
    assert len(outside.requests) == asked


def test_officers_are_told_on_their_telephone_too(desk: Desk, outside: Taken) -> None:
    notice = '{title: Terlambat, to: staff, subject: x, body: y, short: "{{ step }} terlambat: {{ link }}"}'
    publish_messages(desk, MESSAGES.replace("outbound:", f"  overdue: {notice}\noutbound:"))
    prove(desk, outside, "ratna", "sms")
    desk.submit("siti", "uji/service", DATA)
    for username, step, given in (
        ("sari", "check", GOOD),
        ("rudi", "left", {}),
        ("ratna", "right", {}),
        ("rudi", "meet", {}),
    ):
        desk.do(username, step, given, outcome="on" if step == "right" else None)
    waiting = desk.task("wait").id
    desk.at("2026-11-27 08:00")
    time_out(waiting, desk.now)
    send_due(desk)
    link = f"http://uji.test/office/cases/{desk.number}"
    said = [each["text"] for each in outside.requests if each["channel"] == "sms"]
    assert said[-1] == f"Menunggu OSS terlambat: {link}"


# --- proving a number


def test_the_code_is_kept_nowhere_in_the_database(desk: Desk, outside: Taken) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    code = ask_for_code(desk, outside)
    assert (len(code), code.isdigit()) == (6, True)
    row = phone_channels.rows_of(desk.who("siti").user_id)["whatsapp"]
    kept = [str(vars(row)), *(str((each.payload, each.answer)) for each in texts("whatsapp"))]
    assert not any(code in words for words in kept)


def test_five_wrong_codes_make_the_right_one_void(desk: Desk, outside: Taken) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    code = ask_for_code(desk, outside)
    wrong = "000000" if code != "000000" else "000001"
    for given in [wrong] * MOST_ATTEMPTS + [code]:
        with pytest.raises(Invalid):
            phone_channels.verify(desk.who("siti"), "whatsapp", given, desk.now)
    assert not phone_channels.rows_of(desk.who("siti").user_id)["whatsapp"].is_on


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(minutes=-1)])
def test_a_code_lives_ten_minutes_and_its_message_no_longer(
    desk: Desk, outside: Taken, later: timedelta
) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    code = ask_for_code(desk, outside)
    desk.now += later
    with pytest.raises(Invalid):
        phone_channels.verify(desk.who("siti"), "whatsapp", code, desk.now)


def test_a_code_that_is_too_old_is_not_sent_any_more(desk: Desk, outside: Taken) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    phone_channels.send_code(desk.who("siti"), "sms", write, desk.now)
    desk.now += timedelta(minutes=11)
    (message,) = texts("sms")
    assert deliver_message(message.id, desk.now) == "stopped"
    assert outside.requests == []


def test_a_code_counts_for_its_channel_and_number_only(desk: Desk, outside: Taken) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    code = ask_for_code(desk, outside)
    with pytest.raises(Invalid):
        phone_channels.verify(desk.who("siti"), "sms", code, desk.now)
    phone_channels.set_number(desk.who("siti"), "081234567891", desk.now)
    with pytest.raises(Invalid):
        phone_channels.verify(desk.who("siti"), "whatsapp", code, desk.now)


def test_another_number_is_unproved_however_it_came_there(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    account = Session.get_one(Account, desk.who("siti").user_id)
    account.phone = "081299999999"  # by an administrator, past the account page
    Session.commit()
    asked = len(outside.requests)
    desk.submit("siti", "uji/service", DATA)
    send_due(desk)
    assert len(outside.requests) == asked
    with pytest.raises(Conflict):
        phone_channels.switch(desk.who("siti"), "whatsapp", True, desk.now)


def test_codes_are_sent_once_a_minute_and_five_a_day_whatever_the_number(desk: Desk, outside: Taken) -> None:
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    ask_for_code(desk, outside)
    with pytest.raises(Conflict):
        ask_for_code(desk, outside)
    for last in range(1, MOST_CODES_A_DAY):
        desk.now += timedelta(minutes=1)
        phone_channels.set_number(desk.who("siti"), f"08123456780{last}", desk.now)
        ask_for_code(desk, outside)
    desk.now += timedelta(minutes=1)
    with pytest.raises(Conflict):
        ask_for_code(desk, outside)
    desk.now += timedelta(days=1)
    ask_for_code(desk, outside)


def test_what_is_switched_off_is_not_written_to(desk: Desk, outside: Taken) -> None:
    prove(desk, outside)
    phone_channels.switch(desk.who("siti"), "whatsapp", False, desk.now)
    asked = len(outside.requests)
    desk.submit("siti", "uji/service", DATA)
    send_due(desk)
    assert len(outside.requests) == asked


def test_without_a_gateway_there_are_no_codes(desk: Desk) -> None:
    transport.leave("sms")
    phone_channels.set_number(desk.who("siti"), "081234567890", desk.now)
    with pytest.raises(NotFound):
        phone_channels.send_code(desk.who("siti"), "sms", write, desk.now)
    assert Session.scalars(select(PhoneChannel)).all() == []


def test_words_are_no_number(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        phone_channels.set_number(desk.who("siti"), "nomor saya", desk.now)
    assert set(refused.value.errors) == {"phone"}
