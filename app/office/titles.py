"""Words for the keys that rows are kept under: statuses, books, roles, services."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from app.definitions.catalogue import current
from app.office.wording import BOOKS, SERIES, STATUSES

RESULTS = {
    "granted": _("Granted"),
    "refused": _("Refused"),
    "returned": _("File returned"),
    "not_effective": _("Not effective"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Closed without completion"),
}
PERMITS = {
    "effective": _("Permit effective"),
    "not_effective": _("Permit not yet effective"),
    "revoked": _("Permit revoked"),
}
LETTERS = {
    "draft": _("Letter draft"),
    "initialed": _("Initialled"),
    "approved": _("Awaits the signature by hand"),
    "signed": _("Signed"),
    "delivered": _("Delivered"),
    "void": _("Void"),
    "replaced": _("Replaced"),
    "revoked": _("Revoked"),
}
TASKS = {"open": _("In work"), "done": _("Done"), "cancelled": _("Cancelled")}
ALL = {
    "book": BOOKS,
    "series": SERIES,
    "status": STATUSES,
    "result": RESULTS,
    "permit_status": PERMITS,
    "state": TASKS,
}


def formatters(**others: Mapping[str, Any]) -> dict[str, Callable[[Any], Any]]:
    """How a list shows these columns; `others` names further columns or other words for them."""
    words = {**ALL, **others}
    shown = {column: word_from(titles) for column, titles in words.items()}
    return {**shown, "role": role_title, "service": service_title}


def word_from(titles: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Show a key by its title, and one without a title as it is."""
    return lambda key: titles.get(key, key)


def choosers(titles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Search fields that offer the words instead of asking for the key."""
    return {column: SelectField(choices=[("", ""), *words.items()]) for column, words in titles.items()}


def role_title(key: str) -> str:
    """A role as people call it."""
    role = current().roles.roles.get(key)
    return role.title if role else key


def service_title(key: str) -> str:
    """A service as the applicant asks for it."""
    catalogue = current()
    return str(catalogue.get("service", key).shape.title) if catalogue.has("service", key) else key
