"""The services in force, as the pages of applicants and of the counter show them."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.form import FileField, FormDefinition
from app.definitions.process import Process
from app.definitions.service import Service
from app.people.models import Office


@dataclass(frozen=True)
class Offer:
    """A service with the process that runs it and the form that opens a case."""

    key: str
    service: Service
    process: Process
    form: FormDefinition

    @property
    def short_key(self) -> str:
        """The name in addresses: `dairi_ipui` for `dairi_ipui/service`."""
        return self.key.removesuffix("/service")

    def opened_by(self, kind: str) -> bool:
        """True if an actor of this kind (applicant, staff, …) may open a case."""
        return any(self.process.actors[actor].kind == kind for actor in self.process.start.by)

    def opening_roles(self) -> set[str]:
        """The staff roles that may open a case at the counter."""
        actors = {key: self.process.actors[key] for key in self.process.start.by}
        return {self.process.role_of(key) for key, actor in actors.items() if actor.kind == "staff"}

    def file_fields(self) -> dict[str, str]:
        """The form's own field for each requirement that has one."""
        fields = self.form.fields()
        return {own.requirement: key for key, own in fields if isinstance(own, FileField) and own.requirement}


def offer(key: str) -> Offer:
    """A service by its short or full key. Raises NotFound."""
    full = key if key.endswith("/service") else f"{key}/service"
    catalogue = current()
    service: Service = catalogue.get("service", full).shape
    process: Process = catalogue.get("process", service.process).shape
    form: FormDefinition = catalogue.get("form", process.start.form).shape
    return Offer(full, service, process, form)


def offers() -> list[Offer]:
    """Every service that can run, by title."""
    found = [offer(entry.key) for entry in current().entries("service")]
    return sorted(found, key=lambda each: each.service.title)


def office_names() -> dict[str, str]:
    """The offices by their key, each with its region: several are called alike."""
    rows = Session.execute(select(Office.key, Office.name, Office.government))
    return {key: f"{name} {government.removeprefix('Pemerintah ')}" for key, name, government in rows}
