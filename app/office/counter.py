"""The counter: an officer enters an application for an applicant who is present."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.errors import Forbidden, text
from app.flow.parties import receipt_code
from app.people.access import Person
from app.reports.form_context import office_of
from app.reports.offers import Offer, offer, offers
from app.web import sessions
from app.web.application import Desk, Filled, draft_by_key, draft_of, opened, page, save, send
from app.web.entry import enter
from app.web.i18n import translate


class CounterView(BaseView):
    """Applications entered by the office."""

    route_base = "/office/apply"
    default_view = "index"
    audience = {"any_staff"}

    @expose("/<path:key>", methods=["GET", "POST"])
    @enter
    def apply(self, key: str) -> Response | str | tuple[str, int]:
        """The same form that applicants fill in; its draft belongs to the office until somebody claims it."""
        desk = desk_for(key)
        draft = draft_of(desk, request.args.get("case")) or draft_by_key(desk, request.args.get("once"))
        if draft is not None and draft.status != "draft":
            return redirect(url_for("OfficeCasesView.show", number=draft.number))
        if request.method == "GET":
            return shown(opened(desk, draft))
        filled = save(desk, draft.number if draft else None, request.args.get("once"))
        if request.form.get("do") == "submit":
            return sent(filled) if send(filled) else (shown(filled), 422)
        if filled.errors:
            return shown(filled), 422
        flash(translate(text("The draft is saved.")), "success")
        return redirect(form_url(filled))


def desk_for(key: str) -> Desk:
    """Which officer enters what. Raises Forbidden for roles that open no case of this service."""
    desk = Desk(sessions.person(), offer(key), clock.now(), at_counter=True)
    if not may_open(desk.person, desk.offer):
        raise Forbidden("You may not open an application of this service.")
    return desk


def may_open(person: Person, found: Offer) -> bool:
    """True if one of the person's roles opens cases of a service at its office."""
    roles = found.opening_roles()
    return bool(roles) and any(person.holds(role, office_of(found.service).id) for role in roles)


def counter_links(person: Person) -> list[dict[str, Any]]:
    """The services that this officer may enter applications for."""
    return [
        {
            "title": gettext("New: %(service)s", service=found.service.title),
            "url": url_for("CounterView.apply", key=found.short_key),
        }
        for found in offers()
        if found.opening_roles() & person.all_roles and may_open(person, found)
    ]


def sent(filled: Filled) -> Response:
    """Go to the new case; number and code go with the applicant."""
    number = filled.number or ""
    words = text(
        "Application %(number)s is entered. Secret code for the applicant: %(code)s.",
        number=number,
        code=receipt_code(number),
    )
    flash(translate(words), "success")
    return redirect(url_for("OfficeCasesView.show", number=number))


def shown(filled: Filled) -> str:
    """The page of the form."""
    return render_template(
        "portal/apply.html", **page(filled, form_url(filled), url_for("OfficeCasesView.index"))
    )


def form_url(filled: Filled) -> str:
    """Where the form goes to: its draft, or a key that makes a second click find the draft of the first."""
    key = filled.desk.offer.short_key
    if filled.number:
        return url_for("CounterView.apply", key=key, case=filled.number)
    once = request.args.get("once") or secrets.token_urlsafe(12)
    return url_for("CounterView.apply", key=key, once=once)
