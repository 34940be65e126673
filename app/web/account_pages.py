"""Pages for one's own account: register, confirm the address, forget, reset and change the password."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, PasswordField, StringField, TelField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from app import clock
from app.errors import Invalid, text
from app.flow import accounts
from app.flow.signing_in import SignInRefused
from app.people.registration import NewAccount
from app.web import sessions
from app.web.i18n import translate
from app.web.limits import CHANGE_PASSWORD, FORGOTTEN, REGISTER, limited

FILL_IN = _("Fill in this field.")
SAME = _("The two passwords are not the same.")


def new_password() -> PasswordField:
    """A field for a password to be set."""
    how = _("At least 12 characters. A sentence is easier to remember than a word with signs.")
    return PasswordField(_("New password"), [InputRequired(FILL_IN), Length(max=1024)], description=how)


def repeated() -> PasswordField:
    """The field that catches a slip of the finger."""
    return PasswordField(_("New password once more"), [InputRequired(FILL_IN), EqualTo("password", SAME)])


class RegisterForm(FlaskForm):
    """What an applicant gives for an account."""

    name = StringField(_("Full name"), [InputRequired(FILL_IN), Length(max=120)])
    email = EmailField(_("E-mail"), [InputRequired(FILL_IN), Length(max=254)])
    username = StringField(
        _("User name"),
        [Optional(), Length(max=80)],
        description=_("Leave it empty to sign in with your e-mail."),
    )
    phone = TelField(_("Phone number"), [Optional(), Length(max=20)])
    password = new_password()
    confirm = repeated()
    consent = BooleanField(
        _("I agree that the office uses these data to handle my applications."), [InputRequired(FILL_IN)]
    )


class ForgotForm(FlaskForm):
    """Whose password is forgotten."""

    username = StringField(_("User name or e-mail"), [InputRequired(FILL_IN), Length(max=254)])


class ResetForm(FlaskForm):
    """A password to be set by link."""

    password = new_password()
    confirm = repeated()


class ChangeForm(FlaskForm):
    """A password to be set by who knows the old one."""

    old_password = PasswordField(_("Present password"), [InputRequired(FILL_IN), Length(max=1024)])
    password = new_password()
    confirm = repeated()


class AccountView(BaseView):
    """Everything about one's own account that is not signing in."""

    route_base = "/account"
    default_view = "password"

    @expose("/register/", methods=["GET", "POST"])
    @limited(REGISTER)
    def register(self) -> Response | str:
        """Register as an applicant; the answer is the same whether or not the name was free."""
        form = RegisterForm()
        if not form.validate_on_submit():
            return render_template("auth/register.html", form=form)
        mail_first = bool(current_app.config["OFFICE"].smtp_url)
        try:
            accounts.register(account_from(form), write_confirmation, clock.now(), confirm_first=mail_first)
        except Invalid as faults:
            show_faults(form, faults)
            return render_template("auth/register.html", form=form)
        flash(translate(REGISTERED_MAIL if mail_first else REGISTERED), "success")
        return redirect(url_for("SignInView.login"))

    @expose("/confirm/<token>", methods=["GET", "POST"])
    def confirm(self, token: str) -> Response | str:
        """Confirm the address. By a form, since mail programs open links by themselves."""
        form = FlaskForm()
        if not form.validate_on_submit():
            return render_template("auth/confirm.html", form=form)
        accounts.confirm_email(token, clock.now())
        flash(translate(text("Your e-mail address is confirmed. You can sign in now.")), "success")
        return redirect(url_for("SignInView.login"))

    @expose("/forgot/", methods=["GET", "POST"])
    @limited(FORGOTTEN)
    def forgot(self) -> str:
        """Ask for a link; the answer is the same whether or not there is such an account."""
        form = ForgotForm()
        if not form.validate_on_submit():
            return render_template("auth/forgot.html", form=form)
        accounts.request_reset(form.username.data or "", write_reset, clock.now())
        return render_template("auth/forgot.html", form=form, sent=True)

    @expose("/reset/<token>", methods=["GET", "POST"])
    @limited(FORGOTTEN)
    def reset(self, token: str) -> Response | str:
        """Set a new password by a mailed link."""
        form = ResetForm()
        if not form.validate_on_submit():
            return render_template("auth/reset.html", form=form)
        try:
            accounts.reset_password(token, form.password.data or "", clock.now())
        except Invalid as faults:
            show_faults(form, faults)
            return render_template("auth/reset.html", form=form)
        flash(translate(text("The new password is set. Sign in with it.")), "success")
        return redirect(url_for("SignInView.login"))

    @expose("/password/", methods=["GET", "POST"])
    @limited(CHANGE_PASSWORD)
    def password(self) -> Response | str:
        """Change the own password; other sessions and tokens end."""
        person = sessions.person()
        form = ChangeForm()
        if not form.validate_on_submit():
            return render_template("auth/change_password.html", form=form)
        try:
            old, new = form.old_password.data or "", form.password.data or ""
            fresh = accounts.change_password(person, old, new, clock.now())
        except SignInRefused:
            form.old_password.errors = [gettext("This is not your present password.")]
            return render_template("auth/change_password.html", form=form)
        except Invalid as faults:
            show_faults(form, faults)
            return render_template("auth/change_password.html", form=form)
        sessions.start(fresh)
        flash(translate(text("Your password is changed. Other sessions have ended.")), "success")
        return redirect("/")


