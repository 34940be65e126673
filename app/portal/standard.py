"""The standard of a service, for everybody: the fourteen components as a page and as an official sheet."""

from io import BytesIO
from typing import Any

from flask import render_template, send_file, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.reports.service_standard import OF_DELIVERY, Component, standard_of, standard_pdf
from app.web.limits import STANDARD


class StandardView(BaseView):
    """Published standards, generated from the definitions in force."""

    route_base = "/standards"
    default_view = "show"

    @expose("/<path:key>/sheet.pdf")
    def pdf(self, key: str) -> Response:
        """The standard as an official sheet."""
        STANDARD.hit()
        sheet = standard_of(key)
        content = standard_pdf(sheet, clock.now().date())
        name = f"standar-pelayanan-{key.replace('/', '-')}.pdf"
        return send_file(BytesIO(content), "application/pdf", download_name=name)

    @expose("/<path:key>/components")
    def show(self, key: str) -> str:
        """The standard as a page."""
        sheet = standard_of(key)
        return render_template(
            "portal/standard.html",
            title=sheet.service.title,
            office=sheet.office.name,
            delivery=[shown(part) for part in sheet.components[:OF_DELIVERY]],
            management=[shown(part) for part in sheet.components[OF_DELIVERY:]],
            pdf_url=url_for("StandardView.pdf", key=key),
            service_url=url_for("ServicesView.show", key=key),
        )


def shown(part: Component) -> dict[str, Any]:
    """A component as the page takes it."""
    return {"no": part.no, "title": part.title, "lines": part.lines}
