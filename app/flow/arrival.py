"""A message from an outside system as the doors hand it in."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Arrival:
    """What came in; the same `message_id` of a system is answered once.

    `office_id` is the office whose key or credentials the sender used, None where one key serves them all.
    """

    system: str
    message: str
    message_id: str
    correlation: str
    body: Mapping[str, Any] = field(default_factory=dict)
    office_id: int | None = None
    signature: str | None = None

    @property
    def name(self) -> str:
        """The message as definitions name it."""
        return f"{self.system}/{self.message}"

    @property
    def key(self) -> str:
        """What tells a repetition: the same id of the same system and office."""
        office = f":{self.office_id}" if self.office_id else ""
        return f"in:{self.system}{office}:{self.message_id}"[:200]

    @property
    def content_hash(self) -> str:
        """A digest of the body, whatever the order of its keys."""
        text = json.dumps(self.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