REGISTERED = text(
    "Thank you. If this name and address were free, your account is ready: sign in."
    " If that fails, choose another user name or ask for a new password."
)
REGISTERED_MAIL = text(
    "Thank you. If this name and address were free, a link to open your account is on its way by e-mail."
)


def account_from(form: RegisterForm) -> NewAccount:
    """The account that a form asks for."""
    return NewAccount(
        name=form.name.data or "",
        email=form.email.data or "",
        username=form.username.data or "",
        phone=form.phone.data or "",
        password=form.password.data or "",
    )


def show_faults(form: FlaskForm, faults: Invalid) -> None:
    """Put what the verb found wrong beside the fields."""
    for path, sentences in faults.errors.items():
        field = form[path] if path in form else next(iter(form))
        field.errors = [*field.errors, *(translate(sentence) for sentence in sentences)]


def write_confirmation(name: str, token: str) -> dict[str, str]:
    """The mail that asks to confirm an address."""
    return {
        "subject": gettext("Confirm your e-mail address"),
        "body": gettext(
            "Dear %(name)s,\n\nan account of Alur Izin was asked for with this address."
            " Confirm it here:\n\n%(link)s\n\n"
            "If it was not you, do nothing: nobody can use the address without this link.\n",
            name=name,
            link=_link("AccountView.confirm", token),
        ),
    }


def write_welcome(name: str, token: str) -> dict[str, str]:
    """The mail to an officer whose account an administrator has made."""
    return {
        "subject": gettext("Your account of Alur Izin"),
        "body": gettext(
            "Dear %(name)s,\n\nan account of Alur Izin was made for you."
            " Set your password within one hour here:\n\n%(link)s\n\n"
            "Later you can ask for a new link on the sign-in page.\n",
            name=name,
            link=_link("AccountView.reset", token),
        ),
    }


def write_reset(name: str, token: str) -> dict[str, str]:
    """The mail with the link for a new password."""
    return {
        "subject": gettext("A new password"),
        "body": gettext(
            "Dear %(name)s,\n\na new password was asked for. Set it within one hour here:\n\n%(link)s\n\n"
            "If it was not you, do nothing: your password stays as it is.\n",
            name=name,
            link=_link("AccountView.reset", token),
        ),
    }


def _link(endpoint: str, token: str) -> str:
    """On the configured address: what the request calls the host may be anybody's invention."""
    public: str = current_app.config["OFFICE"].public_url
    return public + url_for(endpoint, token=token)
