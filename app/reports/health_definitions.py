"""Health of what is in force: definitions that nobody can work by, that nothing uses, or that will end."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import Catalogue, Entry, current
from app.definitions.decision_table import DecisionTable
from app.definitions.letter import Letter
from app.definitions.messages import SHARED, Messages
from app.definitions.parse import SHAPES, Ref, parse
from app.definitions.process import Process
from app.definitions.provided import drafts_in, forms_until
from app.definitions.references import names_in
from app.definitions.service import Service
from app.errors import text
from app.people.access import people_in_role
from app.people.models import Office
from app.reports.health import Finding, Installation, definition, screen, when

SOON = timedelta(days=60)


def unreadable(_installation: Installation) -> Iterator[Finding]:
    """Texts in force that this version of the program cannot read."""
    catalogue = current()
    for kind in SHAPES:
        for key in catalogue.keys(kind):
            problems = parse(kind, key, catalogue.text(kind, key)).problems
            if problems:
                message = text(
                    "%(key)s is in force but cannot be read: %(reason)s", key=key, reason=problems[0].message
                )
                yield Finding("now", message, definition(kind, key))


def roles_without_people(installation: Installation) -> Iterator[Finding]:
    """Steps that nobody in the service's office may do."""
    catalogue = current()
    titles = {key: role.title for key, role in catalogue.roles.roles.items()}
    today = catalogue.on
    for service, office in _services(catalogue):
        for role in sorted(roles_of(_process(catalogue, service.shape))):
            if not people_in_role(role, office.id, today):
                message = text(
                    "Nobody in %(office)s is appointed as %(role)s, who works on “%(service)s”.",
                    office=office.short_name,
                    role=titles.get(role, role),
                    service=service.shape.title,
                )
                yield Finding("now", message, screen("appointments"))


def roles_of(process: Process | None) -> set[str]:
    """The staff roles that have a step in a process."""
    if process is None:
        return set()
    names = {
        name
        for step in process.steps.values()
        for name in (step.actor, *step.also, step.manual.actor if step.manual else None)
        if name
    }
    return {process.role_of(name) for name in names if process.actors[name].kind == "staff"}


def services_without_office(_installation: Installation) -> Iterator[Finding]:
    """Services that nobody can ask for, because their office is not set up."""
    catalogue = current()
    known = set(Session.scalars(select(Office.key)))
    for entry in catalogue.entries("service"):
        message = text("“%(service)s” belongs to an office that is not set up.", service=entry.shape.title)
        yield from when(entry.shape.office not in known, "now", message, screen("offices"))


def services_that_end(_installation: Installation) -> Iterator[Finding]:
    """Services whose last day is near or over."""
    catalogue = current()
    for entry in catalogue.entries("service"):
        until = entry.shape.valid_until
        if until and until < catalogue.on + SOON:
            message = text(
                "“%(service)s” can be asked for until %(day)s only.",
                service=entry.shape.title,
                day=until.isoformat(),
            )
            yield Finding(
                "now" if until < catalogue.on else "soon", message, definition("service", entry.key)
            )


def waived_findings(_installation: Installation) -> Iterator[Finding]:
    """Tables whose gaps were accepted: meant, but not to be forgotten."""
    for entry in current().entries("decision_table"):
        table: DecisionTable = entry.shape
        message = text(
            "“%(table)s”: %(n)d findings are accepted with a reason.", table=table.title, n=len(table.waivers)
        )
        yield from when(table.waivers, "know", message, definition("decision_table", entry.key))


def missing_messages(_installation: Installation) -> Iterator[Finding]:
    """Services that send nothing, or do not tell staff what is past its limit."""
    catalogue = current()
    for entry in catalogue.entries("service"):
        service: Service = entry.shape
        if not service.messages:
            message = text(
                "“%(service)s” has no messages: applicants are told nothing.", service=service.title
            )
            yield Finding("now", message, definition("service", entry.key))
        elif catalogue.has("messages", service.messages):
            messages: Messages = catalogue.get("messages", service.messages).shape
            message = text(
                "“%(service)s” has no notice “overdue”: nobody is told what is past its limit.",
                service=service.title,
            )
            yield from when(
                "overdue" not in messages.notices, "know", message, definition("messages", service.messages)
            )


