"""The shape of a service's messages: texts to people and the codes sent to outside systems."""

from typing import Literal

from app.definitions.shape import Key, Shape


class Notice(Shape):
    """A text to a person, a sandboxed template over case, data and links."""

    title: str
    to: Literal["applicant", "staff"] = "applicant"
    subject: str
    body: str


class Outbound(Shape):
    """A message to an outside system: what it says and, where someone waits for it, what answers it."""

    title: str
    system: Key
    method: str
    fields: dict[str, str] = {}
    answers: str | None = None


class Messages(Shape):
    """Notices by key, and outbound messages by the key that `send` actions name."""

    kind: Literal["messages"]
    notices: dict[Key, Notice] = {}
    outbound: dict[str, Outbound] = {}
