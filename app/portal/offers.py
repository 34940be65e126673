"""The public pages of services: the front page, and what each service asks for, costs and takes."""

from typing import Any

from flask import render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext

from app.definitions.service import Service
from app.portal.complaints import file_url
from app.reports.offers import Offer, offer, offers, office_names
from app.reports.satisfaction import latest_publication
from app.web.application import summary
from app.web.wording import norm_in_rows


class ServicesView(BaseView):
    """What can be asked for here; for everybody."""

    route_base = "/services"
    default_view = "index"

    @expose("/")
    def index(self) -> str:
        """The list of services, also for those who are signed in and so never see the front page."""
        return landing()

    @expose("/<path:key>")
    def show(self, key: str) -> str:
        """One service."""
        return service_page(offer(key))


def landing() -> str:
    """The public first page."""
    offices = office_names()
    found = offers()
    return render_template(
        "portal/home.html",
        services=[_card(each, offices) for each in found],
        complaints=_complaints_by_office(found, offices),
        complaints_url=url_for("ComplaintsView.index"),
        track_url=url_for("TrackView.track"),
        verify_url=url_for("VerifyView.form"),
    )


def service_page(found: Offer) -> str:
    """One service: requirements, steps, standard, and the way in."""
    service = found.service
    office = office_names().get(service.office, service.office)
    return render_template(
        "portal/service.html",
        service={**summary(found), "office": office, "product": service.standard.product},
        requirements=[{"key": key, **item.model_dump()} for key, item in service.requirements.items()],
        steps=_steps(found),
        standard=_standard(service),
        complaints=_complaints(service),
        complaint_url=file_url(found),
        satisfaction=latest_publication(found.key),
        standard_url=url_for("StandardView.show", key=found.short_key),
        **_way_in(found),
    )


def _card(found: Offer, offices: dict[str, str]) -> dict[str, Any]:
    return {
        **summary(found),
        "key": found.short_key,
        "url": url_for("ServicesView.show", key=found.short_key),
        "office": offices.get(found.service.office, found.service.office),
        "summary": found.service.standard.product,
        "requirements": len(found.service.requirements),
    }


def _way_in(found: Offer) -> dict[str, str]:
    if found.opened_by("applicant"):
        return {"apply_url": url_for("ApplyView.apply", key=found.short_key)}
    if found.process.start.message:
        return {"apply_note": gettext("Applications for this service arrive through another system.")}
    return {"apply_note": gettext("Applications for this service are entered by the office.")}


def _steps(found: Offer) -> list[dict[str, Any]]:
    process = found.process
    rows = []
    for key, step in process.steps.items():
        if step.kind == "end" or step.is_automatic:
            continue
        actor = process.actors[step.actor] if step.actor else None
        rows.append(
            {
                "no": step.no,
                "title": step.title,
                "actor": (actor.name or actor.title) if actor else "",
                "norm": norm_in_rows(process, key),
                "remark": step.remark,
                "applicant": actor is not None and actor.kind == "applicant",
            }
        )
    return rows


def _standard(service: Service) -> list[dict[str, Any]]:
    """The published components that are not shown elsewhere on the page."""
    titles = {
        "procedure": gettext("Procedure"),
        "legal_basis": gettext("Legal basis"),
        "facilities": gettext("Facilities"),
        "competence": gettext("Competence of the officers"),
        "supervision": gettext("Internal supervision"),
        "officers": gettext("Officers"),
        "guarantees": gettext("Service guarantee"),
        "security": gettext("Guarantee of safety"),
        "evaluation": gettext("Evaluation"),
    }
    parts = [{"title": title, "lines": getattr(service.standard, name)} for name, title in titles.items()]
    return [part for part in parts if part["lines"]]


def _complaints(service: Service) -> list[dict[str, str]]:
    return [
        {"title": channel.title, "contact": channel.contact}
        for channel in service.standard.complaints.values()
    ]


def _complaints_by_office(found: list[Offer], offices: dict[str, str]) -> list[dict[str, Any]]:
    """Every channel of each office once, whichever of its services names it."""
    channels: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for each in found:
        own = channels.setdefault(each.service.office, {})
        own |= {(channel["title"], channel["contact"]): channel for channel in _complaints(each.service)}
    return [
        {"office": offices.get(key, key), "channels": list(own.values())} for key, own in channels.items()
    ]
