"""Complaints of the public: filed without an account, followed by ticket and secret code."""

from typing import Any

from flask import g, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from app import clock
from app.db import Session
from app.errors import Conflict, Invalid, NotFound
from app.feedback.models_complaint import Complaint
from app.feedback.rules import title_of
from app.flow import complain
from app.people.models import Office
from app.reports import complaints as reading
from app.reports.offers import Offer, offer, offers, office_names
from app.web.i18n import translate
from app.web.limits import COMPLAIN, TRACK, limited

FILL_IN = _("Fill in this field.")
CATEGORIES = {"ordinary": _("A complaint"), "inquiry": _("A question or a request for information")}
LONGEST_TICKET = 80


class ComplaintForm(FlaskForm):
    """What a complainant says; about themselves only what they want to."""

    category = RadioField(
        _("What is it?"), [InputRequired(_("Choose what this is about."))], choices=[*CATEGORIES.items()]
    )
    subject = StringField(_("In short"), [InputRequired(FILL_IN), Length(max=200)])
    body = TextAreaField(
        _("What happened, where and when"),
        [InputRequired(FILL_IN), Length(max=complain.LONGEST)],
        description=_("If you want to stay unknown, write nothing here that tells who you are."),
    )
    case_number = StringField(
        _("Registration number, if it is about an application"), [Optional(), Length(max=40)]
    )
    concerns_officer = BooleanField(_("It is about the conduct of an officer"))
    about_role = SelectField(
        _("Which officer"),
        [Optional()],
        description=_("Whoever works in this role will neither see nor handle what you write."),
    )
    name = StringField(_("Your name"), [Optional(), Length(max=120)])
    email = EmailField(
        _("E-mail"),
        [Optional(), Length(max=254), Email(_("This is no e-mail address."))],
        description=_("The answer is sent there. Without it you read the answer here, with ticket and code."),
    )
    phone = TelField(_("Phone number"), [Optional(), Length(max=20)])
    address = StringField(_("Address"), [Optional(), Length(max=250)])
    is_secret = BooleanField(_("Keep who I am secret from the officers who handle this"))


class ComplaintsView(BaseView):
    """Filing and following complaints; for everybody."""

    route_base = "/complaints"
    default_view = "index"

    @expose("/")
    def index(self) -> str:
        """The services one can complain about, and how."""
        names = office_names()
        found = [
            {
                "title": each.service.title,
                "office": names.get(each.service.office, each.service.office),
                "url": file_url(each),
                "channels": [channel.model_dump() for channel in each.service.standard.complaints.values()],
            }
            for each in offers()
        ]
        return render_template(
            "portal/complaints.html", services=found, track_url=url_for("ComplaintsView.track")
        )

    @expose("/new/<path:key>", methods=["GET", "POST"])
    @limited(COMPLAIN)
    def new(self, key: str) -> str | tuple[str, int]:
        """File a complaint; ticket and code are shown once."""
        found = offer(key)
        channel = complain.page_channel(found.service)
        if channel is None:
            raise NotFound("Complaints about this service come another way.")
        form = ComplaintForm()
        roles = complain.staff_of(found.service)
        form.about_role.choices = [("", gettext("I do not know")), *roles.items()]
        if not form.validate_on_submit():
            return form_page(form, found)
        try:
            complaint = complain.file(given_from(form, found, channel), clock.now())
        except Invalid as refused:
            show_faults(form, refused)
            return form_page(form, found)
        g.timezone = Session.get_one(Office, complaint.office_id).timezone
        return render_template(
            "portal/complaint_filed.html",
            ticket=complaint.ticket,
            code=complain.code_for(complaint),
            due_at=complaint.due_at,
            mailed=bool(form.email.data),
            track_url=url_for("ComplaintsView.track"),
        )

    @expose("/track", methods=["GET", "POST"])
    @limited(TRACK)
    def track(self) -> str | tuple[str, int]:
        """Read a complaint by ticket and code, both by POST, and reply to an answer."""
        ticket = request.form.get("ticket", request.args.get("ticket", ""))[:LONGEST_TICKET].strip().upper()
        known: dict[str, Any] = {"action_url": url_for("ComplaintsView.track"), "ticket": ticket}
        if request.method == "GET":
            return render_template("portal/complaint.html", **known)
        code = request.form.get("code", "")
        try:
            complaint = complain.known_by_code(ticket, code)
            if "text" in request.form:
                complain.reply(ticket, code, request.form["text"], clock.now())
                complaint = complain.known_by_code(ticket, code)
        except NotFound as refused:
            return render_template("portal/complaint.html", error=translate(refused.text), **known), 404
        except (Conflict, Invalid) as refused:
            words = [translate(sentence) for said in refused.errors.values() for sentence in said]
            shown = {"reply_errors": words or [translate(refused.text)], "reply": request.form["text"]}
            return render_template(
                "portal/complaint.html", result=result(complaint), code=code, **shown, **known
            ), 422
        return render_template("portal/complaint.html", result=result(complaint), code=code, **known)


def file_url(found: Offer) -> str:
    """Where a complaint about a service is filed; empty where it has no such channel."""
    return url_for("ComplaintsView.new", key=found.short_key) if complain.page_channel(found.service) else ""


def form_page(form: ComplaintForm, found: Offer) -> tuple[str, int]:
    """The form, with what was given and what is wrong with it."""
    office = office_names().get(found.service.office, found.service.office)
    page = render_template(
        "portal/complaint_form.html", form=form, service_title=found.service.title, office=office
    )
    return page, 422 if form.errors else 200


def given_from(form: ComplaintForm, found: Offer, channel: str) -> complain.Given:
    """What the form says."""
    return complain.Given(
        service=found.key,
        channel=channel,
        category=form.category.data,
        subject=form.subject.data or "",
        body=form.body.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        address=form.address.data or "",
        is_secret=form.is_secret.data,
        concerns_officer=form.concerns_officer.data or bool(form.about_role.data),
        about_role=form.about_role.data or "",
        case_number=form.case_number.data or "",
    )


def show_faults(form: ComplaintForm, refused: Invalid) -> None:
    """Say at the fields what the verb does not accept."""
    for path, sentences in refused.errors.items():
        if path in form:
            form[path].errors = [*form[path].errors, *(translate(words) for words in sentences)]


def result(complaint: Complaint) -> dict[str, Any]:
    """What whoever holds the code is told: no name of an officer, no note from inside."""
    office = Session.get_one(Office, complaint.office_id)
    g.timezone = office.timezone
    return {
        "ticket": complaint.ticket,
        "service_title": title_of(complaint.service),
        "office": office.name,
        "state": complaint.state,
        "category": complaint.category,
        "subject": complaint.subject,
        "body": complaint.body,
        "received_at": complaint.received_at,
        "due_at": complaint.due_at,
        "said": reading.said(complaint, inside=False),
        "may_reply": complaint.state != "closed",
    }
