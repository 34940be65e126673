"""Publish: a change set that passes the gate becomes what is in force, in one transaction."""

from collections.abc import Mapping

from sqlalchemy import text as sql
from sqlalchemy import update

from app.audit.chain import record
from app.db import Session
from app.definitions.catalogue import PUBLISHED, SUPERSEDED, Catalogue, current
from app.definitions.models import Revision
from app.definitions.parse import Ref, digest, normal, parse
from app.definitions.problem import Problem
from app.definitions.roles import Roles
from app.errors import Invalid, Text, text
from app.people import roles
from app.publishing.check import Changes, Trial, beside_changed_tables, check_set
from app.publishing.revisions import CHAIN, Act, add, lock, transaction
from app.publishing.still_used import still_used

RAISE_VERSION = sql("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")


class Refused(Invalid):
    """A change set that may not be published; `problems` says why, each with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        errors: dict[str, list[Text]] = {}
        for problem in problems:
            errors.setdefault(problem.path, []).append(problem.message)
        summary = text("This cannot be published: %(n)d problems.", n=len(problems))
        super().__init__(summary.msgid, errors=errors, **summary.params)
        self.problems = problems


def publish(changes: Changes, act: Act, trial: Trial | None = None) -> list[Revision]:
    """Publish these texts together, or none of them. Raises Refused with every problem.

    A text that is in force already makes no new revision, except a process beside a table whose interface
    changes: it is published again, so that new cases rely on the new interface and running ones on the old.
    """
    with transaction():
        lock()
        return put_checked(changes, act, trial)


def put_checked(changes: Changes, act: Act, trial: Trial | None) -> list[Revision]:
    """Check and publish texts under the lock, which the caller holds until it commits. Raises Refused."""
    catalogue = current()
    if act.effective_on:
        catalogue = catalogue.at(max(act.effective_on, catalogue.on))
    problems = problems_of(changes, catalogue, trial)
    if problems:
        raise Refused(problems)
    return _put_in_force(changes, act, catalogue)


def problems_of(changes: Changes, catalogue: Catalogue, trial: Trial | None = None) -> list[Problem]:
    """Everything that keeps these texts from being published together; running cases are asked too."""
    return check_set(changes, catalogue, trial) + still_used(changes, catalogue)


def put_in_force(changes: Mapping[Ref, str], act: Act) -> list[Revision]:
    """Publish texts that were checked under the lock, which the caller holds until it commits."""
    return _put_in_force(changes, act, current())


def _put_in_force(changes: Changes, act: Act, catalogue: Catalogue) -> list[Revision]:
    again = beside_changed_tables(changes, catalogue)
    made = [
        _published(ref, source, act)
        for ref, source in sorted(changes.items())
        if ref in again or _is_new(ref, source, catalogue)
    ]
    if made:
        Session.execute(RAISE_VERSION)
        _tell(made, act)
    return made


def _is_new(ref: Ref, source: str | None, catalogue: Catalogue) -> bool:
    newest = catalogue.newest(*ref)
    if newest is None or newest.is_withdrawal:
        return source is not None
    return source is None or newest.sha256 != digest(source) or not newest.may_run(catalogue.on)


def _published(ref: Ref, source: str | None, act: Act) -> Revision:
    row = Revision(text=normal(source or ""), is_withdrawal=source is None)
    row.state, row.published_at, row.effective_on = PUBLISHED, act.now, act.effective_on
    add(row, ref, act)
    _supersede(row)
    return row


def _supersede(row: Revision) -> None:
    """What will not be in force again is history: at once, or all that was still to come after this one."""
    query = update(Revision).where(
        Revision.kind == row.kind,
        Revision.key == row.key,
        Revision.number < row.number,
        Revision.state == PUBLISHED,
    )
    if row.effective_on and row.effective_on > current().on:
        query = query.where(Revision.effective_on >= row.effective_on)
    Session.execute(query.values(state=SUPERSEDED))


def _tell(made: list[Revision], act: Act) -> None:
    """Roles become roles of the accounts; every revision leaves a line in the audit trail."""
    for row in made:
        shape = parse(row.kind, row.key, row.text).shape
        if isinstance(shape, Roles):
            roles.ensure(shape)
        effective = row.effective_on.isoformat() if row.effective_on else None
        what = {"kind": row.kind, "key": row.key, "number": row.number, "sha256": row.sha256}
        record(
            CHAIN,
            "definition.withdrawn" if row.is_withdrawal else "definition.published",
            act.author,
            act.now,
            **what,
            note=act.note,
            effective_on=effective,
            source=act.source,
        )
