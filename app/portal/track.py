"""Follow an application without an account, by the number and the secret code on its receipt."""

from datetime import datetime
from typing import Any

from flask import g, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app import clock
from app.cases.models import Case
from app.db import Session
from app.errors import text
from app.flow.take_over import is_code_of
from app.portal.survey import survey_url
from app.reports import case_parts, letter_cards
from app.reports.offers import offer
from app.reports.status import sentence
from app.reports.tracker import process_of, stops, tasks_of
from app.web import deadlines
from app.web.i18n import translate
from app.web.limits import TRACK, limited

LONGEST_NUMBER = 40


class TrackView(BaseView):
    """The status of a case for whoever holds its receipt; for everybody."""

    route_base = "/track"
    default_view = "track"

    @expose("/", methods=["GET", "POST"])
    @limited(TRACK)
    def track(self) -> str | tuple[str, int]:
        """Ask by POST, so that the code stays out of addresses; nothing personal is shown."""
        number = request.form.get("number", request.args.get("number", "")).strip().upper()[:LONGEST_NUMBER]
        known: dict[str, Any] = {"action_url": url_for("TrackView.track"), "number": number}
        if request.method == "GET":
            return render_template("portal/track.html", **known)
        case = Session.scalar(select(Case).where(Case.number == number, Case.status != "draft"))
        # the code is compared for unknown numbers too: the answer takes as long
        if not is_code_of(number, request.form.get("secret", "")) or case is None:
            error = translate(text("Number and code do not belong together."))
            return render_template("portal/track.html", error=error, **known), 404
        return render_template("portal/track.html", result=result(case, clock.now()), **known)


def result(case: Case, now: datetime) -> dict[str, Any]:
    """The status of a case without anybody's name or data."""
    g.timezone = case.office.timezone
    process, tasks = process_of(case), tasks_of(case)
    waiting = [task for task in tasks if task.state == "open"]
    return {
        "number": case.number,
        "service_title": offer(case.service).service.title,
        "office": case.office.name,
        "sentence": translate(sentence(case, process, waiting, inside=False)),
        "status": case.status,
        "result": case.result,
        "permit_status": case.permit_status,
        "submitted_at": case.submitted_at,
        "deadline": deadlines.of_case(case, now),
        "steps": stops(case, process, tasks),
        "corrections": _asked(case),
        "survey_url": survey_url(case, now),
        "letters": [
            letter_cards.card(row, inside=False) for row in letter_cards.letters_of(case, inside=False)
        ],
    }


def _asked(case: Case) -> list[dict[str, str]]:
    """Which documents are asked for; the officers' own words may name people and stay inside the case."""
    rows = [row for row in case_parts.corrections_of(case) if row.state == "asked"]
    return [{"item": row.item, "reason": ""} for row in rows]
