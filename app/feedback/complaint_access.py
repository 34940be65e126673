"""Who may see a complaint: never who it is about, and of those about officers only who oversees them."""

from datetime import date

from sqlalchemy import ColumnElement, false, or_

from app.feedback.access import COMPLAINTS, SEALED, allowed_in, offices_for, roles_with
from app.feedback.models_complaint import Complaint
from app.people.access import Person, people_in_role


def is_about(person: Person, complaint: Complaint) -> bool:
    """True for whoever is complained about, by name or by the role where no name is known."""
    role = complaint.about_role
    return person.username in complaint.about or bool(role and role in person.roles_in(complaint.office_id))


def oversees(person: Person, office_id: int) -> bool:
    """True for who sees complaints about officers and may open secret identities."""
    return allowed_in(person, office_id, SEALED, "show")


def may_see(person: Person, complaint: Complaint, verb: str = "show") -> bool:
    """True if the person may know of a complaint, and has the verb on complaints in its office."""
    if is_about(person, complaint) or not allowed_in(person, complaint.office_id, COMPLAINTS, verb):
        return False
    is_open = not complaint.concerns_officer or complaint.handler == person.username
    return is_open or oversees(person, complaint.office_id)


def may_open_identity(person: Person, complaint: Complaint) -> bool:
    """Who oversees complaints; of one that is not secret, whoever handles it, too."""
    if not may_see(person, complaint):
        return False
    is_handler = complaint.handler == person.username and not complaint.is_secret
    return is_handler or oversees(person, complaint.office_id)


def visible(person: Person) -> ColumnElement[bool]:
    """The same as `may_see`, for lists."""
    return or_(
        false(), *(_in_office(person, office.id) for office in offices_for(person, COMPLAINTS, "list"))
    )


def candidates(complaint: Complaint, on: date, *, overseers: bool = False) -> dict[str, str]:
    """Who may be given a complaint: user names with names, without those it is about."""
    found: dict[str, str] = {}
    for role in roles_with(SEALED, "show") if overseers else roles_with(COMPLAINTS, "edit"):
        found |= people_in_role(role, complaint.office_id, on)
    accused = set(complaint.about)
    if complaint.about_role:
        accused |= set(people_in_role(complaint.about_role, complaint.office_id, on))
    return {username: name for username, name in found.items() if username not in accused}


def _in_office(person: Person, office_id: int) -> ColumnElement[bool]:
    found = (
        (Complaint.office_id == office_id)
        & Complaint.about_role.not_in(person.roles_in(office_id))
        & ~Complaint.about.contains([person.username])
    )
    if oversees(person, office_id):
        return found
    return found & (Complaint.concerns_officer.is_(False) | (Complaint.handler == person.username))
