"""The health page: what is configured wrongly now or soon, each line with a link to what mends it."""

from typing import Any

from flask import current_app, render_template, url_for
from flask_appbuilder import expose
from flask_babel import gettext

from app import clock
from app.reports.health import Finding, Installation, Place, gather
from app.reports.health_definitions import DEFINITION_CHECKS
from app.reports.health_people import PEOPLE_CHECKS
from app.reports.health_running import RUNNING_CHECKS
from app.studio.page import StudioPage, editor_url, title_of
from app.web.entry import enter
from app.web.i18n import translate

CHECKS = (*RUNNING_CHECKS, *DEFINITION_CHECKS, *PEOPLE_CHECKS)


class HealthView(StudioPage):
    """Health of the installation."""

    @expose("/health")
    @enter
    def index(self) -> str:
        """Every finding, the worst first."""
        return render_template("studio/health.html", groups=groups(findings()))

    @expose("/health/line")
    @enter
    def brief(self) -> str:
        """How much needs attention, for the first page."""
        return render_template("studio/_health_line.html", groups=groups(findings()))


def findings() -> list[Finding]:
    """What every check finds now."""
    config = current_app.config["OFFICE"]
    installation = Installation(
        now=clock.now(),
        data_dir=str(config.data_dir),
        uses_simulators=config.simulators,
        uses_trial_ca=config.trial_ca,
        sends_mail=bool(config.smtp_url),
    )
    return gather(CHECKS, installation)


def groups(found: list[Finding]) -> list[dict[str, Any]]:
    """The findings by urgency, in the reader's words."""
    titles = {
        "now": (gettext("Wrong now"), "late"),
        "soon": (gettext("Wrong soon"), "near"),
        "know": (gettext("Good to know"), "info"),
    }
    return [
        {
            "name": tone,
            "title": title,
            "tone": colour,
            "lines": [line(finding) for finding in found if finding.tone == tone],
        }
        for tone, (title, colour) in titles.items()
    ]


def line(finding: Finding) -> dict[str, Any]:
    """A finding with the place that mends it."""
    return {
        "text": translate(finding.message),
        "url": url_of(finding.place),
        "place": place_title(finding.place),
    }


def url_of(place: Place) -> str:
    """The address of a place; empty where it is outside of these pages."""
    if place.what == "definition":
        return editor_url(place.kind, place.name)
    if place.what == "screen":
        return f"/data/{place.name}/list/"
    if place.what == "change_set":
        return url_for("SetsView.show", number=int(place.name))
    return url_for("StudioView.index") if place.what == "files" else ""


def place_title(place: Place) -> str:
    """What a place is called."""
    screens = {
        "appointments": gettext("Appointments"),
        "offices": gettext("Offices"),
        "holidays": gettext("Holidays"),
        "office_hours": gettext("Office hours"),
        "people": gettext("People"),
    }
    others = {
        "change_set": gettext("Change set"),
        "files": gettext("Files"),
        "messages": gettext("Messages"),
        "settings": gettext("Settings of the installation"),
    }
    if place.what == "definition":
        return f"{title_of(place.kind)} · {place.name}"
    return str(screens.get(place.name, place.name) if place.what == "screen" else others[place.what])
