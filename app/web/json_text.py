"""JSON of requests and answers: keys keep their order, and a text that no encoding knows is refused."""

import json
from typing import Any

from flask.json.provider import DefaultJSONProvider


class JsonText(DefaultJSONProvider):
    """Half of a surrogate pair, which only an escape can bring, would fail wherever it is written later."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON. Raises ValueError, also for a lone surrogate."""
        found = super().loads(s, **kwargs)
        if ("\\ud" if isinstance(s, str) else b"\\ud") in s.lower():  # type: ignore[operator]
            json.dumps(found, ensure_ascii=False).encode()
        return found
