"""Believes X-Forwarded-* headers from the proxies that the operator names, and from nobody else."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxies:
    """Lets werkzeug's ProxyFix see only requests that come from a trusted address."""

    def __init__(self, app: "WSGIApplication", addresses: frozenset[str]) -> None:
        self.app = app
        self.behind_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self.addresses = addresses

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_trusted = "*" in self.addresses or environ.get("REMOTE_ADDR") in self.addresses
        return (self.behind_proxy if is_trusted else self.app)(environ, start_response)


def register(app: Flask, trusted_proxies: str) -> None:
    """Trust a comma-separated list of addresses; with an empty one headers of proxies are ignored."""
    addresses = frozenset(part.strip() for part in trusted_proxies.split(",") if part.strip())
    if addresses:
        app.wsgi_app = TrustedProxies(app.wsgi_app, addresses)  # type: ignore[method-assign]