def unused_notices(_installation: Installation) -> Iterator[Finding]:
    """Notices that no step sends."""
    catalogue = current()
    for entry in catalogue.entries("service"):
        process = _process(catalogue, entry.shape)
        key = entry.shape.messages
        if process is None or not key or not catalogue.has("messages", key):
            continue
        sent = {action.notify for step in process.steps.values() for action in step.actions()}
        unused = sorted(set(catalogue.get("messages", key).shape.notices) - sent - BY_ITSELF)
        message = text(
            "“%(service)s”: no step sends %(names)s.", service=entry.shape.title, names=", ".join(unused)
        )
        yield from when(unused, "know", message, definition("messages", key))


# notices that the program sends by itself, not a step
BY_ITSELF = {"overdue", "survey"}
BY_ITSELF |= {"more_time", "closed_unanswered", "correction_reminder"}


def stale_samples(_installation: Installation) -> Iterator[Finding]:
    """Letters whose sample gives answers that no form before them asks for any more."""
    catalogue = current()
    asked = _asked(catalogue)
    for entry in catalogue.entries("letter"):
        stale = sorted(sample_answers(entry.shape) - asked.get(entry.key, set()))
        message = text(
            "The sample of “%(letter)s” has %(names)s, which no form asks for.",
            letter=entry.shape.title,
            names=", ".join(stale),
        )
        yield from when(stale and entry.key in asked, "know", message, definition("letter", entry.key))


def sample_answers(letter: Letter) -> set[str]:
    """The answers that a letter's sample gives, as `step.field`."""
    given = letter.sample.get("data", {})
    return {
        f"{step}.{name}"
        for step, answers in (given.items() if isinstance(given, Mapping) else ())
        for name in (answers if isinstance(answers, Mapping) else ())
    }


def _asked(catalogue: Catalogue) -> dict[str, set[str]]:
    """What is asked before each letter is drafted, by letter, as `step.field`."""
    found: dict[str, set[str]] = {}
    for entry in catalogue.entries("process"):
        for step, letter in drafts_in(entry.shape):
            for name, key in forms_until(entry.shape, step, itself=True):
                if catalogue.has("form", key):
                    fields = {f"{name}.{field}" for field, _ in catalogue.get("form", key).shape.fields()}
                    found.setdefault(letter, set()).update(fields)
    return found


def orphans(_installation: Installation) -> Iterator[Finding]:
    """Definitions that nothing in force names."""
    catalogue = current()
    entries = [entry for kind in SHAPES for entry in catalogue.entries(kind)]
    named: set[Ref] = {("messages", SHARED)}
    named |= {ref for entry in entries for ref in names_in(entry.kind, entry.key, entry.shape)}
    for entry in entries:
        if entry.kind not in ("service", "roles") and (entry.kind, entry.key) not in named:
            message = text("Nothing uses %(key)s; it may be taken out of force.", key=entry.key)
            yield Finding("know", message, definition(entry.kind, entry.key))


def _services(catalogue: Catalogue) -> Iterator[tuple[Entry, Office]]:
    offices = {office.key: office for office in Session.scalars(select(Office))}
    for entry in catalogue.entries("service"):
        if entry.shape.office in offices:
            yield entry, offices[entry.shape.office]


def _process(catalogue: Catalogue, service: Service) -> Process | None:
    if not catalogue.has("process", service.process):
        return None
    shape: Process = catalogue.get("process", service.process).shape
    return shape


DEFINITION_CHECKS = (
    unreadable,
    services_without_office,
    roles_without_people,
    services_that_end,
    missing_messages,
    waived_findings,
    unused_notices,
    stale_samples,
    orphans,
)
