"""How the web server runs: read by gunicorn, valued by config.py."""

import gc
import os
from pathlib import Path

import app.factory  # noqa: F401  read once by the master, so that a killed worker is soon back
from app.supervisor import leave_with_parent
from config import Config

settings = Config.from_env(os.environ)

bind = f"{settings.host}:{settings.port}"
worker_class = "gthread"
workers = settings.web_workers
threads = settings.web_threads
# each worker opens its own database connections and renderers, which must not be shared by a fork
preload_app = False
timeout = 60  # of silence of a whole worker, not of one request
graceful_timeout = 25  # less than the supervisor's patience
keepalive = 5
# memory that libraries in C lose comes back; the jitter keeps the workers from leaving together
max_requests = 20_000
max_requests_jitter = 4_000
limit_request_line = 8_190
limit_request_fields = 64
limit_request_field_size = 8_190
# X-Forwarded-* is believed only from the proxies that the operator names
forwarded_allow_ips = settings.trusted_proxies
# a heartbeat must not wait for a disk
MEMORY = "/dev/shm"  # noqa: S108  gunicorn makes its own private file in it
worker_tmp_dir = MEMORY if Path(MEMORY).is_dir() else None
control_socket_disable = True
accesslog = None  # addresses hold receipt codes; the audit trail says who did what


def on_starting(_server: object) -> None:
    """Leave with the supervisor; what is read by now is shared by all workers."""
    leave_with_parent()
    gc.freeze()


def post_worker_init(_worker: object) -> None:
    """Look less often for objects that hold each other, and never among those of the application itself.

    A request makes thousands of objects that nearly all go by themselves: that saves a twentieth of its time.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
