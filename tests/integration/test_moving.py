"""Open cases and a new revision of their process: those that fit move, the others stay and say why."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app import clock, settings
from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.parse import Ref
from app.errors import Forbidden
from app.flow.adopt import adopt, candidates
from app.people.access import Person
from app.publishing.drafts import withdraw
from app.publishing.publish import Refused, publish
from app.publishing.release import publish_draft
from app.publishing.revisions import Act
from tests import small_service
from tests.desk import Desk
from tests.small_service import DATA, GOOD, PROCESS, TABLE

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ACT = Act("admin", NOW)
REF: Ref = ("process", "uji/process")
ADMIN = Person(9, "admin", "Admin", roles={0: frozenset({"admin"})}, kind_of={"admin": "administrator"})

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def desk() -> Desk:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    clock.set_clock(NOW)
    small_service.open_office()
    return Desk("2026-11-23 09:00")


def checked(desk: Desk) -> str:
    """A case whose parallel steps are open."""
    number = desk.submit("siti", "uji/service", DATA)
    desk.do("sari", "check", GOOD)
    return number


def pinned(desk: Desk) -> int:
    return desk.case.process_revision


def test_an_open_case_keeps_its_process_and_a_new_one_takes_the_new(desk: Desk) -> None:
    old = checked(desk)
    publish({REF: PROCESS.replace("title: Kiri,", "title: Sisi kiri,")}, ACT)
    new = desk.submit("siti", "uji/service", DATA)
    assert pinned(desk) == 2
    desk.number = old
    assert (pinned(desk), [task.title for task in desk.open()]) == (1, ["Kiri", "Kanan"])
    assert new != old


def test_a_case_that_fits_moves_with_its_tasks_and_leaves_a_line(desk: Desk) -> None:
    number = checked(desk)
    due = [task.due_at for task in desk.open()]
    publish({REF: PROCESS.replace("title: Kiri,", "title: Sisi kiri,")}, ACT)
    assert [(each.number, each.obstacles) for each in candidates("uji/process")] == [(number, [])]
    assert adopt(number, ADMIN, NOW) == []
    assert (pinned(desk), [task.title for task in desk.open()]) == (2, ["Sisi kiri", "Kanan"])
    assert [task.due_at for task in desk.open()] == due
    event = Session.scalars(select(AuditEvent).where(AuditEvent.action == "case.moved")).one()
    assert (event.detail["before"], event.detail["after"]) == (1, 2)
    assert candidates("uji/process") == []
    desk.do("rudi", "left")
    desk.do("ratna", "right", outcome="on")
    assert desk.steps() == ["meet"]


def test_a_case_whose_step_is_gone_stays_and_says_why(desk: Desk) -> None:
    number = checked(desk)
    moved = PROCESS.replace("  left: {no", "  other: {no").replace("[left, right]", "[other, right]")
    publish({REF: moved}, ACT)
    (candidate,) = candidates("uji/process")
    assert str(candidate.obstacles[0]) == "The step “3. Kiri” is not there any more."
    assert adopt(number, ADMIN, NOW) != []
    assert pinned(desk) == 1
    assert Session.scalars(select(AuditEvent.action).where(AuditEvent.action == "case.stays")).all()


def test_an_answer_that_was_never_asked_keeps_a_case_back(desk: Desk) -> None:
    number = desk.submit("siti", "uji/service", DATA)
    form = small_service.APPLICATION + "      workers: {type: number, title: Pekerja}\n"
    table = TABLE.replace(
        "outputs:", "  application.workers: {type: number, title: Pekerja}\noutputs:"
    ).replace("checklist.photo: ok}", "checklist.photo: ok, application.workers: 1}")
    changes = {("form", "uji/application"): form, ("decision_table", "uji/completeness"): table, REF: PROCESS}
    publish(changes, ACT)
    assert ["application.workers" in str(reason) for reason in adopt(number, ADMIN, NOW)] == [True]
    assert pinned(desk) == 1


def test_only_administrators_move_cases(desk: Desk) -> None:
    number = checked(desk)
    with pytest.raises(Forbidden):
        adopt(number, desk.who("sari"), NOW)


def test_what_an_open_case_needs_is_not_taken_out_of_force(desk: Desk) -> None:
    desk.submit("siti", "uji/service", DATA)
    without = PROCESS.replace("    form: uji/check\n", "").replace(
        "    decide: {table: uji/completeness, when_empty: complete, otherwise: incomplete}\n", ""
    )
    publish({REF: without}, ACT)
    withdraw(("decision_table", "uji/completeness"), ACT)
    with pytest.raises(Refused) as refused:
        publish_draft(("decision_table", "uji/completeness"), ACT)
    assert "1 open cases" in str(refused.value.problems[0].message)
    adopt(desk.number, ADMIN, NOW)
    withdrawn_service = ("service", "uji/service")
    withdraw(withdrawn_service, ACT)
    with pytest.raises(Refused):
        publish_draft(withdrawn_service, ACT)
    assert current().has(*withdrawn_service)
