"""K30: complaints with their limits, kept from those they are about, read by whoever holds the code."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from app.audit.models import AuditEvent
from app.audit.verify import verify as verify_audit
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.feedback.models_complaint import Complainant, Complaint
from app.flow import complain
from app.flow import handle_complaint as handle
from app.flow.complain import Given, code_for, file, known_by_code, register, reply
from app.flow.handle_complaint import Classified
from app.messages.models import Message
from app.people.models import Office
from app.reports import complaints as reading
from tests import magetan
from tests.desk import Desk, shown

K30_DAY = "2026-12-21 09:00"
SECRET = {
    "name": "Wati Rahasia (Fiktif)",
    "email": "wati@contoh.test",
    "phone": "081200000099",
    "is_secret": True,
}


@pytest.fixture
def desk(demo_office: None) -> Desk:
    for table in ("complaint_entry", "complainant", "complaint"):
        Session.execute(sql(f"DELETE FROM {table}"))
    Session.commit()
    return Desk(K30_DAY)


def given(**other: Any) -> Given:
    usual = {
        "service": magetan.SERVICE, "channel": "whatsapp", "category": "ordinary", "subject": "Loket tutup",
        "body": "Loket tutup sebelum waktunya.",
    }  # fmt: skip
    return Given(**{**usual, **other})


def entered(desk: Desk, **other: Any) -> Complaint:
    return register(desk.who("registrar"), given(**other), desk.now, desk.now)


def filed(desk: Desk, **other: Any) -> Complaint:
    Session.rollback()
    return file(given(channel="website", **other), desk.now)


def fresh(complaint: Complaint) -> Complaint:
    Session.rollback()
    Session.expire_all()
    return Session.scalars(select(Complaint).where(Complaint.ticket == complaint.ticket)).one()


def mails(name: str) -> list[tuple[str, str]]:
    rows = Session.scalars(select(Message).where(Message.name == name).order_by(Message.id))
    return [(row.recipient, str(row.payload["body"])) for row in rows]


def seen_by(desk: Desk, username: str) -> list[str]:
    return [row.ticket for row in reading.complaints(desk.who(username), "", None, None)]


@pytest.mark.parametrize(
    ("category", "due"),
    [
        ("ordinary", datetime(2027, 1, 14, 16)),
        ("inquiry", datetime(2026, 12, 30, 16)),
        ("oversight", datetime(2027, 4, 1, 16)),
    ],
)
def test_k30_limits_are_counted_in_the_offices_working_days(desk: Desk, category: str, due: datetime) -> None:
    complaint = entered(desk, category=category)
    assert complaint.due_at.astimezone(desk.now.tzinfo).replace(tzinfo=None) == due
    assert complaint.deadline[-1]["kind"] == "day"
    assert complaint.channel == "whatsapp"


def test_k30_a_secret_complainant_is_shown_to_nobody_unasked(desk: Desk) -> None:
    complaint = entered(desk, **SECRET)
    assert reading.masked_complainant(complaint) == []
    with pytest.raises(Forbidden):
        handle.open_identity(desk.who("front_officer"), complaint.ticket, desk.now)
    handle.assign(desk.who("registrar"), complaint.ticket, "registrar", None, desk.now)
    with pytest.raises(Forbidden):
        handle.open_identity(desk.who("registrar"), complaint.ticket, desk.now)
    who = handle.open_identity(desk.who("head_of_office"), complaint.ticket, desk.now)
    assert who.name == SECRET["name"]
    opened = select(AuditEvent.actor).where(AuditEvent.action == "complaint.identity_opened")
    assert Session.scalars(opened).all() == ["head_of_office"]
    details = Session.scalars(
        select(AuditEvent.detail).where(AuditEvent.chain == f"complaint:{complaint.id}")
    ).all()
    assert not any("Wati" in str(detail) or "wati@" in str(detail) for detail in details)
    assert verify_audit() == []


def test_a_handler_opens_what_is_not_secret_and_that_is_recorded_too(desk: Desk) -> None:
    complaint = entered(desk, name="Budi Terbuka (Fiktif)", phone="081200000098")
    assert reading.masked_complainant(complaint) == [("name", "B*** T*** (***"), ("phone", "08120*****98")]
    handle.assign(desk.who("registrar"), complaint.ticket, "registrar", None, desk.now)
    assert handle.open_identity(desk.who("registrar"), complaint.ticket, desk.now).phone == "081200000098"


def test_the_six_channels_of_the_standard_are_data(desk: Desk) -> None:
    standard = current().get("service", magetan.SERVICE).shape.standard
    assert list(standard.complaints) == ["counter", "letter", "phone", "whatsapp", "email", "website"]
    for channel in ("counter", "letter", "phone", "whatsapp", "email"):
        assert entered(desk, channel=channel).channel == channel
    with pytest.raises(Invalid):
        entered(desk, channel="pigeon")
    with pytest.raises(Invalid):
        file(given(channel="letter"), desk.now)
    assert all(
        any(channel.form for channel in entry.shape.standard.complaints.values())
        for entry in current().entries("service")
    )


def test_from_the_page_to_the_answer_and_the_reply(desk: Desk) -> None:
    complaint = filed(desk, email="warga@contoh.test", name="Warga (Fiktif)")
    code = code_for(complaint)
    ((to, told),) = mails("complaint_received")
    assert to == "warga@contoh.test"
    assert complaint.ticket in told
    assert code in told
    assert "Kamis, 14 Januari 2027" in told
    desk.at("2026-12-22 08:00")
    handle.answer(desk.who("registrar"), complaint.ticket, "Loket kini buka sampai pukul 16.00.", 1, desk.now)
    assert "Loket kini buka" in mails("complaint_answered")[0][1]
    read = known_by_code(complaint.ticket.lower(), code.lower().replace("-", " "))
    assert [entry["text"] for entry in reading.said(read, inside=False)] == [
        "Loket kini buka sampai pukul 16.00."
    ]
    assert [entry["by"] for entry in reading.said(read, inside=False)] == [""]
    assert [entry["by"] for entry in reading.said(read, inside=True)] == ["Nina Contoh, A.Md."]
    reply(complaint.ticket, code, "Hari ini tutup lagi.", desk.now)
    assert fresh(complaint).state == "in_progress"
    handle.answer(desk.who("registrar"), complaint.ticket, "Sudah diperbaiki.", None, desk.now)
    handle.close(desk.who("registrar"), complaint.ticket, None, desk.now)
    assert fresh(complaint).state == "closed"
    with pytest.raises(Conflict):
        reply(complaint.ticket, code, "Terima kasih", desk.now)
    assert len(mails("complaint_answered")) == 2
    assert verify_audit() == []


@pytest.mark.parametrize("code", ["", "AAAAA-BBBBB-CCCCC-DDDDD"])
def test_nobody_reads_a_complaint_without_its_code(desk: Desk, code: str) -> None:
    complaint, other = filed(desk), filed(desk)
    for wrong in (code, code_for(other), complain.receipt_code(complaint.ticket)):
        with pytest.raises(NotFound, match="do not belong together"):
            known_by_code(complaint.ticket, wrong)
    with pytest.raises(NotFound, match="do not belong together"):
        known_by_code("ADU-MAGETAN-2026-99999", code)


def test_without_a_name_nothing_is_kept_of_the_complainant(desk: Desk) -> None:
    complaint = filed(desk)
    assert Session.get(Complainant, complaint.id) is None
    assert complaint.registered_by == ""
    assert mails("complaint_received") == []


def test_whom_a_complaint_is_about_never_sees_or_handles_it(desk: Desk) -> None:
    complaint = filed(desk, concerns_officer=True, about_role="issuer")
    assert seen_by(desk, "issuer") == []
    assert seen_by(desk, "registrar") == []
    assert seen_by(desk, "head_of_office") == [complaint.ticket]
    for verb in (
        lambda: handle.answer(desk.who("issuer"), complaint.ticket, "Tidak benar", None, desk.now),
        lambda: handle.open_identity(desk.who("issuer"), complaint.ticket, desk.now),
        lambda: reading.complaint(desk.who("issuer"), complaint.ticket),
        lambda: handle.answer(desk.who("registrar"), complaint.ticket, "Ya", None, desk.now),
    ):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(Invalid):
        handle.assign(desk.who("head_of_office"), complaint.ticket, "issuer", None, desk.now)
    handle.assign(desk.who("head_of_office"), complaint.ticket, "registrar", None, desk.now)
    assert seen_by(desk, "registrar") == [complaint.ticket]


def test_naming_the_handler_takes_the_complaint_from_them(desk: Desk) -> None:
    complaint = entered(desk)
    handle.assign(desk.who("registrar"), complaint.ticket, "registrar", None, desk.now)
    about = Classified("oversight", about=("registrar",))
    with pytest.raises(Forbidden, match="about themselves"):
        handle.classify(desk.who("registrar"), complaint.ticket, about, None, desk.now)
    handle.classify(desk.who("secretary"), complaint.ticket, about, None, desk.now)
    found = fresh(complaint)
    assert (found.handler, found.concerns_officer, shown(found.due_at)) == (None, True, "01-04 16:00")
    assert seen_by(desk, "registrar") == []


def test_a_handler_alone_takes_nobody_off_a_complaint_about_officers(desk: Desk) -> None:
    complaint = entered(desk)
    about = Classified("oversight", about=("registrar",))
    handle.classify(desk.who("head_of_office"), complaint.ticket, about, None, desk.now)
    handle.assign(desk.who("head_of_office"), complaint.ticket, "front_officer", None, desk.now)
    for weaker in (
        Classified("ordinary"),
        Classified("oversight", True),
        Classified("inquiry", True, ("head_of_office",)),
    ):
        with pytest.raises(Forbidden):
            handle.classify(desk.who("front_officer"), complaint.ticket, weaker, None, desk.now)
    handle.classify(
        desk.who("front_officer"),
        complaint.ticket,
        Classified("ordinary", True, ("registrar",)),
        None,
        desk.now,
    )
    assert (fresh(complaint).category, fresh(complaint).about, seen_by(desk, "registrar")) == (
        "ordinary",
        ["registrar"],
        [],
    )


def test_officers_of_another_office_see_nothing(desk: Desk) -> None:
    complaint = entered(desk)
    office = Session.scalars(select(Office).where(Office.key == "dairi")).one()
    outsider = desk.who("head_of_office")
    outsider = type(outsider)(**{**vars(outsider), "roles": {office.id: frozenset({"head_of_office"})}})
    assert reading.complaints(outsider, "", None, None) == []
    for verb in (
        lambda: reading.complaint(outsider, complaint.ticket),
        lambda: handle.note(outsider, complaint.ticket, "x", "", desk.now),
        lambda: handle.open_identity(outsider, complaint.ticket, desk.now),
    ):
        with pytest.raises(NotFound):
            verb()


def test_a_head_elsewhere_who_is_no_head_here_does_not_oversee_here(desk: Desk) -> None:
    complaint = entered(desk, concerns_officer=True)
    dairi = Session.scalars(select(Office).where(Office.key == "dairi")).one()
    someone = desk.who("registrar")
    roles = {complaint.office_id: frozenset({"registrar"}), dairi.id: frozenset({"head_of_office"})}
    assert reading.complaints(type(someone)(**{**vars(someone), "roles": roles}), "", None, None) == []


def test_only_roles_with_complaints_enter_them(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        register(desk.who("verifier"), given(), desk.now, desk.now)
    with pytest.raises(Invalid, match="not come yet"):
        register(desk.who("registrar"), given(), desk.now.replace(year=2027), desk.now)


def test_a_stale_page_changes_nothing(desk: Desk) -> None:
    complaint = entered(desk)
    handle.classify(desk.who("registrar"), complaint.ticket, Classified("inquiry"), 1, desk.now)
    with pytest.raises(Conflict, match="changed"):
        handle.answer(desk.who("front_officer"), complaint.ticket, "Jawaban", 1, desk.now)
    assert shown(fresh(complaint).due_at) == "30-12 16:00"


def test_a_complaint_names_a_case_without_telling_which_exist(desk: Desk) -> None:
    number = magetan.submit(desk)
    found, none = filed(desk, case_number=number.lower()), filed(desk, case_number="IPUIM-2026-99999")
    assert (found.case_id, none.case_id) == (desk.case.id, None)
    with pytest.raises(Invalid):
        handle.classify(
            desk.who("registrar"),
            none.ticket,
            Classified("inquiry", case_number="IPUIM-2026-99999"),
            None,
            desk.now,
        )


def test_a_superior_gets_it_with_the_reason(desk: Desk) -> None:
    complaint = entered(desk)
    with pytest.raises(Invalid):
        handle.escalate(desk.who("registrar"), complaint.ticket, "front_officer", "Berat", desk.now)
    handle.escalate(desk.who("registrar"), complaint.ticket, "head_of_office", "Berat", desk.now)
    found = fresh(complaint)
    assert (found.handler, found.escalated_at) == ("head_of_office", desk.now)
    assert [entry["kind"] for entry in reading.said(found, inside=True)] == ["note"]
    assert reading.said(found, inside=False) == []
    with pytest.raises(Conflict, match="somebody else"):
        handle.answer(desk.who("registrar"), complaint.ticket, "Ya", None, desk.now)


def test_what_is_answered_closes_after_ten_working_days_of_silence(desk: Desk) -> None:
    complaint = entered(desk)
    handle.answer(desk.who("registrar"), complaint.ticket, "Sudah.", None, desk.now)
    handle.close_silent(desk.at("2027-01-08 16:29").now)
    assert fresh(complaint).state == "answered"
    handle.close_silent(desk.at("2027-01-08 16:31").now)
    assert fresh(complaint).state == "closed"
    assert verify_audit() == []


def test_what_is_late_is_counted(desk: Desk) -> None:
    entered(desk, category="inquiry")
    entered(desk)
    assert reading.counts(desk.who("registrar"), desk.at("2027-01-04 08:00").now) == (2, 1)
