"""Post JSON to an outside system and tell whether a failure leaves it open that the message arrived."""

import http.client
import json
import ssl
from functools import cache
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from app.messages.transport import Answer

SECONDS = 20
LONGEST = 1024 * 1024
# who answers with one of these may have taken the message before something behind it gave up
UNCERTAIN = frozenset({502, 503, 504})


class _NoRedirect(HTTPRedirectHandler):
    """A message is not carried on to wherever an answer points."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow nothing: the redirect itself is the answer."""


def post(url: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS) -> Answer:
    """Send `body` as JSON; never raises for what the network or the other side does."""
    request = Request(  # noqa: S310  administrators set the address, and only http(s) is accepted
        url,
        body,
        {"Content-Type": "application/json", "Accept": "application/json", **headers},
        method="POST",
    )
    try:
        with _opener().open(request, timeout=seconds) as response:
            return Answer(response.status, _object(response.read(LONGEST)))
    except HTTPError as error:
        with error:
            return Answer(error.code, _object(error.read(LONGEST)), certain=error.code not in UNCERTAIN)
    except URLError as error:
        return Answer(503, {"error": _words(error.reason)}, certain=_never_sent(error.reason))
    except (OSError, http.client.HTTPException) as error:
        return Answer(504, {"error": type(error).__name__}, certain=False)


@cache
def _opener() -> OpenerDirector:
    """Reading the machine's list of authorities takes longer than most messages: once is enough."""
    return build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))


def _never_sent(reason: object) -> bool:
    """A refused or unresolved connection carried nothing; a silent one may have."""
    return isinstance(reason, ConnectionRefusedError | ssl.SSLError) or type(reason).__name__ == "gaierror"


def _words(reason: object) -> str:
    return type(reason).__name__ if isinstance(reason, Exception) else "unreachable"


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
