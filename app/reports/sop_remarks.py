"""Remarks on an SOP that is being edited, row by row: what it lacks, and for whom there is nobody."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import select

from app.db import Session
from app.definitions.catalogue import current
from app.definitions.problem import Problem
from app.definitions.process import Process
from app.definitions.process_remarks import hand_of, pairs, remarks_on
from app.errors import text
from app.people.access import people_in_role
from app.people.models import Office


def sop_remarks(process: Process, office_key: str | None) -> list[Problem]:
    """What is worth a look in a process, although it may be published."""
    office = Session.scalar(select(Office).where(Office.key == office_key))
    return [*remarks_on(process), *(_about_people(process, office) if office else ())]


def _about_people(process: Process, office: Office) -> Iterator[Problem]:
    people = cache(lambda role: people_in_role(role, office.id, current().on))
    holders = {
        key: people(process.role_of(hand))
        for key, step in process.steps.items()
        if (hand := hand_of(step)) in process.actors and process.actors[hand].kind == "staff"
    }
    for key, names in holders.items():
        if not names:
            message = text("Nobody in %(office)s is appointed for this step.", office=office.short_name)
            yield Problem(f"steps.{key}", message)
    for later, earlier in pairs(process):
        both = holders.get(later, {})
        if len(both) == 1 and both == holders.get(earlier):
            message = text(
                "%(person)s is the only one for this step and for “%(step)s”, which are not for one person.",
                person=next(iter(both.values())),
                step=process.steps[earlier].full_title,
            )
            yield Problem(f"steps.{later}", message)
