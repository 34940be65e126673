"""Open cases after a process was published: which keep their revision, which can move, and moving them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import clock
from app.definitions.catalogue import current
from app.flow.adopt import Candidate, adopt, candidates
from app.studio.page import StudioPage, ref_in, title_in
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate


class MovingView(StudioPage):
    """Cases that run by an older revision of a process; numbers and steps only, never their contents."""

    @expose("/moving/<path:key>", methods=["GET"])
    @enter
    def show(self, key: str) -> str:
        """The open cases on older revisions: those that fit, and why the others do not."""
        ref = ref_in("process", key)
        found = candidates(key)
        return render_template(
            "studio/moving.html",
            key=key,
            title=title_in(ref),
            revision=current().get(*ref).number,
            fitting=[_shown(each) for each in found if not each.obstacles],
            staying=[_shown(each) for each in found if each.obstacles],
        )

    @expose("/moving/<path:key>", methods=["POST"])
    @enter
    def move(self, key: str) -> Response:
        """Move the chosen cases, each by itself; what does not fit any more stays."""
        ref_in("process", key)
        numbers = set(request.form.getlist("case"))
        known = [each.number for each in candidates(key) if each.number in numbers]
        stayed = [number for number in known if adopt(number, sessions.person(), clock.now())]
        moved = len(known) - len(stayed)
        flash(ngettext("%(num)d case moved", "%(num)d cases moved", moved), "success")
        if stayed:
            flash(ngettext("%(num)d case stays", "%(num)d cases stay", len(stayed)), "warning")
        return redirect(url_for("MovingView.show", key=key))


def _shown(candidate: Candidate) -> dict[str, Any]:
    return {
        "number": candidate.number,
        "revision": candidate.revision,
        "steps": candidate.steps,
        "obstacles": [translate(reason) for reason in candidate.obstacles],
    }
