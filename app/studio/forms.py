"""The form builder: palette, structure and properties, and the draft as the real form beside them."""

from typing import Any

from flask import Response, make_response, render_template, request
from flask_appbuilder import expose

from app import clock
from app.definitions.catalogue import ZONE, current
from app.definitions.form import FormDefinition
from app.definitions.parse import parse
from app.definitions.service import Service
from app.errors import Invalid
from app.forms.answers import read
from app.forms.context import FormContext, requirements_of
from app.publishing.drafts import open_draft
from app.reports.unused_fields import unused_fields
from app.studio.form_words import words
from app.studio.page import StudioPage, frame, ref_in
from app.web.entry import enter
from app.web.form_page import FormPage
from app.web.security_headers import csp_nonce, framed_policy

KIND = "form"


class FormsView(StudioPage):
    """A form as sections and fields."""

    @expose("/form/<path:key>")
    @enter
    def edit(self, key: str) -> str:
        """The page; its script loads and saves the draft."""
        ref = ref_in(KIND, key)
        return render_template(
            "studio/form.html", **frame(ref, "editor"), words=words(service_of(key)), unused=unused_in(key)
        )

    @expose("/form-unused/<path:key>")
    @enter
    def unused(self, key: str) -> str:
        """What the draft asks for and nothing uses, anew after each save."""
        return render_template("studio/form_unused.html", unused=unused_in(key))

    @expose("/form-live/<path:key>", methods=["GET", "POST"])
    @enter
    def live(self, key: str) -> Response:
        """The draft as whoever fills it in sees it; what is sent is checked and kept nowhere."""
        form = form_in(key)
        context = context_of(key)
        page = FormPage(form, {}, context)
        tried = request.method == "POST"
        if tried:
            answers = read(form, request.form, context)
            page = FormPage(form, request.form, context, answers.errors, answers.warnings)
        shown = render_template(
            "studio/form_live.html", filled=page, tried=tried, fits=tried and not page.errors
        )
        response = make_response(shown)
        response.headers["Content-Security-Policy"] = framed_policy(csp_nonce())
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response


def form_in(key: str) -> FormDefinition:
    """The form that the draft, or the text in force, says. Raises Invalid."""
    shape = parse(KIND, key, open_draft(ref_in(KIND, key)).text).shape
    if not isinstance(shape, FormDefinition):
        raise Invalid("The draft cannot be read yet: put its problems right first.")
    return shape


def unused_in(key: str) -> list[tuple[str, str]]:
    """What the draft asks for and nothing uses; nothing is said of a text that cannot be read."""
    shape = parse(KIND, key, open_draft(ref_in(KIND, key)).text).shape
    return unused_fields(key, shape) if isinstance(shape, FormDefinition) else []


def service_of(key: str) -> Service | None:
    """The service in whose folder a form lies."""
    ref = ("service", f"{key.partition('/')[0]}/service")
    shape: Any = current().get(*ref).shape if current().has(*ref) else None
    return shape if isinstance(shape, Service) else None


def context_of(key: str) -> FormContext:
    """The surroundings of a trial: today, the service's requirements, a person for each role."""
    service = service_of(key)
    persons = {role: [(role, shape.title)] for role, shape in current().roles.roles.items()}
    today = clock.now().astimezone(ZONE).date()
    return FormContext(today, requirements_of(service) if service else (), persons, lenient_files=True)
