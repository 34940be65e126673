"""Replay in the browser: a draft tried on all decided cases, part by part with progress shown."""

from flask import Response, jsonify, render_template
from flask_appbuilder import expose

from app.definitions.parse import Ref
from app.errors import Invalid
from app.publishing.change_sets import drafts_of, get, texts_of
from app.publishing.drafts import open_draft
from app.reports.replay import KINDS, decided, replay_part
from app.studio.drafts import given
from app.studio.page import StudioPage, frame, ref_in
from app.web.entry import enter


class ReplayView(StudioPage):
    """What a draft would have changed."""

    @expose("/replay/<kind>/<path:key>")
    @enter
    def page(self, kind: str, key: str) -> str:
        """The page; its script asks for one part after the other."""
        ref = replayable(kind, key)
        return render_template("studio/replay.html", **frame(ref, "replay"), total=decided(ref))

    @expose("/replay-part/<kind>/<path:key>", methods=["POST"])
    @enter
    def part(self, kind: str, key: str) -> Response:
        """The decisions after one, evaluated anew: how many, which would change, where to go on."""
        ref = replayable(kind, key)
        after = given().get("after")
        part = replay_part(ref, drafts_beside(ref), after if isinstance(after, int) else 0)
        return jsonify(looked=part.looked, last=part.last, changes=part.changes)


def replayable(kind: str, key: str) -> Ref:
    """Kind and key of what decides. Raises Invalid for anything else."""
    ref = ref_in(kind, key)
    if kind not in KINDS:
        raise Invalid("Only decision tables and SOPs can be tried on past cases.")
    return ref


def drafts_beside(ref: Ref) -> dict[Ref, str]:
    """The text being edited, with the other drafts of its change set."""
    opened = open_draft(ref)
    in_set = opened.draft.change_set_id if opened.draft else None
    beside = dict(texts_of(drafts_of(get(in_set)))) if in_set else {}
    return {**{each: text for each, text in beside.items() if text}, ref: opened.text}
