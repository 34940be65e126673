"""A limit for the whole case begins where the process says, and stands still while the applicant is asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session as OrmSession

from app import settings
from app.messages import mail, simulator, transport
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests.desk import Desk, shown
from tests.small_service import DATA, GOOD, TEXTS, open_office

LIMIT = "due: {norm: {working_days: 5}, after: check, outcome: complete}\nsteps:"
NO_NORMS = (", norm: {working_days: 1}", "    norm: {minutes: 120}\n", "norm: {minutes: 60}, ")
BAD = {"checklist": {"nib": "missing", "photo": {"state": "ok", "count": 2}}}


@pytest.fixture
def desk(session: OrmSession, tmp_path: Path) -> Desk:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    transport.use("oss", simulator.carry, simulator.check)
    transport.use("email", mail.carrier("", tmp_path, "uji@uji.test"))
    open_office()
    process = TEXTS["process", "uji/process"].replace("\nsteps:", f"\n{LIMIT}")
    for norm in NO_NORMS:
        assert norm in process
        process = process.replace(norm, "")
    publish(
        {("process", "uji/process"): process}, Act("test", datetime(2026, 1, 6, tzinfo=UTC), source="test")
    )
    session.commit()
    desk = Desk("2026-11-18 08:00")
    desk.submit("siti", "uji/service", DATA)
    return desk


def test_there_is_no_limit_before_the_named_outcome(desk: Desk) -> None:
    desk.do("sari", "check", BAD)
    desk.at("2026-11-20 08:00").do("siti", "apply")
    assert (desk.steps(), desk.case.due_at, desk.case.clock_started_at) == (["check"], None, None)
    assert desk.task("check").due_at is None


def test_the_limit_begins_with_the_named_outcome_and_holds_for_every_step(desk: Desk) -> None:
    desk.at("2026-11-23 08:00").do("sari", "check", GOOD)
    assert shown(desk.case.due_at) == "30-11 16:00"
    assert {shown(task.due_at) for task in desk.open()} == {"30-11 16:00"}
    assert desk.task("left").deadline[0]["on"] == "2026-11-24"


def test_the_limit_moves_by_the_days_that_the_applicant_has_the_case(desk: Desk) -> None:
    desk.at("2026-11-23 08:00").do("sari", "check", GOOD)
    desk.do("ratna", "right", outcome="back", note="Periksa lagi")
    desk.at("2026-11-24 08:00").do("sari", "check", BAD)
    desk.at("2026-11-26 08:00").do("siti", "apply")
    assert shown(desk.case.due_at) == "02-12 16:00"
    desk.do("sari", "check", GOOD)
    assert shown(desk.case.due_at) == "02-12 16:00"  # begun once, not anew
    assert shown(desk.task("left").due_at) == "02-12 16:00"
