"""The shape of a service's messages: texts to people and the codes sent to outside systems."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from app.definitions.shape import Key, MessageName, Shape

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
AnswerPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class Notice(Shape):
    """A text to a person, a sandboxed template over case, data and links.

    It goes to the applicant, to staff (`overdue`), or to the mail address that was given as an answer
    (`step.field`). `short` is what a telephone is sent, over case and office only; without it the title with
    number and link.
    """

    title: str
    to: Literal["applicant", "staff"] | AnswerPath = "applicant"
    subject: str
    body: str
    short: ShortText | None = None


class Outbound(Shape):
    """A message to an outside system: what it says and, where someone waits for it, what answers it.

    One that is `on_request` may also be sent by an officer from the case page.
    """

    title: str
    system: Key
    method: str
    fields: dict[str, str] = {}
    answers: str | None = None
    on_request: bool = False


class Inbound(Shape):
    """A message from an outside system, `system/name`, and what to read in it; templates over `body`.

    `when` lists the values accepted at a path of the body; `fields` are answers of the form of the step that
    waits or of the start form; `keep` goes to the case under `from_<system>`; `reference` is the other side's
    name for the case; `party` the NIB or NIK by which a case that was opened here already is found.
    """

    title: str
    when: dict[str, list[str]] = {}
    fields: dict[Key, str] = {}
    keep: dict[Key, str] = {}
    reference: str = ""
    party: str = ""


# the messages that every service falls back on
SHARED = "every_service/messages"


class Messages(Shape):
    """Notices by key, outbound messages by the key that `send` names, inbound ones by `system/name`."""

    kind: Literal["messages"]
    notices: dict[Key, Notice] = {}
    outbound: dict[str, Outbound] = {}
    inbound: dict[MessageName, Inbound] = {}
