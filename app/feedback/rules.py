"""What a service says of surveys and complaints, also when it is no longer offered."""

from app.definitions.catalogue import current
from app.definitions.service import ComplaintDays, Service


def service_of(key: str) -> Service | None:
    """The service in force under a key; None where it was withdrawn since."""
    catalogue = current()
    shape: Service | None = catalogue.get("service", key).shape if catalogue.has("service", key) else None
    return shape


def title_of(key: str) -> str:
    """What people call a service; its key where it is no longer offered."""
    service = service_of(key)
    return service.title if service else key.partition("/")[0]


def days_of(key: str) -> ComplaintDays:
    """The limits of a service's complaints; the usual ones where it is no longer offered."""
    service = service_of(key)
    return service.complaint_days if service else ComplaintDays()
