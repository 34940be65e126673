"""Whether a change needs a second person: the office decides, and its services bring the office in."""

from collections.abc import Iterable

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.parse import Ref
from app.definitions.service import Service
from app.errors import Forbidden
from app.people.models import Office


def needs_second(refs: Iterable[Ref]) -> bool:
    """True if an office that one of these definitions serves has its changes approved by a second person.

    What belongs to no service (roles, a new service's parts) concerns every office.
    """
    strict = set(Session.scalars(select(Office.key).where(Office.publishing_needs_second)))
    return bool(strict) and any(_offices(ref) & strict if _offices(ref) else True for ref in refs)


def needs_second_now(refs: Iterable[Ref]) -> None:
    """Raises Forbidden where one person alone may not publish these definitions."""
    if needs_second(refs):
        raise Forbidden("This office has changes approved by a second person: propose the change set.")


def _offices(ref: Ref) -> set[str]:
    folder = ref[1].partition("/")[0]
    entries = [entry for entry in current().entries("service") if entry.key.startswith(f"{folder}/")]
    return {entry.shape.office for entry in entries if isinstance(entry.shape, Service)}
