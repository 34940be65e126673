"""Where the setting demands it, administrators and signers turn two-step sign-in on before anything else."""

from flask import Flask, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.definitions import catalogue
from app.errors import Forbidden, text
from app.people.access import Person
from app.web import sessions
from app.web.i18n import translate

ALLOWED = frozenset(
    {"SecondFactorView.show", "SessionView.who", "SignInView.logout", "SecurityApi.logout", "static"}
)
TURN_IT_ON = text("Your role demands two-step sign-in. Turn it on to go on.")


def register(app: Flask) -> None:
    """Ask before every request of somebody who is signed in."""
    app.before_request(check)


def check() -> Response | None:
    """Lead a person who owes the second step to the page that turns it on; a machine is refused."""
    who = sessions.visitor_or_person()
    if who is None or who.has_second_factor or request.endpoint in ALLOWED or not owes(who):
        return None
    if sessions.is_api():
        raise Forbidden(TURN_IT_ON.msgid)
    flash(translate(TURN_IT_ON), "warning")
    return redirect(url_for("SecondFactorView.show"))


def owes(who: Person) -> bool:
    """Tell whether the person administers, or holds a role that signs a letter in force."""
    return who.is_admin or not who.all_roles.isdisjoint(signing_roles())


def signing_roles() -> frozenset[str]:
    """Roles whose own certificate signs some letter."""
    letters = (entry.shape for entry in catalogue.current().entries("letter"))
    return frozenset(str(letter.signer) for letter in letters if not letter.is_automatic)
