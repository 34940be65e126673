"""How each office reaches each outside system: mode, address, credentials that are never shown again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.db import Session
from app.errors import NotFound, OfficeError, text
from app.flow.outside_settings import Settings, set_up, try_out
from app.messages import simulator
from app.messages.connections import MODES, SYSTEMS, connection_of, may_simulate, mode_of
from app.messages.models_outside import Connection
from app.messages.sealing import unseal
from app.people.models import Office
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

FAULTS = ("500", "504", "401", "400", "late")
MOST_FAULTS = 50


class OutsideSettingsView(BaseView):
    """Settings of outside systems."""

    route_base = "/settings/outside"
    default_view = "index"
    audience = {"any_administrator"}

    @expose("/")
    @enter
    def index(self) -> str:
        """Every office with its systems."""
        offices = Session.scalars(select(Office).order_by(Office.short_name)).all()
        rows = [row(office, system) for office in offices for system in SYSTEMS]
        return render_template("studio/outside.html", rows=rows, may_simulate=may_simulate(), faults=FAULTS)

    @expose("/<int:office_id>/<system>", methods=["GET", "POST"])
    @enter
    def edit(self, office_id: int, system: str) -> str | Response | tuple[str, int]:
        """One office and system."""
        office = office_named(office_id, system)
        if request.method == "GET":
            return page(office, system, {})
        try:
            set_up(sessions.person(), office_id, system, given(), clock.now())
        except OfficeError as refusal:
            errors = {path: [translate(words) for words in found] for path, found in refusal.errors.items()}
            flash(translate(refusal.text), "warning")
            return page(office, system, errors), refusal.status
        flash(translate(text("The settings are kept.")), "success")
        return redirect(url_for("OutsideSettingsView.edit", office_id=office_id, system=system))

    @expose("/<int:office_id>/<system>/test", methods=["POST"])
    @enter
    def test(self, office_id: int, system: str) -> Response:
        """Try whether the other side answers."""
        office_named(office_id, system)
        try:
            answer = try_out(sessions.person(), office_id, system, clock.now())
            good = text("The other side answers and accepts the credentials.")
            words = good if answer.ok else text("The other side answers with %(code)d.", code=answer.status)
            flash(translate(words), "success" if answer.ok else "warning")
        except OfficeError as refusal:
            flash(translate(refusal.text), "warning")
        return redirect(url_for("OutsideSettingsView.edit", office_id=office_id, system=system))

    @expose("/simulator/<system>", methods=["POST"])
    @enter
    def simulate(self, system: str) -> Response:
        """Say how the simulator answers next."""
        if not may_simulate() or system not in SYSTEMS:
            raise NotFound("There is no such page.")
        words = request.form.get("answers", "").lower().replace(",", " ").split()
        unknown = [word for word in words if word not in FAULTS]
        if unknown or len(words) > MOST_FAULTS:
            said = text(
                "Nothing was told to the simulator: it does not know %(words)s.", words=", ".join(unknown)
            )
            many = text("Nothing was told to the simulator: give at most %(n)d answers.", n=MOST_FAULTS)
            flash(translate(said if unknown else many), "warning")
        else:
            simulator.tell(system, words)
            flash(translate(text("The simulator will answer like that, then well again.")), "success")
        return redirect(url_for("OutsideSettingsView.index"))


def office_named(office_id: int, system: str) -> Office:
    """The office, if the system is one that can be set up."""
    office = Session.get(Office, office_id)
    if office is None or system not in SYSTEMS:
        raise NotFound("There is no such page.")
    return office


def row(office: Office, system: str) -> dict[str, Any]:
    """One line of the list."""
    connection = connection_of(office.id, system)
    return {
        "office": office.short_name,
        "system": system,
        "mode": mode_of(connection),
        "is_enabled": connection.is_enabled,
        "takes": bool(unseal(connection.inbound_secret)),
        "tested_at": connection.tested_at,
        "test_status": connection.test_status,
        "url": url_for("OutsideSettingsView.edit", office_id=office.id, system=system),
    }


def page(office: Office, system: str, errors: dict[str, list[str]]) -> str:
    """The form of one office and system; what was typed stays, secrets do not."""
    connection = connection_of(office.id, system)
    return render_template(
        "studio/outside_edit.html",
        row=row(office, system),
        values=typed(connection) if request.method == "POST" else kept(connection),
        has_secret=bool(unseal(connection.secret)),
        lost_secret=bool(connection.secret) and not unseal(connection.secret),
        modes=[mode for mode in MODES if mode != "simulator" or may_simulate()],
        errors=errors,
        test_url=url_for("OutsideSettingsView.test", office_id=office.id, system=system),
        may_test=connection.id is not None and connection.mode == "api",
    )


def kept(connection: Connection) -> dict[str, Any]:
    """The settings in force, without secrets."""
    names = ("mode", "is_enabled", "base_url", "username", "inbound_username")
    return {name: getattr(connection, name) for name in names}


def typed(connection: Connection) -> dict[str, Any]:
    """What was typed just now, without secrets."""
    return {**kept(connection), **request.form.to_dict(), "is_enabled": "is_enabled" in request.form}


def given() -> Settings:
    """The form as a browser posts it."""
    names = ("mode", "base_url", "username", "secret", "inbound_username", "inbound_secret")
    return Settings(
        is_enabled="is_enabled" in request.form, **{name: request.form.get(name, "") for name in names}
    )
