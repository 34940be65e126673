"""The door for the staff of an office: inbox, tasks, cases, letters, books, delays, messages, SOPs."""

from typing import Any

from flask import Flask, request, url_for
from flask_appbuilder import AppBuilder
from flask_babel import gettext

from app.forms.build import open_form
from app.office.cases import OfficeCasesView
from app.office.counter import CounterView
from app.office.inbox import InboxView
from app.office.late import LateView
from app.office.letters import OfficeLetterView
from app.office.messages import MessagesView
from app.office.process import ProcessView
from app.office.registers import RegistersView
from app.office.task import TaskView
from app.people.access import Person
from app.web import sessions
from app.web.context import add_link

VIEWS = (
    InboxView,
    TaskView,
    OfficeCasesView,
    OfficeLetterView,
    RegistersView,
    LateView,
    MessagesView,
    ProcessView,
    CounterView,
)
LINKS = {"inbox": "InboxView.inbox", "cases": "OfficeCasesView.index"}


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Add the views, the links that other doors use, and the navigation of the staff."""
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
    for name, endpoint in LINKS.items():
        add_link(app, name, endpoint)
    app.jinja_env.globals["open_form"] = open_form
    app.extensions["navigation"].append(navigation)
    app.extensions.setdefault("homes", []).append(home)


def home(person: Person) -> str | None:
    """Where an officer lands after signing in."""
    return url_for("InboxView.inbox") if person.is_staff else None


def navigation() -> list[dict[str, Any]]:
    """The main navigation of the staff, on the generated screens too."""
    person = sessions.visitor_or_person()
    if person is None or not person.is_staff:
        return []
    items = (
        (gettext("Inbox"), "InboxView.inbox", ("InboxView", "TaskView")),
        (gettext("Cases"), "OfficeCasesView.index", ("OfficeCasesView", "OfficeLetterView", "CounterView")),
        (gettext("Books"), "RegistersView.index", ("RegistersView",)),
        (gettext("Delays"), "LateView.index", ("LateView",)),
        (gettext("Messages"), "MessagesView.index", ("MessagesView",)),
    )
    here = (request.endpoint or "").partition(".")[0]
    return [
        {"title": title, "url": url_for(endpoint), "current": here in views, "count": None}
        for title, endpoint, views in items
    ]
