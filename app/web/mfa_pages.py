"""Pages to turn two-step sign-in on and off for one's own account."""

import segno
from flask import flash, redirect, render_template, session, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app import clock
from app.errors import Invalid, text
from app.flow import second_factor
from app.flow.signing_in import SignInRefused, check_password
from app.people import totp
from app.web import sessions
from app.web.account_pages import show_faults
from app.web.i18n import translate
from app.web.limits import CHANGE_PASSWORD, limited

FILL_IN = _("Fill in this field.")


class TurnOnForm(FlaskForm):
    """The proof that the app shows our codes."""

    code = StringField(_("Code of your authenticator app"), [InputRequired(FILL_IN), Length(max=20)])


class TurnOffForm(FlaskForm):
    """The proof that it is the person who asks."""

    password = PasswordField(_("Present password"), [InputRequired(FILL_IN), Length(max=1024)])


class SecondFactorView(BaseView):
    """Two-step sign-in of the own account."""

    route_base = "/account/two-step"
    default_view = "show"

    @expose("/", methods=["GET", "POST"])
    @limited(CHANGE_PASSWORD)
    def show(self) -> Response | str:
        """Turn it on with the first code, or off with the password."""
        person = sessions.person()
        return turn_off() if second_factor.is_on(person.user_id) else turn_on()


def turn_on() -> Response | str:
    """Show the secret once, until a code proves that it has arrived in the app."""
    person = sessions.person()
    nonce = session.setdefault("new_factor", totp.new_nonce())
    form = TurnOnForm()
    if form.validate_on_submit():
        try:
            fresh = second_factor.turn_on(person, nonce, form.code.data or "", clock.now())
        except Invalid as faults:
            show_faults(form, faults)
        else:
            sessions.start(fresh)
            flash(translate(text("Two-step sign-in is on. Other sessions have ended.")), "success")
            return redirect(url_for("SecondFactorView.show"))
    secret = totp.secret_of(person.user_id, nonce)
    image = qr_image(totp.address(secret, person.username))
    return render_template("auth/second_factor.html", form=form, image=image, secret=totp.written(secret))


def turn_off() -> Response | str:
    """Ask for the password once more."""
    person = sessions.person()
    form = TurnOffForm()
    if form.validate_on_submit():
        try:
            check_password(person, form.password.data or "", clock.now())
        except SignInRefused:
            form.password.errors = [gettext("This is not your present password.")]
        else:
            second_factor.turn_off(person.user_id, person, clock.now())
            flash(translate(text("Two-step sign-in is off.")), "success")
            return redirect(url_for("SecondFactorView.show"))
    return render_template("auth/second_factor.html", form=form)


def qr_image(content: str) -> str:
    """A QR code as the address of an image that needs no request."""
    return str(segno.make(content, error="m").svg_data_uri(scale=5, border=2))
