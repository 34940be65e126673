"""Pages and API calls to sign in and out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.api import BaseApi
from flask_appbuilder.api import expose as expose_api
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app import clock
from app.db import Session
from app.definitions.catalogue import current
from app.errors import text
from app.flow.signing_in import CodeNeeded, SignInRefused, finish_sign_in, sign_in, sign_out
from app.people import tokens
from app.people.access import Person
from app.people.models import User
from app.web import sessions
from app.web.i18n import translate
from app.web.limits import SIGN_IN, SIGN_IN_FAILED

Home = Callable[[Person], str | None]

LONGEST = 1024  # of a name or password that is looked at at all


def examples() -> dict[str, Any] | None:
    """The accounts of a demonstration, one for each role and called like it; nothing anywhere else."""
    password = current_app.config["OFFICE"].told_password
    if not password:
        return None
    titles = {key: role.title for key, role in current().roles.roles.items()}
    names = Session.scalars(select(User.username).where(User.username.in_(titles)))
    accounts = sorted(((name, titles[name]) for name in names), key=lambda each: each[1])
    return {"password": password, "accounts": accounts}


class SignInForm(FlaskForm):
    """User name and password."""

    username = StringField(
        _("User name or e-mail"), [InputRequired(_("Fill in this field.")), Length(max=320)]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Fill in this field.")), Length(max=1024)])


class CodeForm(FlaskForm):
    """The six digits of the moment."""

    code = StringField(
        _("Code of your authenticator app"), [InputRequired(_("Fill in this field.")), Length(max=20)]
    )


class SignInView(BaseView):
    """The sign-in page, and signing out by a form that other sites cannot send."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Response | str | tuple[str, int]:
        """Sign in and go on to where the person was heading."""
        known = sessions.visitor_or_person()
        if known is not None:
            return redirect(next_url(known))
        form = SignInForm()
        if not form.validate_on_submit():
            return render_template("auth/login.html", form=form, examples=examples())
        name, password = form.username.data or "", form.password.data or ""
        try:
            person = attempt(lambda: sign_in(name, password, clock.now()))
        except SignInRefused as refusal:
            flash(translate(refusal.text), "danger")
            return render_template("auth/login.html", form=form, examples=examples()), 401
        except CodeNeeded as needed:
            sessions.begin_second_step(needed.user_id, needed.epoch)
            return redirect(url_for("SignInView.code", next=request.args.get("next")))
        sessions.start(person)
        return redirect(next_url(person))

    @expose("/login/code/", methods=["GET", "POST"])
    def code(self) -> Response | str | tuple[str, int]:
        """The second step: the code of the person's app."""
        half_in = sessions.second_step()
        if half_in is None:
            return redirect(url_for("SignInView.login", next=request.args.get("next")))
        form = CodeForm()
        if not form.validate_on_submit():
            return render_template("auth/login.html", form=form, needs_code=True)
        try:
            person = attempt(lambda: finish_sign_in(*half_in, form.code.data or "", clock.now()))
        except CodeNeeded as refusal:
            form.code.errors = [translate(words) for words in refusal.errors["code"]]
            return render_template("auth/login.html", form=form, needs_code=True), 401
        except SignInRefused as refusal:
            sessions.end()
            flash(translate(refusal.text), "danger")
            return redirect(url_for("SignInView.login"))
        sessions.start(person)
        return redirect(next_url(person))

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Response:
        """End every session and token of the person."""
        person = sessions.visitor_or_person()
        if person is not None:
            sign_out(person, clock.now())
        sessions.end()
        flash(translate(text("You are signed out.")), "info")
        return redirect(url_for("SignInView.login"))


class SecurityApi(BaseApi):
    """Access tokens."""

    resource_name = "security"
    openapi_spec_tag = "Security"

    @expose_api("/login", methods=["POST"])
    def login(self) -> Response:
        """Sign in.
        ---
        post:
          summary: Exchange user name and password for an access token of eight hours
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [username, password]
                  properties:
                    username: {type: string}
                    password: {type: string}
                    code: {type: string, description: "only for accounts with two-step sign-in"}
                    provider: {type: string, enum: [db]}
          responses:
            200:
              description: The token
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      access_token: {type: string}
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
        """
        name, password, code = _credentials()
        person = attempt(lambda: sign_in(name, password, clock.now(), code))
        token = tokens.issue(person.user_id, person.epoch, current_app.config["JWT_SECRET_KEY"])
        return jsonify(access_token=token)

    @expose_api("/logout", methods=["POST"])
    def logout(self) -> Response:
        """Sign out.
        ---
        post:
          summary: End every token and session of the person who asks
          security:
            - jwt: []
          responses:
            200:
              description: Every token and session has ended
            401:
              $ref: '#/components/responses/401'
        """
        sign_out(sessions.person(), clock.now())
        return jsonify(message=translate(text("You are signed out.")))

    def add_apispec_components(self, api_spec: object) -> None:
        """Describe the token to readers of the OpenAPI page."""
        super().add_apispec_components(api_spec)
        scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        api_spec.components.security_scheme("jwt", scheme)  # type: ignore[attr-defined]


def attempt(enter: Callable[[], Person]) -> Person:
    """Sign in within the limits of the asking address."""
    SIGN_IN_FAILED.require_room()
    SIGN_IN.hit()
    try:
        return enter()
    except (SignInRefused, CodeNeeded):
        SIGN_IN_FAILED.hit()
        raise


def next_url(person: Person) -> str:
    """Where to go after signing in: the page asked for if it is one of ours, else the person's own desk."""
    wanted = request.args.get("next", "")
    return wanted if is_ours(wanted) else home_of(person)


def is_ours(url: str) -> bool:
    """True for a path on this site; everything else could lead away."""
    parts = urlsplit(url)
    # browsers read a backslash as a slash and drop control characters
    odd = "\\" in url or any(ord(letter) < 33 for letter in url)
    leads_away = url.startswith("//") or bool(parts.netloc or parts.scheme)
    return url.startswith("/") and not leads_away and not odd


def home_of(person: Person) -> str:
    """The first desk that wants this person; the doors name theirs."""
    homes: list[Home] = current_app.extensions.get("homes", [])
    return next((url for home in homes if (url := home(person))), "/")


def _credentials() -> tuple[str, str, str]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or given.get("provider", "db") != "db":
        raise BadRequest
    values = (given.get("username"), given.get("password"), given.get("code", ""))
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in values):
        raise BadRequest
    name, password, code = values
    return str(name), str(password), str(code)
