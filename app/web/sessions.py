"""Who asks: the bearer token of an API request, or the session cookie of a browser."""

import secrets
import time

from flask import Flask, current_app, g, request, session

from app import clock
from app.errors import OfficeError, Text, text
from app.people import tokens
from app.people.access import Person, person_by_id
from app.people.security import VISITOR, current, use

STAFF_IDLE_SECONDS = 30 * 60
APPLICANT_IDLE_SECONDS = 2 * 3600
LONGEST_SECONDS = 12 * 3600
SECOND_STEP_SECONDS = 5 * 60
SEEN_STEP_SECONDS = 60  # a cookie is written again at most once a minute
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


SIGN_IN = text("Please sign in first.")
BAD_TOKEN = text("The access token is not valid or has expired.")


class SignInFirst(OfficeError):
    """The request needs a person and has none, or the session or token is no longer valid."""

    status = 401

    def __init__(self, sentence: Text = SIGN_IN) -> None:
        super().__init__(sentence.msgid)


def register(app: Flask) -> None:
    """Find out who asks before anything else of a request happens."""
    app.before_request(identify)


def identify() -> None:
    """Set the user of the request. A token counts in the API only, and there before any cookie."""
    use(VISITOR)
    g.by_cookie = False
    if request.endpoint in (None, "static", "appbuilder.static"):
        return
    token = bearer() if is_api() else None
    if token is not None:
        if not request.path.endswith("/security/login"):
            use(_of_token(token))
    elif "who" in session:
        _of_session()


def is_api() -> bool:
    """True for requests of machines, which are answered in JSON."""
    return request.path.startswith("/api/")


def bearer() -> str | None:
    """The bearer token of the request, if it has one."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def person() -> Person:
    """The person who asks; raises SignInFirst for a visitor."""
    user = current()
    if not isinstance(user, Person):
        raise SignInFirst
    return user


def visitor_or_person() -> Person | None:
    """The person who asks, or None for a visitor."""
    user = current()
    return user if isinstance(user, Person) else None


def start(who: Person) -> None:
    """Begin a new session: nothing of what the browser had before survives."""
    session.clear()
    now = int(time.time())
    session.update(sid=secrets.token_urlsafe(16), who=who.get_id(), began=now, seen=now)
    use(who)


def begin_second_step(user_id: int, epoch: int) -> None:
    """Remember for a moment whose password was right."""
    session.clear()
    session.update(half=[user_id, epoch], at=int(time.time()))


def second_step() -> tuple[int, int] | None:
    """Account and epoch of whoever still owes the code, or None."""
    if "half" not in session or int(time.time()) - int(session.get("at", 0)) > SECOND_STEP_SECONDS:
        return None
    user_id, epoch = session["half"]
    return int(user_id), int(epoch)


def end() -> None:
    """Forget the session in this browser; the account's epoch ends it everywhere."""
    session.clear()
    use(VISITOR)


def _of_token(token: str) -> Person:
    try:
        claim = tokens.read(token, current_app.config["JWT_SECRET_KEY"])
    except tokens.InvalidToken as error:
        raise SignInFirst(BAD_TOKEN) from error
    who = person_by_id(claim.user_id, clock.now())
    if who is None or who.epoch != claim.epoch:
        raise SignInFirst(BAD_TOKEN)
    return who


def _of_session() -> None:
    """Load the session's person, or forget a session that is over."""
    now = int(time.time())
    user_id, _, epoch = str(session["who"]).partition(".")
    age, idle = now - int(session.get("began", 0)), now - int(session.get("seen", 0))
    who = person_by_id(int(user_id), clock.now()) if age <= LONGEST_SECONDS else None
    if who is None or str(who.epoch) != epoch or idle > idle_seconds(who):
        session.clear()
        g.session_ended = True
        return
    if idle >= SEEN_STEP_SECONDS:
        session["seen"] = now
    g.by_cookie = True
    use(who)


def idle_seconds(who: Person) -> int:
    """How long a session may rest: offices have screens that others walk past."""
    return APPLICANT_IDLE_SECONDS if who.is_applicant else STAFF_IDLE_SECONDS
