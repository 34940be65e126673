"""The door for applicants and the public: services, applications, tracking, verification, downloads."""

from typing import Any

from flask import Flask, request, url_for
from flask_appbuilder import AppBuilder
from flask_babel import gettext

from app.forms.build import open_form
from app.people.access import Person
from app.portal.apply import ApplyView
from app.portal.cases import CasesView
from app.portal.complaints import ComplaintsView
from app.portal.files import FilesView
from app.portal.offers import ServicesView, landing
from app.portal.standard import StandardView
from app.portal.survey import SurveyView
from app.portal.track import TrackView
from app.portal.verify import VerifyView
from app.web import sessions
from app.web.context import add_link

VIEWS = (
    ServicesView,
    StandardView,
    ApplyView,
    CasesView,
    TrackView,
    VerifyView,
    FilesView,
    SurveyView,
    ComplaintsView,
)
LINKS = {
    "services": "ServicesView.index",
    "my_cases": "CasesView.index",
    "track": "TrackView.track",
    "verify": "VerifyView.form",
    "complaints": "ComplaintsView.index",
}


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Add the views, the links that other doors use, and what is at `/` for visitors."""
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
    for name, endpoint in LINKS.items():
        add_link(app, name, endpoint)
    app.jinja_env.globals["open_form"] = open_form
    app.extensions["front_page"] = landing
    app.extensions["navigation"].append(navigation)
    app.extensions.setdefault("homes", []).append(home)


def home(person: Person) -> str | None:
    """Where an applicant lands after signing in."""
    return url_for("CasesView.index") if person.is_applicant else None


def navigation() -> list[dict[str, Any]]:
    """The main navigation for applicants and visitors; officers keep their own."""
    person = sessions.visitor_or_person()
    if person is not None and not person.is_applicant:
        return []
    items = [(gettext("Services"), "ServicesView.index")]
    if person is not None:
        items.append((gettext("My applications"), "CasesView.index"))
    items += [
        (gettext("Track"), "TrackView.track"),
        (gettext("Verify"), "VerifyView.form"),
        (gettext("Complaints"), "ComplaintsView.index"),
    ]
    return [
        {"title": title, "url": url_for(to), "current": _is_current(to), "count": None} for title, to in items
    ]


def _is_current(endpoint: str) -> bool:
    view = endpoint.partition(".")[0]
    related = {"ApplyView": "ServicesView", "FrontView": "ServicesView"}
    here = (request.endpoint or "").partition(".")[0]
    return related.get(here, here) == view
