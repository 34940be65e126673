"""What every page of the studio shares: who may enter, the frame around a definition, its words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, request, url_for
from flask_appbuilder import BaseView
from flask_babel import gettext

from app import clock
from app.definitions.catalogue import current
from app.definitions.parse import SHAPES, Ref, file_of, parse
from app.definitions.problem import Problem
from app.errors import Invalid, NotFound, text
from app.letters import press
from app.publishing import change_sets
from app.publishing.check import Trial, trial_with
from app.publishing.drafts import Opened, open_draft
from app.publishing.revisions import Act
from app.publishing.sync import ACTOR as FILES
from app.publishing.write_back import write_back
from app.reports.names import names_of
from app.reports.replay import KINDS as REPLAYED
from app.web import sessions
from app.web.i18n import translate

# The editor of each kind beside the text: kind -> endpoint of a view that takes `kind` and `key`.
EDITORS: dict[str, str] = {}


class StudioPage(BaseView):
    """A view of the studio; `@expose` and `@enter` on its methods do the rest."""

    route_base = "/studio"
    audience = {"any_administrator"}


def add_editor(kind: str, endpoint: str) -> None:
    """Make a view the editor of a kind: the frame and every list lead to it."""
    EDITORS[kind] = endpoint


def ref_in(kind: str, key: str) -> Ref:
    """Kind and key from an address. Raises NotFound where there can be no such definition."""
    if kind not in SHAPES:
        raise NotFound("There is no such kind of definition.")
    file_of(kind, key)
    return kind, key


def act(note: str = "", effective_on: date | None = None) -> Act:
    """Who acts, now."""
    return Act(sessions.person().username, clock.now(), note, effective_on)


def day_given(name: str = "effective_on") -> date | None:
    """A day from the form, empty for none. Raises Invalid."""
    given = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        wrong = {name: [text("Write the date as YYYY-MM-DD.")]}
        raise Invalid("Some values are not acceptable.", errors=wrong) from None


def trial() -> Trial:
    """Letters are tried with their samples before they may be published."""
    return trial_with(press.renderer(), current_app.config["OFFICE"].definitions_dir)


def write_files(refs: list[Ref]) -> None:
    """Keep the files on disk equal to what was published, where that is wanted."""
    config = current_app.config["OFFICE"]
    if config.write_back:
        write_back(config.definitions_dir, refs)


def editor_url(kind: str, key: str) -> str:
    """Where a definition is edited: its own editor, else its text."""
    return url_for(EDITORS.get(kind, "DraftsView.source"), kind=kind, key=key)


def frame(ref: Ref, tab: str) -> dict[str, Any]:
    """What `studio/frame.html` needs to show a definition; `tab` is editor, source, diff or history."""
    kind, key = ref
    opened = open_draft(ref)
    return {
        "kind": kind,
        "key": key,
        "file": file_of(kind, key),
        "kind_title": title_of(kind),
        "title": title_in(ref) if current().has(*ref) else titled(ref, opened.text),
        "draft": draft_shown(opened),
        "tabs": tabs(ref, tab),
        "api": url_for("DraftsView.draft", kind=kind, key=key),
        "open_sets": [(each.id, each.title) for each in change_sets.listed(change_sets.EDITING)],
    }


def draft_shown(opened: Opened) -> dict[str, Any]:
    """The state of a draft as the bar tells it."""
    draft = opened.draft
    return {
        "version": opened.version,
        "base_revision": opened.base_number,
        "newest_revision": opened.newest_number,
        "is_outdated": opened.is_outdated,
        "is_withdrawal": bool(draft and draft.is_withdrawal),
        "author": names_of([draft.author]).get(draft.author, draft.author) if draft else "",
        "updated_at": draft.updated_at if draft else None,
        "set": {"id": draft.change_set.id, "title": draft.change_set.title}
        if draft and draft.change_set
        else None,
    }


def tabs(ref: Ref, current_tab: str) -> list[dict[str, Any]]:
    """The views of one definition."""
    kind, key = ref
    found = []
    if kind in EDITORS:
        found.append(("editor", gettext("Editor"), url_for(EDITORS[kind], kind=kind, key=key)))
    found += [
        ("source", gettext("Text"), url_for("DraftsView.source", kind=kind, key=key)),
        ("diff", gettext("Changes"), url_for("DraftsView.diff", kind=kind, key=key)),
    ]
    if kind == "process":
        found.append(("scenarios", gettext("Scenarios"), url_for("ScenariosView.show", key=key)))
    if kind in REPLAYED:
        past = url_for("ReplayView.page", kind=kind, key=key)
        found.append(("replay", gettext("Past cases"), past))
    if current().history(*ref):
        found.append(("history", gettext("Revisions"), url_for("StudioView.show", kind=kind, key=key)))
    return [{"title": title, "url": url, "current": name == current_tab} for name, title, url in found]


def title_in(ref: Ref) -> str:
    """The title of a definition in force; its key where it has none."""
    catalogue = current()
    shape = catalogue.get(*ref).shape if catalogue.has(*ref) else None
    return str(getattr(shape, "title", "") or ref[1])


def titled(ref: Ref, text: str) -> str:
    """The title that a draft gives; the key where it cannot be read or has none."""
    return str(getattr(parse(*ref, text).shape, "title", "") or ref[1])


def author_word(username: str, names: Mapping[str, str]) -> str:
    """Who published a text; what was found on disk has no author of its own."""
    return gettext("Files of the installation") if username == FILES else names.get(username, username)


def title_of(kind: str) -> str:
    """A kind of definition as people call it."""
    titles = {
        "service": gettext("Services"),
        "process": gettext("SOPs"),
        "decision_table": gettext("Decision tables"),
        "form": gettext("Forms"),
        "letter": gettext("Letters"),
        "clauses": gettext("Clauses"),
        "messages": gettext("Messages"),
        "roles": gettext("Roles"),
    }
    return str(titles.get(kind, kind))


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem with its place, in the reader's language."""
    place = {"path": problem.path, "line": problem.line, "file": problem.file}
    return {**place, "message": translate(problem.message)}
