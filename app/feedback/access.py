"""In which offices a person may use a screen: by the roles held there, not by what they hold elsewhere."""

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.people.access import Person
from app.people.models import Office

COMPLAINTS = "complaints"
SEALED = "sealed_complaints"  # complaints about officers, and who sent a secret one
SATISFACTION = "satisfaction"
FOLLOW_UPS = "follow_ups"


def allowed_in(person: Person, office_id: int, screen: str, verb: str) -> bool:
    """True if a role that the person holds in this office has the verb on the screen (rules/roles.yaml)."""
    return verb in verbs_of(person.roles_in(office_id), screen)


def verbs_of(held: frozenset[str], screen: str) -> set[str]:
    """What these roles may do on a screen."""
    roles = current().roles.roles
    return {verb for key in held if key in roles for verb in roles[key].screens.get(screen, ())}


def roles_with(screen: str, verb: str) -> list[str]:
    """The roles that have a verb on a screen."""
    return [key for key, role in current().roles.roles.items() if verb in role.screens.get(screen, ())]


def offices_for(person: Person, screen: str, verb: str) -> list[Office]:
    """The offices in which the person may use the screen, by name."""
    rows = Session.scalars(select(Office).order_by(Office.short_name))
    return [office for office in rows if allowed_in(person, office.id, screen, verb)]
