"""A gateway to telephones as operators run one: an HTTP server that knows repetitions by their id."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Taken:
    """What came in, and how to answer next: a status with a reason, or silence."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append({"headers": headers, **body})
        status, said = self.answers.pop(0) if self.answers else (202, {"status": "accepted"})
        if status == 0 or 200 <= status < 300:
            self.texts.setdefault(headers["Idempotency-Key"], body)
        return status, said


@contextmanager
def listening() -> Iterator[Taken]:
    """Run the server on this machine."""
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = taken.take(dict(self.headers), body)
            if status == 0:  # taken, but the line goes dead before the answer
                self.close_connection = True
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_given: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.url = f"http://127.0.0.1:{server.server_port}/v1/messages?account=1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
