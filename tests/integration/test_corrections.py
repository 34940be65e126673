"""What an applicant is asked to put right: one list, only it may change, and all of it is answered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cases.models import Attachment, Correction, Decision
from app.db import Session
from app.errors import Conflict, Invalid
from app.flow.attach import Upload, attach
from app.flow.submit import Application, save_draft, update_draft
from app.flow.work import Ask
from tests import dairi
from tests.desk import Desk

WRONG = {"state": "wrong", "note": "NPWP tidak sesuai dengan data pada NIB"}
AREA = Ask("Luas lahan tidak sama dengan sertifikat", field="land_area_m2")


@pytest.fixture
def desk(demo_office: None) -> Desk:
    return Desk("2026-11-23 08:00")


def bring(desk: Desk, requirement: str, name: str) -> Attachment:
    upload = Upload(name, b"%PDF-1.4 " + name.encode(), requirement)
    return attach(desk.who("applicant"), desk.number, upload, desk.now)


def rows(desk: Desk) -> dict[str, Correction]:
    Session.rollback()
    found = Session.scalars(
        select(Correction).where(Correction.case_id == desk.case.id).order_by(Correction.id)
    )
    return {row.requirement or row.field or row.item: row for row in found}


def sent_back(desk: Desk, *asks: Ask) -> None:
    """A case with an NPWP that is wrong, no photo, and what an officer adds."""
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    marked = dairi.checklist(npwp=WRONG, photo={"state": "missing"})
    desk.do("front_officer", "check", marked, asks=asks)
    desk.now += timedelta(hours=1)


def answer(desk: Desk, data: dict[str, object], **replies: str) -> None:
    known = rows(desk)
    desk.do("applicant", "apply", data, replies={str(known[key].id): text for key, text in replies.items()})


def test_a_draft_that_was_saved_elsewhere_is_not_written_over(desk: Desk) -> None:
    who = desk.who("applicant")
    case = save_draft(who, Application(dairi.SERVICE, dairi.APPLICATION), desk.now)
    seen = case.version
    update_draft(who, case.number, {**dairi.APPLICATION, "workers": 20}, desk.now, seen)
    with pytest.raises(Conflict):
        update_draft(who, case.number, {**dairi.APPLICATION, "workers": 21}, desk.now, seen)
    desk.number = case.number
    assert desk.case.data["application"]["workers"] == 20


def test_the_checklist_and_what_the_officer_adds_are_one_list_in_one_notice(desk: Desk) -> None:
    sent_back(desk, AREA)
    asked = rows(desk)
    assert list(asked) == ["npwp", "photo", "land_area_m2"]
    assert asked["land_area_m2"].before == {"value": 2400}
    assert {row.asked_at for row in asked.values()} == {asked["npwp"].asked_at}
    reasons = Session.scalars(select(Decision.reasons)).one()
    assert reasons[-1] == AREA.reason


def test_what_is_added_sends_a_complete_file_back(desk: Desk) -> None:
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    desk.do("front_officer", "check", dairi.checklist(), asks=[AREA])
    assert (desk.steps(), list(rows(desk))) == (["apply"], ["land_area_m2"])


def test_what_the_case_does_not_have_cannot_be_asked_for(desk: Desk) -> None:
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    with pytest.raises(Invalid) as refusal:
        desk.do("front_officer", "check", dairi.checklist(), asks=[Ask("salah", field="nothing_like_it")])
    assert list(refusal.value.errors) == ["asks.0.what"]
    with pytest.raises(Invalid) as refusal:
        desk.do("front_officer", "check", dairi.checklist(), asks=[Ask(" ", field="kbli")])
    assert list(refusal.value.errors) == ["asks.0.reason"]


def test_a_file_that_goes_on_takes_no_corrections_along(desk: Desk) -> None:
    desk.submit("applicant", dairi.SERVICE, dairi.APPLICATION)
    desk.do("front_officer", "check", dairi.checklist())
    with pytest.raises(Invalid):
        desk.do("front_officer", "receipt", asks=[AREA])


def test_every_item_must_be_answered_before_anything_is_sent(desk: Desk) -> None:
    sent_back(desk, AREA)
    bring(desk, "npwp", "npwp-baru.pdf")
    with pytest.raises(Invalid) as refusal:
        answer(desk, {"land_area_m2": 2300})
    assert list(refusal.value.errors) == [f"correction-{rows(desk)['photo'].id}"]
    assert {row.state for row in rows(desk).values()} == {"asked"}
    answer(desk, {"land_area_m2": 2300}, photo="Pas foto diserahkan di loket")
    assert {row.state for row in rows(desk).values()} == {"answered"}


def test_nothing_else_can_be_changed(desk: Desk) -> None:
    sent_back(desk)
    bring(desk, "npwp", "npwp-baru.pdf")
    bring(desk, "photo", "foto.pdf")
    with pytest.raises(Invalid) as refusal:
        answer(desk, {"address": "Jalan Lain", "land_area_m2": 1})
    assert sorted(refusal.value.errors) == ["address", "land_area_m2"]
    with pytest.raises(Invalid):
        bring(desk, "deed", "akta-lain.pdf")
    answer(desk, {})
    assert desk.case.data["application"]["address"] == dairi.APPLICATION["address"]


def test_both_versions_and_earlier_rounds_are_kept(desk: Desk) -> None:
    sent_back(desk, AREA)
    first = bring(desk, "npwp", "npwp-1.pdf")
    answer(desk, {"land_area_m2": 2300}, photo="menyusul")
    again = dairi.checklist(npwp=WRONG, photo={"state": "missing"})
    desk.do("front_officer", "check", again)
    desk.now += timedelta(hours=1)
    second = bring(desk, "npwp", "npwp-2.pdf")
    answer(desk, {}, photo="diserahkan di loket")
    Session.rollback()
    kept = Session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [row.requirement or row.field for row in kept] == [
        "npwp",
        "photo",
        "land_area_m2",
        "npwp",
        "photo",
    ]
    assert [(row.before, row.after) for row in kept if row.requirement == "npwp"] == [
        ({"files": []}, {"files": [first.id]}),
        ({"files": [first.id]}, {"files": [second.id]}),
    ]
    assert (kept[2].before, kept[2].after) == ({"value": 2400}, {"value": 2300})
    assert [row.reply for row in kept if row.requirement == "photo"] == ["menyusul", "diserahkan di loket"]
