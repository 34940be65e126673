"""What is in force: services with their definitions, one definition with its revisions; new and old ones."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.definitions.catalogue import current
from app.definitions.models import Revision
from app.definitions.parse import Ref
from app.errors import NotFound
from app.publishing import change_sets, drafts
from app.publishing.file_conflicts import conflict, conflicts, leave, take_over
from app.publishing.file_problems import file_problems
from app.publishing.rollback import rollback
from app.reports.definitions import revisions_of
from app.reports.names import names_of
from app.studio.changes import changes
from app.studio.landing import cards, kinds, loose, open_drafts
from app.studio.page import (
    StudioPage,
    act,
    author_word,
    editor_url,
    frame,
    ref_in,
    title_in,
    title_of,
    trial,
    write_files,
)
from app.studio.sets import set_shown
from app.studio.starters import starter
from app.web.entry import enter
from app.web.i18n import translate


class StudioView(StudioPage):
    """Definitions as administrators find them."""

    default_view = "index"

    @expose("/")
    @enter
    def index(self) -> str:
        """Every service with its definitions, what is being changed, and why a file is not in force."""
        found = open_drafts()
        return render_template(
            "studio/index.html",
            cards=cards(current(), found),
            drafts=loose(found),
            sets=[set_shown(each) for each in change_sets.listed(*change_sets.UNFINISHED)],
            conflicts=[_conflict_shown(row) for row in conflicts()],
            problems=file_lines(),
            kinds=kinds(),
        )

    @expose("/<kind>/<path:key>")
    @enter
    def show(self, kind: str, key: str) -> str:
        """One definition: its revisions, the text of one, and what it changed on the one before."""
        ref = ref_in(kind, key)
        rows = revisions_of(*ref)
        wanted = request.args.get("revision", "")
        number = next((index for index, row in enumerate(rows) if str(row.number) == wanted), 0)
        shown = rows[number]
        older = next((row for row in rows if row.number == request.args.get("against", type=int)), None)
        older = older or (rows[number + 1] if number + 1 < len(rows) else None)
        return render_template(
            "studio/definition.html",
            **frame_or_withdrawn(ref),
            revision=revision(shown),
            text=shown.text,
            revisions=[revision(row) for row in rows],
            older=revision(older) if older else None,
            changes=changes(ref, older.text, shown.text) if older else None,
            in_force=getattr(current().published(*ref), "number", None),
        )

    @expose("/new", methods=["POST"])
    @enter
    def new(self) -> Response:
        """Begin a definition, from a copy or from the smallest text of its kind."""
        kind, key = request.form.get("kind", ""), request.form.get("key", "").strip()
        ref = ref_in(kind, key)
        drafts.create(ref, starter(ref), act())
        return redirect(editor_url(*ref))

    @expose("/withdraw/<kind>/<path:key>", methods=["POST"])
    @enter
    def withdraw(self, kind: str, key: str) -> Response:
        """Draft that a definition goes out of force, in a set of its own."""
        ref = ref_in(kind, key)
        title = title_in(ref)
        drafts.withdraw(ref, act())
        made = change_sets.make(gettext("Out of force: %(title)s", title=title), act())
        change_sets.put_in(made.id, ref, act())
        return redirect(url_for("SetsView.show", number=made.id))

    @expose("/restore/<kind>/<path:key>", methods=["POST"])
    @enter
    def restore(self, kind: str, key: str) -> Response:
        """Publish an older text again."""
        ref = ref_in(kind, key)
        rollback(ref, request.form.get("revision", 0, type=int), act(), trial())
        write_files([ref])
        flash(gettext("What was in force before is in force again."), "success")
        return redirect(url_for("StudioView.show", kind=kind, key=key))

    @expose("/file/<int:number>")
    @enter
    def file(self, number: int) -> str:
        """A file that was changed while the web published: both texts."""
        row = conflict(number)
        ref = (row.kind, row.key)
        in_force = current().text(*ref) if current().has(*ref) else ""
        return render_template(
            "studio/file.html", row=_conflict_shown(row), changes=changes(ref, in_force, row.text)
        )

    @expose("/file/<int:number>/<verb>", methods=["POST"])
    @enter
    def settle(self, number: int, verb: str) -> Response:
        """Take a file's text over as a draft, or leave it."""
        if verb == "take":
            draft = take_over(number, act())
            return redirect(editor_url(draft.kind, draft.key))
        if verb != "leave":
            raise NotFound("There is nothing at this address.")
        row = leave(number, act())
        write_files([(row.kind, row.key)])
        return redirect(url_for("StudioView.index"))


def frame_or_withdrawn(ref: Ref) -> dict[str, Any]:
    """The frame of a definition; one that is out of force has no draft to show."""
    if current().has(*ref) or drafts.find(ref):
        return frame(ref, "history")
    return {"kind": ref[0], "key": ref[1], "title": ref[1], "kind_title": title_of(ref[0]), "tabs": []}


def revision(row: Revision) -> dict[str, Any]:
    """A revision as a row of a table."""
    names = names_of([row.author])
    return {
        "key": row.key,
        "number": row.number,
        "state": row.state,
        "note": row.note,
        "author": author_word(row.author, names),
        "published_at": row.published_at,
        "effective_on": row.effective_on,
        "is_withdrawal": row.is_withdrawal,
        "sha256": row.sha256,
        "url": url_for("StudioView.show", kind=row.kind, key=row.key, revision=row.number),
    }


def file_lines() -> list[dict[str, Any]]:
    """Why files are not in force."""
    return [
        {"file": each.file, "line": each.line, "path": each.path, "text": translate(each.message)}
        for each in file_problems()
    ]


def _conflict_shown(row: Revision) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind_title": title_of(row.kind),
        "key": row.key,
        "title": title_in((row.kind, row.key)),
        "at": row.created_at,
        "url": url_for("StudioView.file", number=row.id),
    }
