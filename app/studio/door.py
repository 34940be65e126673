"""The door for administrators: every view of the studio, its place in the navigation."""

from typing import Any

from flask import Flask, request, url_for
from flask_appbuilder import AppBuilder
from flask_babel import gettext

from app.people.access import Person
from app.studio.clauses import ClausesView
from app.studio.definitions import StudioView
from app.studio.drafts import DraftsView
from app.studio.forms import FormsView
from app.studio.health import HealthView
from app.studio.imports import ImportView
from app.studio.letters import LettersView
from app.studio.moving import MovingView
from app.studio.outside import OutsideSettingsView
from app.studio.page import add_editor
from app.studio.replays import ReplayView
from app.studio.scenarios import ScenariosView
from app.studio.sets import SetsView
from app.studio.sop import SopView
from app.studio.sop_editor import SopEditorView
from app.studio.tables import TablesView
from app.web import sessions

VIEWS = (
    StudioView,
    DraftsView,
    FormsView,
    LettersView,
    ClausesView,
    SetsView,
    MovingView,
    HealthView,
    ImportView,
    ReplayView,
    ScenariosView,
    SopView,
    SopEditorView,
    TablesView,
    OutsideSettingsView,
)
# pages about one definition: the navigation shows them as parts of the studio
DEFINING = tuple(view.__name__ for view in VIEWS if view not in (SetsView, HealthView, OutsideSettingsView))
add_editor("decision_table", "TablesView.edit")
add_editor("process", "SopEditorView.edit")
add_editor("form", "FormsView.edit")
add_editor("letter", "LettersView.edit")


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Add the views, the navigation of administrators and their desk."""
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
    app.extensions["navigation"].insert(0, navigation)
    app.extensions.setdefault("homes", []).append(home)


def home(person: Person) -> str | None:
    """Where an administrator lands after signing in."""
    return url_for("StudioView.index") if person.is_admin else None


def navigation() -> list[dict[str, Any]]:
    """The main navigation of administrators."""
    person = sessions.visitor_or_person()
    if person is None or not person.is_admin:
        return []
    items = (
        (gettext("Studio"), "StudioView.index", DEFINING),
        (gettext("Change sets"), "SetsView.index", ("SetsView",)),
        (gettext("Health"), "HealthView.index", ("HealthView",)),
        (gettext("Outside systems"), "OutsideSettingsView.index", ("OutsideSettingsView",)),
    )
    here = (request.endpoint or "").partition(".")[0]
    return [
        {"title": title, "url": url_for(endpoint), "current": here in views, "count": None}
        for title, endpoint, views in items
    ]
