"""Where a notice's text comes from: the service's own messages, else those that all services share."""

from collections.abc import Mapping
from typing import Any

from app.definitions.catalogue import Catalogue
from app.definitions.messages import SHARED, Messages, Notice
from app.definitions.service import Service
from app.errors import Invalid
from app.messages.channels import fits
from app.messages.wording import fill


def notice(catalogue: Catalogue, service: Service | None, key: str) -> Notice | None:
    """The text in force under a key; None where nobody wrote one."""
    for name in (service.messages if service else None, SHARED):
        if name and catalogue.has("messages", name):
            found: Messages = catalogue.get("messages", name).shape
            if key in found.notices:
                return found.notices[key]
    return None


def short(text: Notice, said: Mapping[str, Any], link: str) -> str:
    """What a telephone is sent: the short text where it can be filled in and fits, else what it is about.

    A telephone shows its texts to whoever looks at it: besides number and link they may speak of the service
    and the office only, of nothing that somebody has handed in.
    """
    case = said["case"]
    told = {name: case[name] for name in ("number", "service_title", "submitted_on", "due_at")}
    office = {name: said["office"][name] for name in ("name", "short_name")}
    plain = f"{text.title[:120]} ({case['number']}). {link}"
    if text.short is None:
        return plain
    facts = {
        "case": told,
        "office": office,
        "step": said.get("step", ""),
        "link": link,
        "today": said["today"],
    }
    try:
        words = " ".join(fill(text.short, facts).split())
    except Invalid:  # the notice goes in full by e-mail; its short form must not stop the step
        return plain
    return words if fits(words) else plain
