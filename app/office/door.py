"""The door for the staff of an office: inbox, tasks, cases, letters, books, delays, messages, SOPs."""

from typing import Any

from flask import Flask, request, url_for
from flask_appbuilder import AppBuilder
from flask_babel import gettext, lazy_gettext

from app.feedback.access import COMPLAINTS, SATISFACTION
from app.forms.build import open_form
from app.office.by_hand import ByHandView
from app.office.cases import OfficeCasesView
from app.office.complaint_entry import ComplaintEntryView
from app.office.complaints import OfficeComplaintsView
from app.office.counter import CounterView
from app.office.inbox import InboxView
from app.office.insert_number import InsertNumberView
from app.office.late import LateView
from app.office.letter_ends import LetterEndsView
from app.office.letters import OfficeLetterView
from app.office.messages import MessagesView
from app.office.outside import OutsideView
from app.office.prints import PrintsView
from app.office.process import ProcessView
from app.office.registers import RegistersView
from app.office.satisfaction import SatisfactionView
from app.office.task import TaskView
from app.people.access import Person
from app.people.permissions import may
from app.web import sessions
from app.web.context import add_link

VIEWS = (
    InboxView,
    TaskView,
    OfficeCasesView,
    OfficeLetterView,
    LetterEndsView,
    RegistersView,
    InsertNumberView,
    PrintsView,
    ByHandView,
    LateView,
    MessagesView,
    OutsideView,
    ProcessView,
    CounterView,
    OfficeComplaintsView,
    ComplaintEntryView,
    SatisfactionView,
)
# what roles have besides, by the screen that rules/roles.yaml gives them
BY_SCREEN = (
    (
        COMPLAINTS,
        (
            lazy_gettext("Complaints"),
            "OfficeComplaintsView.index",
            ("OfficeComplaintsView", "ComplaintEntryView"),
        ),
    ),
    (SATISFACTION, (lazy_gettext("Satisfaction"), "SatisfactionView.index", ("SatisfactionView",))),
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
    if person is None or not (person.is_staff or person.is_admin):
        return []
    items: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
        ()
        if not person.is_staff
        else (
            (gettext("Inbox"), "InboxView.inbox", ("InboxView", "TaskView")),
            (
                gettext("Cases"),
                "OfficeCasesView.index",
                ("OfficeCasesView", "OfficeLetterView", "LetterEndsView", "CounterView"),
            ),
            (gettext("Books"), "RegistersView.index", ("RegistersView", "InsertNumberView", "PrintsView")),
            (gettext("Delays"), "LateView.index", ("LateView",)),
            (gettext("Messages"), "MessagesView.index", ("MessagesView",)),
            (gettext("Outside systems"), "OutsideView.index", ("OutsideView",)),
        )
    )
    items += tuple(item for screen, item in BY_SCREEN if may(person, "can_list", screen))
    here = (request.endpoint or "").partition(".")[0]
    return [
        {"title": title, "url": url_for(endpoint), "current": here in views, "count": None}
        for title, endpoint, views in items
    ]
