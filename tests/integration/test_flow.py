"""Flow as a story: one small service, its people, and what they may not do."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from app import settings
from app.audit.models import AuditEvent
from app.audit.verify import verify
from app.cases.models import Correction, Decision, Task
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound, OfficeError
from app.flow.arrival import Arrival
from app.flow.arrive import arrive
from app.flow.claim import assign, claim, release
from app.flow.complete import complete
from app.flow.deliver_message import deliver_message
from app.flow.permission import SameHands
from app.flow.preview import preview
from app.flow.timeouts import overdue_tasks, time_out
from app.flow.withdraw import withdraw
from app.flow.work import Given
from app.messages import mail, simulator, transport
from app.messages.models import Message
from tests.desk import Desk, shown
from tests.small_service import DATA, GOOD, open_office

MONDAY = "2026-11-23 08:00"


@pytest.fixture
def desk(session: OrmSession, tmp_path: Path) -> Desk:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    transport.use("oss", simulator.carry, simulator.check)
    transport.use("email", mail.carrier("", tmp_path, "uji@uji.test"))
    desk = Desk(MONDAY)
    open_office()
    return desk


@pytest.fixture
def submitted(desk: Desk) -> Desk:
    desk.submit("siti", "uji/service", DATA)
    return desk


@pytest.fixture
def forked(submitted: Desk) -> Desk:
    submitted.do("sari", "check", GOOD)
    return submitted


def test_a_submission_opens_the_first_office_step_with_its_deadline(submitted: Desk) -> None:
    assert submitted.number == "UJI-2026-00001"
    assert submitted.steps() == ["check"]
    assert shown(submitted.task("check").due_at) == "23-11 10:00"
    assert submitted.case.status == "open"


def test_the_plan_chains_the_norms_from_the_submission(submitted: Desk) -> None:
    plan = {"1": "23-11 08:15", "2": "23-11 10:15", "3": "24-11 16:00", "5": "25-11 08:30"}
    assert submitted.plan() == plan
    assert shown(submitted.case.due_at) == "25-11 08:30"


def test_a_wrong_nib_is_refused_at_its_field_and_nothing_is_kept(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.submit("siti", "uji/service", {**DATA, "nib": "123"})
    assert set(refused.value.errors) == {"nib"}
    assert Session.scalar(select(func.count()).select_from(Task)) == 0


def test_a_complete_file_goes_on_and_the_decision_is_kept(forked: Desk) -> None:
    assert forked.steps() == ["left", "right"]
    decision = Session.scalars(select(Decision)).one()
    assert (decision.outcome, decision.rows, decision.revision) == ("complete", [], 1)
    assert decision.facts == {"checklist.nib": "ok", "checklist.photo": "ok"}


def test_what_is_missing_goes_back_in_one_list_and_the_clock_stops(submitted: Desk) -> None:
    submitted.at("2026-11-23 09:00")
    bad = {
        "checklist": {
            "nib": {"state": "missing", "note": "Belum ada"},
            "photo": {"state": "wrong", "count": 1},
        }
    }
    submitted.do("sari", "check", bad)
    assert (submitted.case.status, submitted.steps()) == ("waiting_for_applicant", ["apply"])
    rows = Session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [(row.item, row.state) for row in rows] == [("NIB", "asked"), ("Pas foto", "asked")]
    submitted.at("2026-11-25 10:00").do("siti", "apply")
    assert shown(submitted.task("check").due_at) == "25-11 11:00"  # 60 of 120 minutes were left
    assert {row.state for row in Session.scalars(select(Correction))} == {"answered"}


def test_the_join_waits_for_both_branches(forked: Desk) -> None:
    forked.do("rudi", "left")
    assert forked.steps() == ["right"]
    forked.do("ratna", "right", outcome="on")
    assert forked.steps() == ["meet"]


def test_a_return_closes_the_other_branch_and_needs_a_note(forked: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        forked.do("ratna", "right", outcome="back")
    assert "note" in refused.value.errors
    forked.do("ratna", "right", outcome="back", note="Periksa lagi")
    assert forked.steps() == ["check"]
    assert Session.scalars(select(Task.state).where(Task.step == "left")).all() == ["cancelled"]


def test_the_outside_system_answers_and_the_case_ends(forked: Desk) -> None:
    forked.do("rudi", "left")
    forked.do("ratna", "right", outcome="on")
    forked.do("rudi", "meet")
    assert (forked.case.status, forked.case.permit_status) == ("waiting_for_system", "none")
    for message_id in Session.scalars(select(Message.id).order_by(Message.id)).all():
        deliver_message(message_id, forked.now)
    case = forked.case
    assert (case.status, case.result, case.permit_status) == ("closed", "granted", "effective")
    assert verify() == []


def test_a_signed_message_that_comes_twice_gets_the_first_answer(forked: Desk) -> None:
    forked.do("rudi", "left")
    forked.do("ratna", "right", outcome="on")
    forked.do("rudi", "meet")
    arrival = Arrival("oss", "accepted", "m-1", forked.number)
    first = arrive(arrival, forked.now)
    assert arrive(arrival, forked.now) == first
    with pytest.raises(NotFound):
        arrive(Arrival("oss", "accepted", "m-2", forked.number), forked.now)


def test_who_checked_a_file_may_not_do_the_step_that_controls_it(submitted: Desk) -> None:
    submitted.do("dewi", "check", GOOD)
    with pytest.raises(SameHands):
        submitted.do("dewi", "left")
    assert "task.refused" in Session.scalars(select(AuditEvent.action)).all()
    submitted.do("rudi", "left")


def test_strangers_do_not_learn_of_a_task_and_colleagues_may_not_do_it(submitted: Desk) -> None:
    task = submitted.task("check")
    with pytest.raises(NotFound):
        complete(submitted.who("badu"), task.id, Given(data=GOOD), submitted.now)
    with pytest.raises(Forbidden):
        complete(submitted.who("rudi"), task.id, Given(data=GOOD), submitted.now)


def test_a_second_completion_is_refused_and_a_repetition_gets_the_first_answer(submitted: Desk) -> None:
    task = submitted.task("check")
    given = Given(task.version, GOOD, idempotency_key="k-1")
    first = complete(submitted.who("sari"), task.id, given, submitted.now)
    assert complete(submitted.who("sari"), task.id, given, submitted.now) == first
    with pytest.raises(Conflict, match="already done by sari"):
        complete(submitted.who("dewi"), task.id, Given(None, GOOD), submitted.now)


def test_a_stale_version_changes_nothing(submitted: Desk) -> None:
    task = submitted.task("check")
    old = task.version
    claim(submitted.who("sari"), task.id, submitted.now)
    with pytest.raises(Conflict):
        complete(submitted.who("sari"), task.id, Given(old, GOOD), submitted.now)
    assert submitted.steps() == ["check"]


def test_a_claimed_task_is_not_the_colleagues_until_it_is_released(submitted: Desk) -> None:
    task = submitted.task("check")
    claim(submitted.who("sari"), task.id, submitted.now)
    with pytest.raises(Conflict, match="taken by sari"):
        claim(submitted.who("dewi"), task.id, submitted.now)
    release(submitted.who("sari"), task.id, submitted.now)
    assert claim(submitted.who("dewi"), task.id, submitted.now).claimed_by == "dewi"


def test_a_head_gives_a_task_to_somebody_who_may_do_it(submitted: Desk) -> None:
    task = submitted.task("check")
    with pytest.raises(Invalid):
        assign(submitted.who("ratna"), task.id, "rudi", submitted.now)
    assert assign(submitted.who("ratna"), task.id, "sari", submitted.now).claimed_by == "sari"
    with pytest.raises(Forbidden):
        assign(submitted.who("sari"), task.id, "dewi", submitted.now)


def test_a_preview_tells_the_outcome_and_changes_nothing(submitted: Desk) -> None:
    task = submitted.task("check")
    seen = preview(submitted.who("sari"), task.id, Given(data=GOOD), submitted.now)
    assert (seen["outcome"], [each["step"] for each in seen["next"]]) == ("complete", ["left", "right"])
    assert submitted.steps() == ["check"]


def test_an_outcome_cannot_be_chosen_where_a_table_decides(submitted: Desk) -> None:
    with pytest.raises(Invalid):
        submitted.do("sari", "check", GOOD, outcome="complete")


def test_the_applicant_withdraws_and_a_stranger_cannot(submitted: Desk) -> None:
    with pytest.raises(NotFound):
        withdraw(submitted.who("badu"), submitted.number, "", submitted.now)
    withdraw(submitted.who("siti"), submitted.number, "Berubah rencana", submitted.now)
    assert (submitted.case.status, submitted.case.result, submitted.steps()) == ("closed", "withdrawn", [])


def test_two_hundred_officers_at_once_complete_a_task_once(submitted: Desk) -> None:
    task_id, now = submitted.task("check").id, submitted.now
    sari = submitted.who("sari")
    results: list[str] = []

    def click() -> None:
        try:
            complete(sari, task_id, Given(None, GOOD), now)
            results.append("done")
        except OfficeError as error:
            results.append(type(error).__name__)
        finally:
            Session.remove()

    for _ in range(25):
        threads = [threading.Thread(target=click) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results.count("done") == 1
    assert results.count("Conflict") == 199
    assert submitted.steps() == ["left", "right"]
    assert verify() == []


def test_an_audit_event_cannot_be_changed_or_removed(submitted: Desk) -> None:
    for statement in (
        "UPDATE audit_event SET actor = 'lain'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            Session.execute(text(statement))
        Session.rollback()


def test_what_somebody_changed_behind_the_triggers_back_is_noticed(submitted: Desk) -> None:
    assert verify() == []
    Session.execute(text("SET LOCAL session_replication_role = replica"))
    Session.execute(text("UPDATE audit_event SET actor = 'lain' WHERE chain LIKE 'case:%' AND seq = 1"))
    assert "was changed" in str(verify()[0])
    Session.execute(text("DELETE FROM audit_event WHERE chain LIKE 'case:%' AND seq = 2"))
    assert any("does not follow" in str(fault) for fault in verify())
    Session.execute(text("DELETE FROM audit_event WHERE chain LIKE 'case:%'"))
    assert any("does not end" in str(fault) for fault in verify())
    Session.rollback()


def test_a_wait_past_its_time_alerts_once_and_stays_open(forked: Desk) -> None:
    forked.do("rudi", "left")
    forked.do("ratna", "right", outcome="on")
    forked.do("rudi", "meet")
    forked.at("2026-11-25 08:00")
    assert [task.id for task in forked.open()] == overdue_tasks(forked.now)
    time_out(forked.task("wait").id, forked.now)
    assert (forked.steps(), overdue_tasks(forked.now)) == (["wait"], [])
    assert Session.scalars(select(AuditEvent.action)).all().count("task.overdue") == 1
