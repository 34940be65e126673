"""What a step of an SOP may do, as lists to choose from: verbs, and the messages of the service."""

from typing import Any

from flask_babel import gettext

from app.definitions.catalogue import current
from app.definitions.messages import Messages
from app.definitions.parse import parse
from app.definitions.shape import Shape
from app.publishing.drafts import open_draft, open_refs
from app.publishing.overlay import Overlay


def deeds(key: str) -> dict[str, Any]:
    """The verbs with their titles, and what each is done to; those without a list work on a letter's slot."""
    said = messages_of(key)
    return {
        "verbs": verbs(),
        "objects": {
            "notify": [[name, notice.title] for name, notice in said.notices.items()],
            "send": [[name, message.title] for name, message in said.outbound.items()],
            "permit": [
                ["effective", gettext("effective")],
                ["not_effective", gettext("not effective")],
                ["revoked", gettext("revoked")],
            ],
            "enter": [["incoming", gettext("Incoming mail")]],
            "ask_correction": [],
        },
    }


def verbs() -> list[list[str]]:
    """What can be done, the usual first."""
    return [
        ["draft", gettext("Draft the letter")],
        ["initial", gettext("Initial the letter")],
        ["sign", gettext("Sign the letter")],
        ["number", gettext("Confirm the number of the letter")],
        ["deliver", gettext("Deliver the letter")],
        ["receive", gettext("Note that the letter was received")],
        ["confirm", gettext("Agree to the letter")],
        ["notify", gettext("Notify")],
        ["send", gettext("Send the message")],
        ["ask_correction", gettext("Ask the applicant for what is missing or wrong")],
        ["permit", gettext("The permit becomes")],
        ["enter", gettext("Enter the application in the book")],
    ]


def messages_of(key: str) -> Messages:
    """The messages of the service that runs by a process, as drafted or in force; none where it has none."""
    overlay = drafted("service", "messages")
    services = [service for service in overlay.services().values() if service.process == key]
    found: Shape | None = next(
        (overlay.shape("messages", service.messages) for service in services if service.messages), None
    )
    return found if isinstance(found, Messages) else Messages(kind="messages")


def drafted(*kinds: str) -> Overlay:
    """What is in force, with the open drafts of these kinds laid over it."""
    refs = [ref for ref in open_refs() if ref[0] in kinds]
    return Overlay(current(), {ref: parse(*ref, open_draft(ref).text) for ref in refs})
