"""The shape of a service's messages: texts to people and the codes sent to outside systems."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from app.definitions.shape import Key, Shape

AnswerPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class Notice(Shape):
    """A text to a person, a sandboxed template over case, data and links.

    It goes to the applicant, to staff (`overdue`), or to the mail address that was given as an answer
    (`step.field`).
    """

    title: str
    to: Literal["applicant", "staff"] | AnswerPath = "applicant"
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
