"""What running cases still need: nothing that they rely on may be taken out of force."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.cases.models import Case
from app.db import Session
from app.definitions.catalogue import Catalogue
from app.definitions.parse import Ref, withdrawn
from app.definitions.problem import Problem
from app.definitions.references import names_in
from app.errors import Invalid, text
from app.publishing.check import Changes

CLOSED = "closed"


def still_used(changes: Changes, catalogue: Catalogue) -> list[Problem]:
    """Why definitions that these changes withdraw are still needed by cases."""
    gone = [ref for ref, source in changes.items() if source is None]
    return [problem for ref in gone for problem in _reasons(ref, catalogue)]


def _reasons(ref: Ref, catalogue: Catalogue) -> Iterator[Problem]:
    """A service keeps the name of every case that was handled under it; the rest serves open cases."""
    place = withdrawn(*ref)
    if ref[0] == "service":
        count = Session.scalar(select(func.count()).where(Case.service == ref[1])) or 0
        reason = text(
            "%(n)d cases belong to this service; end it with valid_until instead of withdrawing it.", n=count
        )
    else:
        count = sum(n for process, number, n in _running() if _uses(catalogue, (process, number), ref))
        reason = text("%(n)d open cases still need this; wait until they are closed or moved.", n=count)
    if count:
        yield from place.place([Problem("", reason)])


def _running() -> list[tuple[str, int, int]]:
    """The process revisions that open cases run by, each with the number of cases."""
    query = select(Case.process, Case.process_revision, func.count()).where(Case.status != CLOSED)
    rows = Session.execute(query.group_by(Case.process, Case.process_revision))
    return [(process, number, count) for process, number, count in rows]


def _uses(catalogue: Catalogue, process: tuple[str, int], ref: Ref) -> bool:
    """True where this revision of the process names the definition; one that cannot be read may."""
    if ref == ("process", process[0]):
        return True
    try:
        shape = catalogue.revision("process", *process).shape
    except Invalid:
        return True
    return ref in names_in("process", process[0], shape)
