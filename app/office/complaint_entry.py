"""Enter a complaint that came to the counter, by letter, telephone, WhatsApp or mail."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length

from app import clock
from app.errors import Forbidden, Invalid, text
from app.feedback.access import COMPLAINTS, allowed_in
from app.flow import complain
from app.office.fields import FILL_IN, optional, required
from app.people.models import Office
from app.reports.form_context import office_of
from app.reports.offers import Offer, offer, offers
from app.web import sessions
from app.web.entry import allowed
from app.web.i18n import translate

FORMAT = "%Y-%m-%dT%H:%M"


class EntryForm(FlaskForm):
    """What an officer writes down for a complainant."""

    channel = SelectField(_("Channel"))
    received_at = DateTimeLocalField(_("Received at"), [InputRequired(FILL_IN)], format=FORMAT)
    category = SelectField(
        _("Category"),
        choices=[
            ("ordinary", _("Complaint not under supervision")),
            ("inquiry", _("Question or request for information")),
            ("oversight", _("Complaint under supervision")),
        ],
    )
    subject = StringField(_("In short"), required(200))
    body = TextAreaField(
        _("What happened, where and when"), [InputRequired(FILL_IN), Length(max=complain.LONGEST)]
    )
    case_number = StringField(_("Registration number"), optional(40))
    concerns_officer = BooleanField(_("It is about the conduct of an officer"))
    about_role = SelectField(_("Which officer"), optional())
    name = StringField(_("Name of the complainant"), optional(120))
    email = EmailField(_("E-mail"), [*optional(254), Email(_("This is no e-mail address."))])
    phone = TelField(_("Phone number"), optional(20))
    address = StringField(_("Address"), optional())
    is_secret = BooleanField(_("The complainant wants to stay secret"))


class ComplaintEntryView(BaseView):
    """Complaints entered by hand."""

    route_base = "/office/complaint-entry"
    default_view = "new"
    class_permission_name = COMPLAINTS

    @expose("/")
    @allowed("add")
    def new(self) -> Response | str:
        """Choose the service; straight on where there is only one."""
        found = mine()
        if len(found) == 1:
            return redirect(url_for("ComplaintEntryView.enter", key=found[0].short_key))
        return render_template(
            "office/complaint_new.html",
            services=[
                {"title": each.service.title, "url": url_for("ComplaintEntryView.enter", key=each.short_key)}
                for each in found
            ],
        )

    @expose("/<path:key>", methods=["GET", "POST"])
    @allowed("add")
    def enter(self, key: str) -> Response | str | tuple[str, int]:
        """Enter a complaint about one service."""
        found = offer(key)
        office = office_of(found.service)
        if not allowed_in(sessions.person(), office.id, COMPLAINTS, "add"):
            raise Forbidden("Your role may not enter complaints for this office.")
        form = EntryForm()
        fit(form, found)
        if not form.validate_on_submit():
            return page(form, found)
        at = (form.received_at.data or clock.now()).replace(tzinfo=ZoneInfo(office.timezone))
        try:
            complaint = complain.register(sessions.person(), given_from(form, found), at, clock.now())
        except Invalid as refused:
            show_faults(form, refused)
            return page(form, found)
        code = complain.code_for(complaint)
        told = text(
            "Entered. Tell the complainant ticket %(ticket)s and code %(code)s; the code is shown once.",
            ticket=complaint.ticket,
            code=code,
        )
        flash(translate(told), "success")
        return redirect(url_for("OfficeComplaintsView.index"))


def mine() -> list[Offer]:
    """The services whose complaints the person may enter."""
    person = sessions.person()
    return [each for each in offers() if allowed_in(person, office_of(each.service).id, COMPLAINTS, "add")]


def fit(form: EntryForm, found: Offer) -> None:
    """Offer the channels and officers of the service, and now as the moment."""
    channels = found.service.standard.complaints.items()
    form.channel.choices = [(key, channel.title) for key, channel in channels if not channel.form]
    roles = complain.staff_of(found.service)
    form.about_role.choices = [("", gettext("Not known")), *roles.items()]
    if form.received_at.raw_data is None and form.received_at.data is None:
        office: Office = office_of(found.service)
        form.received_at.data = clock.now().astimezone(ZoneInfo(office.timezone))


def page(form: EntryForm, found: Offer) -> tuple[str, int]:
    """The form, with what was given and what is wrong with it."""
    shown = render_template("office/complaint_entry.html", form=form, service_title=found.service.title)
    return shown, 422 if form.errors else 200


def given_from(form: EntryForm, found: Offer) -> complain.Given:
    """What the form says."""
    names = ("channel", "category", "subject", "body", "name", "email", "phone", "address", "about_role")
    words: dict[str, Any] = {name: form[name].data or "" for name in (*names, "case_number")}
    return complain.Given(
        service=found.key,
        is_secret=form.is_secret.data,
        concerns_officer=form.concerns_officer.data or bool(form.about_role.data),
        **words,
    )


def show_faults(form: EntryForm, refused: Invalid) -> None:
    """Say at the fields what the verb does not accept."""
    for path, sentences in refused.errors.items():
        if path in form:
            form[path].errors = [*form[path].errors, *(translate(words) for words in sentences)]
