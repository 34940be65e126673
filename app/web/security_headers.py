"""Response headers that keep pages from being framed, sniffed, cached or injected into."""

import secrets

from flask import Flask, Response, g, request

from app.people.access import Person
from app.people.security import current

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
HSTS = "max-age=31536000; includeSubDomains"


def register(app: Flask, *, https: bool) -> None:
    """Add the headers to every response, and the nonce to every page."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add(response: Response) -> Response:
        _protect(response)
        if https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response


def csp_nonce() -> str:
    """The nonce of this response's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def framed_policy(nonce: str) -> str:
    """The policy of a page that our own pages, and nobody else's, may frame."""
    return POLICY.format(nonce=nonce).replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def _protect(response: Response) -> None:
    headers = response.headers
    is_page = response.mimetype == "text/html"
    headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()) if is_page else API_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if isinstance(current(), Person) or (is_page and request.endpoint not in ("static", "appbuilder.static")):
        headers["Cache-Control"] = "no-store"
