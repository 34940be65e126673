"""Where a notice's text comes from: the service's own messages, else those that all services share."""

from app.definitions.catalogue import Catalogue
from app.definitions.messages import Messages, Notice
from app.definitions.service import Service

SHARED = "every_service/messages"


def notice(catalogue: Catalogue, service: Service | None, key: str) -> Notice | None:
    """The text in force under a key; None where nobody wrote one."""
    for name in (service.messages if service else None, SHARED):
        if name and catalogue.has("messages", name):
            found: Messages = catalogue.get("messages", name).shape
            if key in found.notices:
                return found.notices[key]
    return None
