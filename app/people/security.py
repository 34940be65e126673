"""Flask-AppBuilder's security manager, reduced to roles and permissions: accounts and sessions are ours."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, g, jsonify
from flask_appbuilder.security.sqla.manager import SecurityManager as FabSecurityManager
from flask_appbuilder.security.sqla.models import Role
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import AnonymousUserMixin, LoginManager
from sqlalchemy import select

from app.db import Session
from app.people.access import Person
from app.people.permissions import permissions_of, public_permissions


class Visitor(AnonymousUserMixin):
    """Somebody who is not signed in, with the questions that templates ask of a person."""

    user_id = None
    username = ""
    name = ""
    role_titles: tuple[str, ...] = ()
    is_admin = is_staff = is_applicant = False

    def get_full_name(self) -> str:
        """No name, where Flask-AppBuilder's templates ask for one."""
        return ""


VISITOR = Visitor()


def use(user: Person | Visitor) -> None:
    """Make this the user of the request, for Flask-Login and Flask-AppBuilder alike."""
    g.user = g._login_user = user


def current() -> Person | Visitor:
    """The user of the request."""
    user: Person | Visitor = g.get("user", VISITOR)
    return user


class SecurityManager(FabSecurityManager):
    """Answers Flask-AppBuilder's questions from the person's appointments; signs nobody in.

    Signing in, lockout and passwords are verbs of app.flow, and app.web.sessions tells each request who its
    user is. Everything here that could sign in or change an account behind them is closed.
    """

    security_api: Any = None  # the factory sets the views: they live in app.web
    authdbview: Any = None
    userstatschartview = None

    def register_views(self) -> None:
        """Register sign-in and its API only: the stock screens edit accounts and roles past the audit."""
        self.appbuilder.add_api(self.security_api)
        self.auth_view = self.appbuilder.add_view_no_menu(self.authdbview)

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Flask-Login for its `current_user` only; app.web.sessions has set the user already."""
        manager = LoginManager(app)
        manager.session_protection = None
        manager.anonymous_user = Visitor
        manager.user_loader(lambda _key: None)
        return manager

    def create_jwt_manager(self, app: Flask) -> JWTManager:
        """Let `@protect` see the token's user and answer in the contract's words where there is none."""
        manager = JWTManager(app)
        manager.user_lookup_loader(self.load_user_jwt)
        for loader in (manager.unauthorized_loader, manager.invalid_token_loader):
            loader(lambda _reason: _unauthorized())
        manager.expired_token_loader(lambda _header, _claims: _unauthorized())
        manager.user_lookup_error_loader(lambda _header, _claims: _unauthorized())
        return manager

    def create_limiter(self, app: Flask) -> Limiter:
        """A limiter that is off: its memory is not shared between processes, app.web.limits' table is."""
        limiter = Limiter(get_remote_address, enabled=False, storage_uri="memory://")
        limiter.init_app(app)
        return limiter

    @staticmethod
    def before_request() -> None:
        """Leave the user as app.web.sessions has set it; without that there is none."""
        if "user" not in g:
            use(VISITOR)

    @property
    def current_user(self) -> Person | None:
        """The person of the request, or None for a visitor."""
        user = current()
        return user if isinstance(user, Person) else None

    def auth_user_db(self, username: str, password: str) -> None:
        """Sign nobody in: only app.flow.accounts.sign_in counts failures and writes the audit line."""

    def load_user(self, pk: Any) -> None:
        """Nobody is loaded past app.web.sessions, which compares the epoch."""

    def load_user_jwt(self, _jwt_header: Any, _jwt_data: Any) -> Person | None:
        """The person whose token app.web.sessions has checked."""
        return self.current_user

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """True if the user of the request, or everybody, may do this."""
        user = current()
        known = permissions_of(user) if isinstance(user, Person) else public_permissions()
        return (permission_name, view_name) in known

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """True if one need not sign in for this."""
        return (permission_name, view_name) in public_permissions()

    def get_user_roles(self, user: Any) -> list[Role]:
        """The roles of the appointments in force; membership is never read from ab_user_role."""
        names = user.permission_roles if isinstance(user, Person) else {"Public"}
        return list(Session.scalars(select(Role).where(Role.name.in_(names))))

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The menu entries of the user: screens by permission, categories by what is in them."""
        # Flask-AppBuilder lists each name many times over
        screens = {name for name in set(menu_names or ()) if self.has_access("menu_access", name)}
        menu = self.appbuilder.menu.get_list()
        return screens | {item.name for item in menu if any(child.name in screens for child in item.childs)}

    def security_cleanup(self, baseviews: Iterable[Any], menus: Any) -> None:
        """Delete nothing: permissions also come from definitions, which no registered view knows of."""


def _unauthorized() -> Any:
    response = jsonify(message=current_app.extensions["sign_in_first"](), errors={})
    response.status_code = 401
    return response
