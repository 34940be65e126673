"""The offices of the installation, for administrators to choose from."""

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.people.models import Office


def office_titles() -> list[tuple[str, str]]:
    """Key and name of every office, by name."""
    query = select(Office.key, Office.short_name, Office.name).order_by(Office.name)
    return [(key, short or name) for key, short, name in Session.execute(query)]


def office_of_process(key: str) -> str:
    """The name of the office whose service runs a process; empty where none does."""
    services = (entry.shape for entry in current().entries("service"))
    office = next((service.office for service in services if service.process == key), None)
    return Session.scalar(select(Office.name).where(Office.key == office)) or ""
