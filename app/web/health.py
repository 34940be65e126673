"""Is it alive, is it ready, and how busy: for load balancers, watchers and Prometheus."""

import os
import time
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import REGISTRY as PROCESS
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.db import Session

REQUESTS = Counter("alurizin_requests_total", "Requests answered", ["method", "endpoint", "status"])
SECONDS = Histogram(
    "alurizin_request_seconds", "Time to answer", ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip

CHECKS = {
    "database": "SELECT 1",
    "definitions": "SELECT 1 FROM catalogue_version WHERE version > 0",
    "jobs": "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '2 minutes'",
}
GAUGES = {
    "alurizin_open_tasks": ("Tasks that wait for somebody", "SELECT count(*) FROM task WHERE state = 'open'"),
    "alurizin_overdue_tasks": (
        "Open tasks past their limit",
        "SELECT count(*) FROM task WHERE state = 'open' AND due_at < now() AND clock <> 'applicant'",
    ),
    "alurizin_messages_queued": (
        "Messages that have not left",
        "SELECT count(*) FROM message WHERE state IN ('queued', 'unknown')",
    ),
    "alurizin_messages_stopped": (
        "Messages that need a person",
        "SELECT count(*) FROM message WHERE state = 'stopped'",
    ),
    "alurizin_jobs_waiting": (
        "Background jobs that wait",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'",
    ),
}

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Add the pages and measure every request."""
    app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_measure)


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/health/ready")
def ready() -> Response:
    """Database, definitions and jobs are there."""
    found = {name: _is_there(query) for name, query in CHECKS.items()}
    response = jsonify(status="ok" if all(found.values()) else "not ready", checks=found)
    response.status_code = 200 if all(found.values()) else 503
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus text, for callers on this machine; a proxy's requests come from outside and get nothing."""
    if not _is_local():
        raise NotFound
    return Response(_processes() + _database(), mimetype="text/plain; version=0.0.4")


def _is_there(query: str) -> bool:
    try:
        return Session.execute(sql(query)).first() is not None
    except SQLAlchemyError:
        return False
    finally:
        Session.rollback()


def _is_local() -> bool:
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104


def _processes() -> bytes:
    """The counters of this process, or of all workers where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(PROCESS)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _database() -> bytes:
    registry = CollectorRegistry()
    for name, (meaning, query) in GAUGES.items():
        Gauge(name, meaning, registry=registry).set(Session.execute(sql(query)).scalar_one())
    return generate_latest(registry)


def _begin() -> None:
    g.began = time.perf_counter()


def _measure(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(request.method, endpoint, response.status_code).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("began", time.perf_counter()))
    return response
