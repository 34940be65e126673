"""The door for administrators: what is in force, what is wrong with the files, and the screens they edit."""

from typing import Any

from flask import Flask, render_template, request, url_for
from flask_appbuilder import AppBuilder, expose
from flask_babel import gettext

from app.definitions.models import Revision
from app.definitions.parse import file_of
from app.people.access import Person
from app.publishing.file_problems import file_problems
from app.reports.definitions import newest_revisions, revisions_of
from app.studio.drafts import DraftsView
from app.studio.imports import ImportView
from app.studio.page import StudioPage, title_of
from app.studio.sop import SopView
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

KINDS = ("service", "process", "decision_table", "form", "letter", "messages", "roles")


VIEWS = (DraftsView, ImportView, SopView)


class StudioView(StudioPage):
    """Definitions as administrators find them."""

    default_view = "index"

    @expose("/")
    @enter
    def index(self) -> str:
        """Every definition in force, and why a file is not."""
        problems = [
            {
                "file": problem.file,
                "line": problem.line,
                "path": problem.path,
                "text": translate(problem.message),
            }
            for problem in file_problems()
        ]
        return render_template("studio/index.html", definitions=groups(), problems=problems)

    @expose("/<kind>/<path:key>")
    @enter
    def show(self, kind: str, key: str) -> str:
        """One definition: its text in force and its revisions."""
        rows = revisions_of(kind, key)
        wanted = request.args.get("revision", "")
        shown = next((row for row in rows if str(row.number) == wanted), rows[0])
        return render_template(
            "studio/definition.html",
            title=title_of(kind),
            key=key,
            file=file_of(kind, key),
            revision=revision(shown),
            text=shown.text,
            revisions=[revision(row) for row in rows],
        )


def groups() -> list[dict[str, Any]]:
    """The definitions by kind, in the order of the kinds."""
    rows = newest_revisions()
    return [
        {"title": title_of(kind), "rows": [revision(row) for row in rows if row.kind == kind]}
        for kind in KINDS
        if any(row.kind == kind for row in rows)
    ]


def revision(row: Revision) -> dict[str, Any]:
    """A revision as a row of a table."""
    return {
        "key": row.key,
        "number": row.number,
        "state": row.state,
        "note": row.note,
        "author": row.author,
        "published_at": row.published_at,
        "effective_on": row.effective_on,
        "sha256": row.sha256,
        "url": url_for("StudioView.show", kind=row.kind, key=row.key, revision=row.number),
    }


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Add the view, the navigation of administrators and their desk."""
    for view in (StudioView, *VIEWS):
        appbuilder.add_view_no_menu(view)
    app.extensions["navigation"].append(navigation)
    app.extensions.setdefault("homes", []).append(home)


def home(person: Person) -> str | None:
    """Where an administrator lands after signing in."""
    return url_for("StudioView.index") if person.is_admin else None


def navigation() -> list[dict[str, Any]]:
    """The main navigation of administrators."""
    person = sessions.visitor_or_person()
    if person is None or not person.is_admin:
        return []
    here = (request.endpoint or "").startswith("StudioView.")
    entry = {
        "title": gettext("Definitions"),
        "url": url_for("StudioView.index"),
        "current": here,
        "count": None,
    }
    return [entry]
