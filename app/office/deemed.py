"""Deemed approval on pages: how long until the law takes silence for a yes, and the list of what nears it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from app.cases.models import Case
from app.cases.office_calendar import calendar_of
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Service
from app.errors import text
from app.office import case_parts
from app.people.models import Office
from app.web.deadlines import time_left
from app.web.i18n import translate
from app.web.wording import moment

MOST = 100
COUNTS = text("Without a decision by %(at)s the application counts as granted by %(law)s.").msgid
IN_TIME = text("The decision came before %(at)s (%(law)s).").msgid
REACHED = text(
    "Without a decision by %(at)s the application counts as granted by %(law)s. The moment is recorded;"
    " the steps stay open, so that the decision follows at once and the applicant and OSS are told."
).msgid


def line(case: Case, now: datetime) -> dict[str, str] | None:
    """What the page of a case says of its deemed approval; None where there is none."""
    rule = current().get("service", case.service).shape.deemed
    if rule is None or case.deemed_due_at is None:
        return None
    said = shown(case, case.office, now)
    return said and {**said, "text": _sentence(case, str(rule.law))}


def shown(row: Any, office: Office, now: datetime) -> dict[str, str] | None:
    """The countdown in few words: of a case, or of a line of the inbox."""
    if row.deemed_due_at is None:
        return None
    if row.deemed_at:
        return {"tone": "late", "title": gettext("Deemed approved")}
    if row.paused_at:
        return {"tone": "info", "title": gettext("Deemed approval: stopped")}
    left = time_left(calendar_of(office, current().version), row.deemed_due_at, now)
    return {"tone": "near", "title": gettext("Deemed approval: %(left)s", left=left)}


def near(offices: Collection[Office], now: datetime) -> list[dict[str, Any]]:
    """The open cases that count down, and those that reached their moment undecided; nearest first."""
    query = select(Case).where(
        Case.office_id.in_([office.id for office in offices]),
        Case.deemed_due_at.is_not(None),
        Case.status.not_in(("closed", "draft")),
    )
    return [_row(case, now) for case in Session.scalars(query.order_by(Case.deemed_due_at).limit(MOST))]


def _row(case: Case, now: datetime) -> dict[str, Any]:
    service: Service = current().get("service", case.service).shape
    return {
        "number": case.number,
        "url": url_for("OfficeCasesView.show", number=case.number),
        "party_name": case_parts.party_name(case),
        "service_title": service.title,
        "due_at": case.deemed_due_at,
        "law": service.deemed.law if service.deemed else "",
        **(shown(case, case.office, now) or {}),
    }


def _sentence(case: Case, law: str) -> str:
    told = IN_TIME if case.status == "closed" and not case.deemed_at else COUNTS
    told = REACHED if case.deemed_at else told
    return translate(text(told, at=moment(case.deemed_due_at), law=law))
