"""What every page is given: links, the reader's roles and office, and whether this is a demonstration."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, g

from app.db import Session
from app.people.access import Person
from app.people.models import Office
from app.people.security import current

Navigation = Callable[[], list[dict[str, Any]]]

# the places that pages link to, by the view that answers there; a view that is not there is not linked
ENDPOINTS: Mapping[str, str] = {
    "home": "FrontView.index",
    "login": "SignInView.login",
    "logout": "SignInView.logout",
    "register": "AccountView.register",
    "forgot": "AccountView.forgot",
    "profile": "ContactView.show",
    "mfa": "SecondFactorView.show",
    "change_password": "AccountView.password",
}


def register(app: Flask) -> None:
    """Hand every template its surroundings."""
    app.extensions["links"] = dict(ENDPOINTS)
    app.extensions["navigation"] = []
    app.context_processor(surroundings)


def surroundings() -> dict[str, Any]:
    """Links, navigation, names; cheap, since even error pages need them."""
    user = current()
    office = own_office()
    if office is not None:
        g.setdefault("timezone", office.timezone)
    return {
        "appbuilder": current_app.extensions["appbuilder"],
        "office_name": office.short_name if office is not None else "",
        "links": links(),
        "nav": [item for entries in current_app.extensions["navigation"] for item in entries()],
        "role_titles": list(user.role_titles),
        "is_demo": not current_app.config["OFFICE"].is_production,
    }


def own_office() -> Office | None:
    """The office of somebody who works in one office only; pages of a case set theirs."""
    user = current()
    offices = user.offices if isinstance(user, Person) and user.is_staff else frozenset()
    return Session.get(Office, next(iter(offices))) if len(offices) == 1 else None


def add_link(app: Flask, name: str, endpoint: str) -> None:
    """Let a door say where a place is that pages of other doors link to."""
    app.extensions["links"][name] = endpoint


def links() -> dict[str, str]:
    """The address of every place that exists."""
    found = {}
    for name, endpoint in current_app.extensions["links"].items():
        if endpoint in current_app.view_functions:
            found[name] = current_app.url_for(endpoint)
    return found
