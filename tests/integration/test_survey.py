"""The satisfaction survey of K12, K13 and K29: offered at the end, answered once, tied to nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session as OrmSession

from app import settings
from app.audit.models import AuditEvent
from app.audit.verify import verify as verify_audit
from app.db import Session
from app.definitions.catalogue import current
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.feedback import invitation
from app.feedback.elements import ELEMENTS
from app.feedback.models import SurveyAnswer, SurveyInvitation
from app.feedback.period import Period, period
from app.flow.deliver_message import deliver_message
from app.flow.survey import Filled, answer, forget_expired, publish_index
from app.flow.withdraw import withdraw
from app.messages import simulator
from app.messages.models import Message
from app.people.models import Office
from app.reports.satisfaction import latest_publication, overview, satisfaction
from tests import magetan
from tests.desk import Desk
from tests.small_service import DATA, GOOD, open_office

MONDAY = "2026-11-23 08:00"
TOTALS = dict(zip(ELEMENTS, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))


@pytest.fixture
def desk(demo_office: None) -> Desk:
    simulator.tell("oss", [])
    Session.execute(sql("DELETE FROM survey_answer"))
    Session.execute(sql("DELETE FROM survey_publication"))
    Session.commit()
    return Desk(MONDAY)


def finish(desk: Desk) -> str:
    """Walk K12 to its end; the code of its survey."""
    magetan.submit(desk)
    magetan.walk(desk, "")
    queued = select(Message.id).where(Message.state == "queued").order_by(Message.id)
    for message_id in Session.scalars(queued).all():
        deliver_message(message_id, desk.now)
    assert desk.case.result == "granted"
    return invitation.code_of(desk.number)


def filled(score: int = 4, **more: Any) -> Filled:
    return Filled(dict.fromkeys(ELEMENTS, score), **more)


def answers() -> list[SurveyAnswer]:
    Session.rollback()
    return list(Session.scalars(select(SurveyAnswer)))


def office() -> Office:
    return Session.scalars(select(Office).where(Office.key == "magetan")).one()


def year() -> Period:
    found = period("2026")
    assert found is not None
    return found


def twenty_nine(month: date) -> None:
    """29 respondents whose answers add up to the totals of the acceptance case."""
    scores = {key: [4] * (total - 87) + [3] * (116 - total) for key, total in TOTALS.items()}
    for n in range(29):
        row = {key: values[n] for key, values in scores.items()}
        Session.add(
            SurveyAnswer(office_id=office().id, service=magetan.SERVICE, month=month, sex="female", **row)
        )
    Session.commit()


def test_k12_the_finished_case_invites_and_the_answer_leads_back_to_nobody(desk: Desk) -> None:
    code = finish(desk)
    body = Session.scalars(select(Message.payload).where(Message.name == "survey")).one()["body"]
    assert f"/survey/{code}" in body
    answer(code, filled(suggestion="Terima kasih", about={"age": "36-45"}), desk.now)
    (row,) = answers()
    assert (row.service, row.month, row.suggestion, row.age) == (
        magetan.SERVICE, date(2026, 11, 1), "Terima kasih", "36-45",
    )  # fmt: skip
    assert {column.key for column in inspect(SurveyAnswer).columns} == {
        "id", "office_id", "service", "month", "age", "sex", "education", "occupation", "suggestion",
        *ELEMENTS,
    }  # fmt: skip
    assert Session.scalars(select(SurveyInvitation)).all() == []
    told = select(AuditEvent.actor).where(AuditEvent.action.like("survey%"))
    assert Session.scalars(told).all() == ["system:demo"]  # what the demonstration made public


def test_nothing_of_the_database_ties_an_answer_to_its_case(desk: Desk) -> None:
    """Neither a value of the answer's row nor the transaction that wrote it is found anywhere else."""
    code = finish(desk)
    answer(code, filled(), desk.now)
    Session.rollback()
    written_by = Session.scalar(sql("SELECT xmin::text FROM survey_answer"))
    tables = Session.scalars(sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    beside = [
        name
        for name in tables
        if name != "survey_answer"
        and Session.scalar(sql(f'SELECT count(*) FROM "{name}" WHERE xmin::text = :x'), {"x": written_by})
    ]
    assert beside == []


def test_an_invitation_is_answered_once_even_by_two_at_once(desk: Desk) -> None:
    code = finish(desk)

    def try_it(_n: int) -> bool:
        try:
            answer(code, filled(), desk.now)
        except NotFound:
            return False
        finally:
            Session.remove()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_it, range(4))) == [False, False, False, True]
    assert len(answers()) == 1
    with pytest.raises(NotFound, match="Every link counts once"):
        answer(code, filled(), desk.now)


def test_an_unknown_and_an_old_link_are_refused_kindly(desk: Desk) -> None:
    code = finish(desk)
    with pytest.raises(NotFound):
        answer("tidakada", filled(), desk.now)
    desk.at("2026-12-24 08:00")
    with pytest.raises(NotFound):
        answer(code, filled(), desk.now)
    assert answers() == []


