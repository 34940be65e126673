"""Deemed approval (fiktif positif): count down, sound the alarm, and record the moment the law speaks of."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.audit.chain import record
from app.cases import clock
from app.cases.engine import Effect
from app.cases.models import Case, Task
from app.db import Session
from app.definitions.process import Action, Norm
from app.definitions.service import Deemed
from app.flow.sending import alert, send
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_case, work_on
from app.people.system import system_person

AHEAD = timedelta(days=45)  # further ahead no alarm is due: working days are at most that thinly spread


def begin(work: Work) -> None:
    """Start the countdown where this step is the one that the service counts from."""
    rule, case = work.service.deemed, work.case
    if rule is None or case.deemed_due_at or not _starts(work, rule):
        return
    case.deemed_due_at = clock.due(work.calendar, _norm(rule), work.now).due_at


def move_by_pause(work: Work) -> None:
    """The countdown stood still with the case's clock; what was reached before stays reached."""
    rule, case = work.service.deemed, work.case
    if rule and case.deemed_due_at and case.paused_at and not case.deemed_at:
        span = (case.paused_at, work.now)
        case.deemed_due_at = clock.extend(work.calendar, _norm(rule), case.deemed_due_at, *span).due_at


def days_left(work: Work) -> int:
    """Working days until the moment, today included."""
    rule, due_at = work.service.deemed, work.case.deemed_due_at
    if rule is None or due_at is None:
        return 0
    return clock.pause(work.calendar, _norm(rule), due_at, work.now).days or 0


def counting(now: datetime, limit: int = 500) -> list[int]:
    """Cases near their moment that may need an alarm, or have reached it."""
    query = select(Case.id).where(
        Case.deemed_due_at < now + AHEAD,
        Case.deemed_at.is_(None),
        Case.status.not_in(("closed", "draft")),
        Case.paused_at.is_(None),
    )
    return list(Session.scalars(query.order_by(Case.deemed_due_at).limit(limit)))


def watch(case_id: int, now: datetime) -> None:
    """Sound the alarm that is due, once each, or record that the moment has come."""
    with transaction():
        work = _work(case_id, now)
        rule, case = work.service.deemed, work.case
        is_over = case.deemed_at or case.paused_at or case.status in ("closed", "draft")
        if rule is None or case.deemed_due_at is None or is_over:
            return
        if clock.overdue(case.deemed_due_at, now):
            _reach(work, rule)
            return
        reached = sum(1 for days in rule.alarm_days if days_left(work) <= days)
        if reached > case.deemed_alarms:
            case.deemed_alarms = reached
            _tell(work, rule, "deemed_alarm", f"-{reached}")
            record(work.chain, "case.deemed_alarm", "timer", now, days=days_left(work))


def _reach(work: Work, rule: Deemed) -> None:
    """The licence counts as granted by law; the office is told, and the case stays open for what follows."""
    work.case.deemed_at = work.now
    _tell(work, rule, "deemed", "")
    if rule.send:
        send(work, Effect(work.task.step, Action(send=rule.send)))
    due_at = work.case.deemed_due_at
    record(
        work.chain,
        "case.deemed",
        "timer",
        work.now,
        law=rule.law,
        due_at=due_at.isoformat() if due_at else "",
    )


def _tell(work: Work, rule: Deemed, key: str, again: str) -> None:
    for role in rule.tell:
        alert(work, role, key, again)


def _starts(work: Work, rule: Deemed) -> bool:
    if rule.after is None:
        return work.case.clock_started_at is not None
    return work.task.step == rule.after and rule.outcome in (None, work.task.outcome)


def _norm(rule: Deemed) -> Norm:
    return Norm(working_days=rule.working_days)


def _work(case_id: int, now: datetime) -> Work:
    case = lock_case(case_id)
    query = select(Task).where(Task.case_id == case.id).order_by(Task.state.desc(), Task.id.desc()).limit(1)
    task = Session.scalars(query).one()
    return work_on(case, task, system_person("timer"), Given(), now)
