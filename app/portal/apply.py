"""The application form of a service for its applicants: fill in, save as a draft, send."""

import secrets

from flask import flash, redirect, render_template, request, session, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.errors import Forbidden, text
from app.reports.offers import offer
from app.web import sessions
from app.web.application import Desk, Filled, draft_by_key, draft_of, opened, page, save, send
from app.web.entry import enter
from app.web.i18n import translate

JUST_SENT = "just_sent"  # the session's note of a case whose secret code is to be shown once


class ApplyView(BaseView):
    """Applications, filled in by the applicants themselves."""

    route_base = "/services"
    default_view = "apply"
    audience = {"signed_in"}

    @expose("/<path:key>/apply", methods=["GET", "POST"])
    @enter
    def apply(self, key: str) -> Response | str | tuple[str, int]:
        """The form, empty or as the draft named by `case` has it; posting keeps a draft or sends it."""
        desk = desk_for(key)
        draft = draft_of(desk, request.args.get("case")) or draft_by_key(desk, request.args.get("once"))
        if draft is not None and draft.status != "draft":
            return redirect(url_for("CasesView.show", number=draft.number))
        if request.method == "GET":
            return shown(opened(desk, draft))
        filled = save(desk, draft.number if draft else None, request.args.get("once"))
        if request.form.get("do") == "submit":
            return sent(filled) if send(filled) else (shown(filled), 422)
        if filled.errors:
            return shown(filled), 422
        flash(translate(text("The draft is saved. You can go on at any time.")), "success")
        return redirect(form_url(filled))


def desk_for(key: str) -> Desk:
    """Who applies for what; refused where applicants cannot open a case themselves."""
    desk = Desk(sessions.person(), offer(key), clock.now())
    if not desk.offer.opened_by("applicant"):
        raise Forbidden("This service cannot be applied for on this page.")
    return desk


def sent(filled: Filled) -> Response:
    """Go to the new case, which shows its secret code this once."""
    session[JUST_SENT] = filled.number
    return redirect(url_for("CasesView.show", number=filled.number))


def shown(filled: Filled) -> str:
    """The page of the form."""
    service_url = url_for("ServicesView.show", key=filled.desk.offer.short_key)
    return render_template("portal/apply.html", **page(filled, form_url(filled), service_url))


def form_url(filled: Filled) -> str:
    """Where the form goes to: its draft, or a key that makes a second click find the draft of the first."""
    key = filled.desk.offer.short_key
    if filled.number:
        return url_for("ApplyView.apply", key=key, case=filled.number)
    once = request.args.get("once") or secrets.token_urlsafe(12)
    return url_for("ApplyView.apply", key=key, once=once)
