"""How one's own account is written to: the telephone number, its proof, the ways, and the daily digest."""

import hashlib
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.errors import Conflict, Invalid, text
from app.flow import digest, phone_channels
from app.messages.channels import open_channels
from app.messages.gateway_simulator import last_text
from app.people.access import Person
from app.web import sessions
from app.web.i18n import translate
from app.web.limits import PHONE_CHECK, PHONE_CODE, PHONE_CODE_TO, limited

NAMES = {"whatsapp": "WhatsApp", "sms": "SMS"}


class ContactView(BaseView):
    """My account: how the office reaches me."""

    route_base = "/account/contact"
    default_view = "show"

    @expose("/")
    def show(self) -> str:
        """What is set now."""
        return page(sessions.person())

    @expose("/phone", methods=["POST"])
    @limited(PHONE_CHECK)
    def phone(self) -> Response | tuple[str, int]:
        """Keep another number, or none."""
        person, written = sessions.person(), request.form.get("phone", "")[:40]
        try:
            phone_channels.set_number(person, written, clock.now())
        except Invalid as faults:
            return page(person, faults={"phone": said(faults, "phone")}, written=written), 422
        return done(translate(text("The number is saved.")))

    @expose("/<channel>/code", methods=["POST"])
    @limited(PHONE_CODE)
    def code(self, channel: str) -> Response:
        """Send a code; how many one number gets is counted over all accounts."""
        person = sessions.person()
        number = phone_channels.number_of(person.user_id)
        PHONE_CODE_TO.hit(hashlib.sha256(f"{channel}:{number}".encode()).hexdigest())
        try:
            phone_channels.send_code(person, channel, write_code, clock.now())
        except (Conflict, Invalid) as refusal:
            return done(translate(refusal.text), "warning")
        return done(translate(text("A code is on its way to your telephone.")))

    @expose("/<channel>/verify", methods=["POST"])
    @limited(PHONE_CHECK)
    def verify(self, channel: str) -> Response | tuple[str, int]:
        """Check the code that came."""
        person = sessions.person()
        try:
            phone_channels.verify(person, channel, request.form.get("code", "")[:20], clock.now())
        except Invalid as faults:
            return page(person, faults={channel: said(faults, "code")}), 422
        return done(translate(text("The number is proved. We write to you there from now on.")))

    @expose("/<channel>/switch", methods=["POST"])
    def switch(self, channel: str) -> Response:
        """Choose a proved way, or leave it."""
        try:
            phone_channels.switch(sessions.person(), channel, request.form.get("on") == "1", clock.now())
        except Conflict as refusal:
            return done(translate(refusal.text), "warning")
        return done(translate(text("Your choice is saved.")))

    @expose("/digest", methods=["POST"])
    def digest(self) -> Response:
        """Ask for the daily digest, or for none."""
        digest.choose(sessions.person(), request.form.get("on") == "1", clock.now())
        return done(translate(text("Your choice is saved.")))


def page(person: Person, faults: dict[str, str] | None = None, written: str | None = None) -> str:
    """The page, with what was wrong beside its field."""
    number = phone_channels.number_of(person.user_id)
    return render_template(
        "auth/contact.html",
        email=person.email,
        phone=number if written is None else written,
        has_number=bool(number),
        ways=[way(person, channel, number) for channel in open_channels()],
        digest=digest.is_wanted(person.user_id) if person.is_staff else None,
        faults=faults or {},
    )


def way(person: Person, channel: str, number: str) -> dict[str, Any]:
    """One way to the telephone; a simulated telephone shows what came last."""
    row = phone_channels.rows_of(person.user_id).get(channel)
    config = current_app.config["OFFICE"]
    is_simulated = config.simulators and not config.gateway_url
    return {
        "key": channel,
        "title": NAMES[channel],
        "is_proved": row is not None and row.verified_at is not None,
        "is_on": row is not None and row.is_on,
        "waits": phone_channels.is_waiting(row, clock.now()),
        "simulated": last_text(channel, number) if number and is_simulated else "",
    }


def write_code(code: str) -> str:
    """The text that carries a code."""
    return str(
        gettext(
            "Your code for Alur Izin: %(code)s. It is valid for ten minutes."
            " Tell it to nobody, not even an officer.",
            code=code,
        )
    )


def said(faults: Invalid, field: str) -> str:
    """What is wrong with a field, in words."""
    return " ".join(translate(sentence) for sentence in faults.errors.get(field, [faults.text]))


def done(words: str, tone: str = "success") -> Response:
    """Back to the page with a word on what happened."""
    flash(words, tone)
    return redirect(url_for("ContactView.show"))
