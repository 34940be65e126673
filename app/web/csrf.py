"""Every unsafe request that a browser sends by itself must prove that it comes from one of our pages."""

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect

from app.web.sessions import UNSAFE, is_api

# signed by the sender or answered to anybody: no session is involved
csrf = CSRFProtect()


def register(app: Flask) -> None:
    """Check web forms always, and the API where a cookie, not a token, says who asks."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf.init_app(app)
    app.before_request(check)


def check() -> None:
    """Refuse an unsafe request without a valid token."""
    if request.method in UNSAFE and request.endpoint is not None and (g.by_cookie or not is_api()):
        csrf.protect()
