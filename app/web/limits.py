"""Rate limits counted in the database, so that all processes and machines count together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from sqlalchemy import TextClause
from sqlalchemy import text as sql

from app import clock
from app.db import Session
from app.errors import OfficeError, text

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

HIT: TextClause = sql("""
    INSERT INTO rate_limit AS r (key, began_at, count) VALUES (:key, :now, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN r.began_at <= :over OR r.began_at > :now THEN 1 ELSE r.count + 1 END,
        began_at = CASE WHEN r.began_at <= :over OR r.began_at > :now THEN :now ELSE r.began_at END
    RETURNING count
""")
# what began in the future was counted while the clock was wrong
COUNT: TextClause = sql(
    "SELECT count FROM rate_limit WHERE key = :key AND began_at > :over AND began_at <= :now"
)


TOO_MANY = text("Too many attempts from your address. Try again in %(n)d seconds.")


class TooMany(OfficeError):
    """The same address has asked too often within a window."""

    status = 429


@dataclass(frozen=True)
class Limit:
    """At most `times` per address within `seconds`."""

    name: str
    times: int
    seconds: int

    def hit(self, whose: str = "") -> None:
        """Count one for the address that asks, or for `whose`; raise TooMany beyond the limit."""
        if self._run(HIT, whose) > self.times:
            self._refuse()

    def require_room(self) -> None:
        """Raise TooMany where the limit is used up, without counting."""
        if self._run(COUNT) >= self.times:
            self._refuse()

    def _run(self, statement: TextClause, whose: str = "") -> int:
        """On a connection of its own: a count must stay when the request itself is rolled back."""
        now = clock.now()
        values = {
            "key": f"{self.name}:{whose or request.remote_addr}",
            "now": now,
            "over": now - timedelta(seconds=self.seconds),
        }
        with Session.get_bind().engine.begin() as connection:
            return connection.execute(statement, values).scalar() or 0

    def _refuse(self) -> None:
        raise TooMany(TOO_MANY.msgid, n=self.seconds)


# a sign-in costs 50 ms of scrypt: the first limit protects the machine, the second the passwords
SIGN_IN = Limit("sign_in", 240, 60)
SIGN_IN_FAILED = Limit("sign_in_failed", 20, 60)
REGISTER = Limit("register", 20, 600)
FORGOTTEN = Limit("forgotten", 10, 600)
CHANGE_PASSWORD = Limit("change_password", 10, 600)
PHONE_CODE = Limit("phone_code", 20, 600)
PHONE_CODE_TO = Limit("phone_code_to", 10, 86400)
PHONE_CHECK = Limit("phone_check", 60, 600)
VERIFY_UPLOAD = Limit("verify_upload", 30, 60)
VERIFY_CODE = Limit("verify_code", 120, 60)
TRACK = Limit("track", 30, 60)
COMPLAIN = Limit("complain", 20, 600)
STANDARD = Limit("standard", 60, 60)


def register(app: Flask) -> None:
    """Read large requests only where they bring files."""
    app.before_request(bound_size)


def bound_size() -> None:
    """Bound what has no files in it as the fields of forms are bound."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def limited(limit: Limit) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Count every unsafe request to a view."""

    def decorate(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def counted(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                limit.hit()
            return view(*args, **kwargs)

        return counted

    return decorate
