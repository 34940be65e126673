"""The satisfaction survey behind a one-time link: for whoever has the link, without an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, make_response, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case
from app.cases.office_calendar import calendar_in
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.service import Service
from app.errors import Invalid, NotFound, Text
from app.feedback import invitation
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.rules import service_of
from app.flow.survey import GONE, LONGEST_SUGGESTION, Filled, answer
from app.people.models import Office
from app.web.i18n import translate

LONGEST_CODE = 64


@dataclass(frozen=True)
class Page:
    """Which service of which office is asked about."""

    service: Service
    office: Office


class SurveyView(BaseView):
    """The survey of one finished case, which it does not name; for everybody."""

    route_base = "/survey"
    default_view = "ask"

    @expose("/<code>", methods=["GET", "POST"])
    def ask(self, code: str) -> Response:
        """Ask the nine questions, and take the answers once.

        Not counted by address as other pages are: 160 bits need no guard, and nothing is noted of who asks.
        """
        now = clock.now()
        found = invitation.find(code[:LONGEST_CODE], now.date())
        service = service_of(found.service) if found else None
        if found is None or service is None:
            return gone()
        page = Page(service, Session.get_one(Office, found.office_id))
        if request.method == "GET":
            return shown(page, {}, {})
        try:
            answer(code, filled(request.form), now)
        except NotFound:
            return gone()
        except Invalid as refused:
            return shown(page, request.form, refused.errors)
        return make_response(render_template("portal/survey_end.html", done=True, title=page.service.title))


def filled(form: Mapping[str, str]) -> Filled:
    """What was chosen and written; anything that is no number from the scale counts as not answered."""
    scores = {key: int(form[key]) if form.get(key) in ("1", "2", "3", "4") else None for key in ELEMENTS}
    about = {key: form.get(key, "") for key in ABOUT}
    return Filled(scores, about, form.get("suggestion", ""))


def shown(page: Page, given: Mapping[str, str], errors: Mapping[str, list[Text]]) -> Response:
    """The questions, with what was given and what is wrong with it."""
    service, office = page.service, page.office
    g.timezone = office.timezone
    html = render_template(
        "portal/survey.html",
        service_title=service.title,
        office=office.name,
        elements=[element(key, service, given, errors) for key in ELEMENTS],
        about=[about(key, given, errors) for key in ABOUT],
        suggestion=given.get("suggestion", ""),
        suggestion_errors=[translate(words) for words in errors.get("suggestion", [])],
        longest=LONGEST_SUGGESTION,
    )
    return make_response(html, 422 if errors else 200)


def element(
    key: str, service: Service, given: Mapping[str, str], errors: Mapping[str, list[Text]]
) -> dict[str, Any]:
    """One question with its four answers."""
    own = ELEMENTS[key]
    words = service.survey.question(key) if service.survey else None
    return {
        "key": key,
        "no": own.no,
        "title": translate(own.title),
        "question": words or translate(own.question),
        "choices": [(str(n), translate(title)) for n, title in enumerate(own.scale, 1)],
        "given": given.get(key, ""),
        "errors": [translate(sentence) for sentence in errors.get(key, [])],
    }


def about(key: str, given: Mapping[str, str], errors: Mapping[str, list[Text]]) -> dict[str, Any]:
    """One thing that respondents may say of themselves."""
    title, choices = ABOUT[key]
    return {
        "key": key,
        "title": translate(title),
        "choices": [(choice, translate(words)) for choice, words in choices.items()],
        "given": given.get(key, ""),
        "errors": [translate(sentence) for sentence in errors.get(key, [])],
    }


def gone() -> Response:
    """A link that is not open, kindly."""
    html = render_template("portal/survey_end.html", done=False, words=translate(GONE))
    return make_response(html, 404)


def survey_url(case: Case, now: datetime) -> str:
    """Where the survey of a finished case waits; empty once answered, over, or before the case has ended."""
    if case.status != "closed":
        return ""
    on = calendar_in(case.office_id, current().version).local_date(now)
    code = invitation.open_code(case.number, on)
    return url_for("SurveyView.ask", code=code) if code else ""
