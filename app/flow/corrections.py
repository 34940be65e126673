"""Corrections: what the applicant must put right, all in one list."""

from typing import Any

from sqlalchemy import select, update

from app.cases.engine import Effect
from app.cases.models import Correction
from app.db import Session
from app.flow.work import Work

STATES = ("missing", "incomplete", "wrong")


def ask(work: Work, effect: Effect) -> None:
    """Ask for everything the officer marked as missing, incomplete or wrong, with the officer's own words."""
    requirements = work.service.requirements
    for key, item in _faults(work.answers):
        Session.add(
            Correction(
                case_id=work.case.id,
                task_id=work.task.id,
                item=requirements[key].title if key in requirements else key,
                requirement=key,
                reason=item.get("note") or item["state"],
                asked_at=work.now,
            )
        )
    if not _faults(work.answers):
        Session.add(
            Correction(
                case_id=work.case.id,
                task_id=work.task.id,
                item=work.task.title,
                reason=work.given.note or "; ".join(work.decision.reasons if work.decision else []),
                asked_at=work.now,
            )
        )


def asked(work: Work) -> list[dict[str, str]]:
    """What the applicant is asked for now, with the officer's words or the state where there are none."""
    query = select(Correction).where(Correction.case_id == work.case.id, Correction.state == "asked")
    rows = Session.scalars(query.order_by(Correction.id))
    return [{"item": row.item, "reason": row.reason} for row in rows]


def settle(work: Work) -> None:
    """The applicant has answered what was asked before this task; what the task itself asks stays open."""
    Session.execute(
        update(Correction)
        .where(
            Correction.case_id == work.case.id,
            Correction.state == "asked",
            Correction.task_id != work.task.id,
        )
        .values(state="answered", answered_at=work.now)
    )


def _faults(answers: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    lists = [value for value in answers.values() if isinstance(value, dict)]
    return [
        (key, item)
        for checklist in lists
        for key, item in checklist.items()
        if isinstance(item, dict) and item.get("state") in STATES
    ]
