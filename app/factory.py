"""Puts the parts together: the web application with its doors, and what the database must hold before."""

import logging
from typing import Protocol

from flask import Flask
from flask_appbuilder import AppBuilder

from app import clock
from app.api import door as api_door
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.parse import ROLES
from app.office import door as office_door
from app.office import screens
from app.people import tokens
from app.people.roles import GROUPS, grant
from app.people.security import SecurityManager as People
from app.portal import door as portal_door
from app.publishing.sync import sync
from app.studio import door as studio_door
from app.web import (
    account_pages,
    contact_pages,
    context,
    csrf,
    errors,
    front,
    health,
    i18n,
    limits,
    mfa_pages,
    openapi,
    proxies,
    security_headers,
    session_page,
    sessions,
    sign_in,
    static_files,
    two_step_rule,
    wording,
)
from app.web.json_text import JsonText
from app.wiring import wire
from config import Config


class Door(Protocol):
    """A module of a door."""

    def register(self, app: Flask, appbuilder: AppBuilder) -> None:
        """Add the door's views."""


# each door offers register(app, appbuilder): a builder of a new door adds its module here
DOORS: tuple[Door, ...] = (api_door, office_door, studio_door, screens, portal_door)

LARGEST_REQUEST = 64 * 1024 * 1024
LARGEST_FORM = 4 * 1024 * 1024


class SecurityManager(People):
    """The security manager with the pages that sign people in."""

    security_api = sign_in.SecurityApi
    authdbview = sign_in.SignInView


def create_app(config: Config) -> Flask:
    """Connect to the database, which must be up to date, and make the web application."""
    wire(config, config.web_threads)
    return build(config)


def build(config: Config) -> Flask:
    """Make the web application on the database that the session is bound to; nothing is asked of it yet."""
    app = static_files.Application("app", template_folder="web/templates", static_folder="web/static")
    configure(app, config)
    prepare(app, config)
    # it warns of every refusal and of every column without a filter, and words neither for an operator
    logging.getLogger("flask_appbuilder").setLevel(logging.ERROR)
    with app.app_context():
        open_doors(app)
    return app


def configure(app: Flask, config: Config) -> None:
    """Set what Flask and Flask-AppBuilder read from their configuration."""
    https = config.public_url.startswith("https://")
    app.config.update(
        OFFICE=config,
        SECRET_KEY=config.secret_key,
        JWT_SECRET_KEY=tokens.signing_key(config.secret_key),
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        APP_NAME="Alur Izin",
        # tables come from the migrations, permissions from `init`: workers only read
        FAB_CREATE_DB=False,
        FAB_UPDATE_PERMS=False,
        # screens that edit accounts past the audit trail, keys without scopes, pages that load from a CDN
        FAB_ADD_SECURITY_API=False,
        FAB_API_KEY_ENABLED=False,
        FAB_ADD_MENU_API=False,
        FAB_ADD_OPENAPI_VIEWS=False,
        FAB_API_ALLOW_JSON_QS=False,
    )
    app.json = JsonText(app)
    app.jinja_env.policies["json.dumps_kwargs"] = {}  # pages keep the order of keys as answers do
    i18n.configure(app)


def prepare(app: Flask, config: Config) -> None:
    """Everything that happens around a request; the order of registration is the order of what happens."""
    proxies.register(app, config.trusted_proxies)
    security_headers.register(app, https=config.public_url.startswith("https://"))
    health.register(app)
    limits.register(app)
    sessions.register(app)
    csrf.register(app)
    if config.require_two_step:
        two_step_rule.register(app)
    openapi.register(app)
    errors.register(app)
    context.register(app)
    wording.register(app)
    static_files.register(app)
    app.teardown_appcontext(lambda _error: Session.remove())


def open_doors(app: Flask) -> AppBuilder:
    """Start Flask-AppBuilder and let every door add its views."""
    appbuilder = AppBuilder(
        app,
        Session,
        indexview=front.FrontView,
        base_template="base_staff.html",
        security_manager_class=SecurityManager,
    )
    i18n.register(app)
    appbuilder.add_api(openapi.OpenApi)
    appbuilder.add_view_no_menu(account_pages.AccountView)
    appbuilder.add_view_no_menu(mfa_pages.SecondFactorView)
    appbuilder.add_view_no_menu(session_page.SessionView)
    appbuilder.add_view_no_menu(contact_pages.ContactView)
    for door in DOORS:
        door.register(app, appbuilder)
    return appbuilder


def initialize(config: Config) -> None:
    """Bring permissions, roles and shipped definitions up to date; once, before any worker starts."""
    app = create_app(config)
    with app.app_context():
        init_permissions(app)
        Session.commit()
        if not current().has(*ROLES):
            sync(config.definitions_dir, clock.now())


def init_permissions(app: Flask) -> None:
    """Give every group of people what the views say it may do; a view that says nothing is for nobody.

    A view's `audience` is a set of Public, signed_in, any_staff, any_applicant, any_administrator. Screens
    without one are given to roles by rules/roles.yaml.
    """
    wanted: dict[str, set[tuple[str, str]]] = {group: set() for group in GROUPS}
    appbuilder = app.extensions["appbuilder"]
    in_menu = {item.baseview: item.name for group in appbuilder.menu.get_list() for item in group.childs}
    for view in appbuilder.baseviews:
        pairs = {(permission, view.class_permission_name) for permission in view.base_permissions}
        if view in in_menu:
            pairs.add(("menu_access", in_menu[view]))
        for group in getattr(view, "audience", ()):
            wanted[group] |= pairs
    grant(wanted)