def test_what_is_not_answered_is_told_at_its_question_and_the_link_stays_open(desk: Desk) -> None:
    code = finish(desk)
    scores: dict[str, int | None] = {**dict.fromkeys(ELEMENTS, 3), "cost": None, "time": 5}
    with pytest.raises(Invalid) as refused:
        answer(code, Filled(scores, {"sex": "x"}, "a" * 2001), desk.now)
    assert set(refused.value.errors) == {"cost", "time", "sex", "suggestion"}
    answer(code, filled(3), desk.now)
    assert len(answers()) == 1


def test_who_withdraws_is_not_asked(desk: Desk) -> None:
    magetan.submit(desk)
    withdraw(desk.who("applicant"), desk.number, "Batal", desk.now)
    assert Session.scalars(select(SurveyInvitation)).all() == []


def test_k13_a_refused_applicant_is_asked_too(desk: Desk) -> None:
    magetan.submit(desk)
    machines = [{"name": "Mesin sangrai", "reported": 6, "installed": 2}]
    magetan.walk(desk, "validate", visit={"data": magetan.visited(machines=machines)})
    desk.do("validator", "validate", {"report_valid": True})
    desk.do("issuer", "refuse", outcome="good")
    assert desk.case.result == "refused"
    answer(invitation.code_of(desk.number), filled(1), desk.now)
    assert satisfaction(office(), magetan.SERVICE, year()).index.grade == "D"  # type: ignore[union-attr]


def test_old_invitations_are_forgotten(desk: Desk) -> None:
    finish(desk)
    forget_expired(desk.at("2026-12-24 08:00").now)
    assert len(Session.scalars(select(SurveyInvitation)).all()) == 1
    forget_expired(desk.at("2026-12-25 08:00").now)
    assert Session.scalars(select(SurveyInvitation)).all() == []


def test_every_service_asks(desk: Desk) -> None:
    assert all(entry.shape.survey for entry in current().entries("service"))


def test_k29_the_report_of_twenty_nine_respondents(desk: Desk) -> None:
    twenty_nine(date(2026, 10, 1))
    found = satisfaction(office(), magetan.SERVICE, year())
    assert found.index is not None
    assert (str(found.index.value), found.index.grade, found.respondents) == ("91.48", "A", 29)
    assert found.about == {
        "sex": {"female": 29},
        "age": {"": 29},
        "education": {"": 29},
        "occupation": {"": 29},
    }
    line = next(row for row in overview(office(), year()) if row.service_key == magetan.SERVICE)
    assert line.index == found.index
    other = period("2026-S1")
    assert other is not None
    assert satisfaction(office(), magetan.SERVICE, other).index is None


def test_fewer_than_five_stay_unknown(desk: Desk) -> None:
    for n in range(5):
        found = satisfaction(office(), magetan.SERVICE, year())
        assert found.respondents == n
        assert found.about is None
        row = dict.fromkeys(ELEMENTS, 4)
        Session.add(
            SurveyAnswer(office_id=office().id, service=magetan.SERVICE, month=date(2026, 11, 1), **row)
        )
        Session.commit()
    assert satisfaction(office(), magetan.SERVICE, year()).about is not None


def test_the_cases_ended_say_how_many_should_answer(desk: Desk) -> None:
    finish(desk)
    found = satisfaction(office(), magetan.SERVICE, year())
    assert (found.served, found.needed) == (1, 1)


def test_only_a_head_publishes_and_only_a_period_that_is_over(desk: Desk) -> None:
    twenty_nine(date(2026, 9, 1))
    third, fourth = period("2026-Q3"), period("2026-Q4")
    assert third is not None
    assert fourth is not None
    with pytest.raises(Forbidden):
        publish_index(desk.who("registrar"), office(), magetan.SERVICE, third, desk.now)
    with pytest.raises(Forbidden):
        publish_index(desk.who("admin"), office(), magetan.SERVICE, third, desk.now)
    with pytest.raises(Conflict, match="not over"):
        publish_index(desk.who("head_of_office"), office(), magetan.SERVICE, fourth, desk.now)
    publish_index(desk.who("head_of_office"), office(), magetan.SERVICE, third, desk.now)
    Session.execute(update(SurveyAnswer).values(time=1))
    Session.commit()
    published = latest_publication(magetan.SERVICE)
    assert published is not None
    assert (str(published.index), published.grade, published.respondents) == ("91.48", "A", 29)
    event = select(AuditEvent.detail).where(
        AuditEvent.action == "survey.published", AuditEvent.actor == "head_of_office"
    )
    assert Session.scalars(event).one()["index"] == "91.48"
    assert verify_audit() == []


def test_a_service_that_says_nothing_of_the_survey_asks_by_the_usual_rules(
    session: OrmSession, tmp_path: Path
) -> None:
    settings.configure("http://uji.test", "only-for-tests-" * 4)
    desk = Desk(MONDAY)
    open_office()
    desk.submit("siti", "uji/service", DATA)
    desk.do("sari", "check", GOOD)
    desk.do("rudi", "left")
    desk.do("ratna", "right", outcome="on")
    desk.do("rudi", "meet")
    desk.do("sari", "wait")
    assert desk.case.result == "granted"
    answer(invitation.code_of(desk.number), filled(2), desk.now)
    assert [(row.service, row.time) for row in answers()] == [("uji/service", 2)]
