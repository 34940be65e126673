"""Drafts in the browser: the JSON that every editor saves through, the plain text editor, what changed."""

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.definitions.catalogue import current
from app.definitions.edit import rewritten
from app.definitions.merge import merged
from app.definitions.parse import Ref, file_of, parse
from app.errors import Invalid, NotFound, text
from app.publishing import drafts
from app.publishing.change_sets import drafts_of, get, texts_of
from app.publishing.drafts import Edited, Stale
from app.publishing.publish import problems_of
from app.reports.names import names_of
from app.studio.changes import changes, changes_of
from app.studio.page import (
    StudioPage,
    act,
    author_word,
    draft_shown,
    editor_url,
    frame,
    problem_json,
    ref_in,
    title_in,
    trial,
)
from app.studio.preview_words import preview_words
from app.web.entry import enter
from app.web.i18n import translate


class DraftsView(StudioPage):
    """Drafts, their text and what they change."""

    @expose("/drafts/<kind>/<path:key>", methods=["GET"])
    @enter
    def draft(self, kind: str, key: str) -> Response:
        """The draft, or the text in force, with its shape and problems."""
        return jsonify(draft_json(ref_in(kind, key)))

    @expose("/drafts/<kind>/<path:key>", methods=["PUT"])
    @enter
    def put(self, kind: str, key: str) -> tuple[Response, int]:
        """Save `text`, or `value` written into the text; answer with the problems. 409 with both texts."""
        ref, body = ref_in(kind, key), given()
        begun = body.get("begun") if isinstance(body.get("begun"), str) else None
        version, base = number_in(body, "version") or 0, number_in(body, "base_revision")
        edited = Edited(text_in(ref, body), version, base, begun=begun)
        try:
            (drafts.rebase if body.get("rebase") else drafts.save)(ref, edited, act())
        except Stale as stale:
            return jsonify(stale_json(stale)), 409
        return jsonify(draft_json(ref)), 200

    @expose("/drafts/<kind>/<path:key>", methods=["DELETE"])
    @enter
    def delete(self, kind: str, key: str) -> Response:
        """Give the draft up."""
        ref = ref_in(kind, key)
        drafts.discard(ref, act(), request.args.get("version", type=int))
        return jsonify(discarded=True)

    @expose("/check/<kind>/<path:key>", methods=["POST"])
    @enter
    def check(self, kind: str, key: str) -> Response:
        """The problems of a text, together with the change set its draft is in; nothing is kept."""
        ref = ref_in(kind, key)
        return jsonify(problems=problems_json(ref, text_in(ref, given()), with_sample=True))

    @expose("/source/<kind>/<path:key>")
    @enter
    def source(self, kind: str, key: str) -> str:
        """The plain text editor."""
        ref = ref_in(kind, key)
        return render_template(
            "studio/source.html",
            **frame(ref, "source"),
            text=drafts.open_draft(ref).text,
            preview_words=preview_words() if kind == "letter" else None,
        )

    @expose("/diff/<kind>/<path:key>")
    @enter
    def diff(self, kind: str, key: str) -> str:
        """What the draft changes."""
        ref = ref_in(kind, key)
        draft = drafts.find(ref)
        changed = changes_of(draft, current()) if draft else None
        return render_template("studio/diff.html", **frame(ref, "diff"), changes=changed)

    @expose("/discard/<kind>/<path:key>", methods=["POST"])
    @enter
    def discard(self, kind: str, key: str) -> AnyResponse:
        """Give the draft up, from a page."""
        drafts.discard(ref_in(kind, key), act())
        return redirect(url_for("StudioView.index"))

    @expose("/rebase/<kind>/<path:key>")
    @enter
    def rebase(self, kind: str, key: str) -> str:
        """Put an outdated draft on what is in force: merged where possible, else both texts are shown."""
        ref = ref_in(kind, key)
        opened, catalogue = drafts.open_draft(ref), current()
        if opened.draft is None:
            raise NotFound("There is no such draft.")
        base = drafts.base_text(opened.draft, catalogue)
        theirs = catalogue.text(*ref) if catalogue.has(*ref) else ""
        return render_template(
            "studio/rebase.html",
            **frame(ref, "source"),
            mine=opened.text,
            theirs=theirs,
            both=merged(kind, base, opened.text, theirs),
            changed_by_me=changes(ref, base, opened.text),
            changed_since=changes(ref, base, theirs),
        )

    @expose("/rebase/<kind>/<path:key>", methods=["POST"])
    @enter
    def put_on(self, kind: str, key: str) -> AnyResponse:
        """Keep the settled text on top of what is in force."""
        ref = ref_in(kind, key)
        version = request.form.get("version", 0, type=int)
        drafts.rebase(ref, Edited(request.form.get("text", ""), version), act())
        return redirect(editor_url(*ref))


def given() -> dict[str, Any]:
    """The body of a JSON request. Raises Invalid."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("The request cannot be read.")
    return body


def number_in(body: dict[str, Any], name: str) -> int | None:
    """A whole number of a request, if it names one. Raises Invalid."""
    found = body.get(name)
    if found is None or type(found) is int:
        return found
    raise Invalid("The request cannot be read.")


def text_in(ref: Ref, body: dict[str, Any]) -> str:
    """The text of a request: as it is, or a value written into the text that the editor had (`onto`)."""
    source = body.get("text")
    if "value" in body:
        before = source if isinstance(source, str) else drafts.open_draft(ref).text
        if not isinstance(body["value"], dict):
            raise Invalid("The request cannot be read.")
        return rewritten(ref[0], before, body["value"])
    if not isinstance(source, str):
        raise Invalid("The request cannot be read.")
    return source


def draft_json(ref: Ref) -> dict[str, Any]:
    """A draft for an editor: text, shape as plain values (null where it has none), version and problems."""
    opened = drafts.open_draft(ref)
    shape = parse(*ref, opened.text).shape
    at = opened.draft.updated_at.isoformat() if opened.draft else None
    return {
        "kind": ref[0],
        "key": ref[1],
        "file": file_of(*ref),
        "text": opened.text,
        "shape": shape.model_dump(mode="json", exclude_unset=True) if shape else None,
        **draft_shown(opened),
        "updated_at": at,
        "problems": problems_json(ref, opened.text),
    }


def problems_json(ref: Ref, source: str, with_sample: bool = False) -> list[dict[str, Any]]:
    """What is wrong with a text beside what is in force and the other drafts of its change set."""
    draft = drafts.find(ref)
    beside = texts_of(drafts_of(get(draft.change_set_id))) if draft and draft.change_set_id else {}
    is_gone = bool(draft and draft.is_withdrawal and not source)
    changes = {**beside, ref: None if is_gone else source}
    problems = problems_of(changes, current(), trial() if with_sample else None)
    return [problem_json(problem) for problem in problems]


def stale_json(stale: Stale) -> dict[str, Any]:
    """Both texts of a conflict, what each changed, and both merged where that is possible."""
    ref, who = stale.opened.ref, author_word(stale.who, names_of([stale.who]))
    yours, theirs = (changes(ref, stale.base, each) for each in (stale.mine, stale.theirs))
    return {
        "message": translate(text(stale.said.msgid, who=who, key=title_in(ref))),
        "errors": {},
        "yours": stale.mine,
        "theirs": stale.theirs,
        "theirs_by": stale.who,
        "merged": stale.merged,
        "changes": render_template("studio/_conflict.html", yours=yours, theirs=theirs, who=who),
        "version": stale.opened.version,
        "base_revision": stale.opened.base_number,
    }
