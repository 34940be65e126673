"""What is in force: an immutable snapshot of the published revisions, renewed when its version changed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal_column, select
from sqlalchemy.orm import SessionTransaction

from app import clock
from app.db import Session
from app.definitions.decision_table import DecisionTable
from app.definitions.models import CatalogueVersion, Revision
from app.definitions.parse import ROLES, Ref, parse
from app.definitions.roles import Roles
from app.definitions.service import Requirement, Service
from app.errors import Invalid, NotFound

HOME_TIMEZONE = "Asia/Jakarta"
ZONE = ZoneInfo(HOME_TIMEZONE)
PUBLISHED, SUPERSEDED = "published", "superseded"

# Read once a transaction: the version with the transaction that wrote it, since after a restored backup the
# same number may stand for something else.
WRITER: Any = literal_column("catalogue_version.xmin::text").label("writer")
STAMP = (CatalogueVersion.version, WRITER)
READ_VERSION = select(*STAMP).where(CatalogueVersion.id == 1)
log = logging.getLogger(__name__)


class Published(NamedTuple):
    """A revision that was or is published, without its text."""

    id: int
    number: int
    sha256: str
    published_at: datetime
    effective_on: date | None
    source: str
    is_withdrawal: bool = False

    @property
    def since(self) -> date:
        """The first day on which it was or will be in force."""
        return self.effective_on or self.published_at.astimezone(ZONE).date()

    def may_run(self, on: date) -> bool:
        """What was published without a date is in force at once, whatever the calendar of an office says."""
        return self.effective_on is None or self.effective_on <= on


@dataclass(frozen=True)
class Entry:
    """One revision of a definition. `shape` is the pydantic model of its kind."""

    kind: str
    key: str
    number: int
    sha256: str
    shape: Any
    text: str


@dataclass(frozen=True)
class Snapshot:
    """Every published revision by definition, oldest first; never changed once made."""

    version: int
    writer: str
    history: Mapping[Ref, tuple[Published, ...]]


@dataclass(frozen=True)
class Catalogue:
    """The definitions in force on a day."""

    snapshot: Snapshot
    on: date
    is_past: bool = False

    @property
    def version(self) -> int:
        """Grows with every publish; equal versions mean equal definitions."""
        return self.snapshot.version

    def at(self, on: date) -> "Catalogue":
        """The same definitions on another day: a past one for the law of the day of submission."""
        return Catalogue(self.snapshot, on, on < self.on)

    def published(self, kind: str, key: str) -> Published | None:
        """The revision in force, without its text; none where the definition is withdrawn."""
        found = next((item for item in reversed(self.history(kind, key)) if self._runs(item)), None)
        return None if found and found.is_withdrawal else found

    def has(self, kind: str, key: str) -> bool:
        """Tell whether a definition is in force."""
        return self.published(kind, key) is not None

    def get(self, kind: str, key: str) -> Entry:
        """The revision in force; NotFound where there is none."""
        found = self.published(kind, key)
        if found is None:
            raise NotFound("There is no definition %(key)s (%(kind)s).", kind=kind, key=key)
        return _entry(kind, key, found)

    def revision(self, kind: str, key: str, number: int) -> Entry:
        """A published revision, in force or not; NotFound where there is none."""
        return _entry(kind, key, self._numbered(kind, key, number))

    def text(self, kind: str, key: str, number: int | None = None) -> str:
        """The text of a revision, or of the one in force, even where this program cannot read it any more."""
        found = self.published(kind, key) if number is None else self._numbered(kind, key, number)
        if found is None:
            raise NotFound("There is no definition %(key)s (%(kind)s).", kind=kind, key=key)
        return _text_of(found.sha256, found.id)

    def _numbered(self, kind: str, key: str, number: int) -> Published:
        for found in self.history(kind, key):
            if found.number == number:
                return found
        raise NotFound(
            "There is no revision %(number)d of %(key)s (%(kind)s).", kind=kind, key=key, number=number
        )

    def history(self, kind: str, key: str) -> tuple[Published, ...]:
        """Every revision that was ever published, oldest first."""
        return self.snapshot.history.get((kind, key), ())

    def newest(self, kind: str, key: str) -> Published | None:
        """The revision published last, even where it comes into force only later."""
        history = self.history(kind, key)
        return history[-1] if history else None

    def coming(self) -> list[date]:
        """The later days on which something already published comes into force."""
        newest = [history[-1].effective_on for history in self.snapshot.history.values()]
        return sorted({day for day in newest if day and day > self.on})

    def keys(self, kind: str) -> list[str]:
        """The keys of a kind in force, in alphabetical order."""
        return sorted(key for known, key in self.snapshot.history if known == kind and self.has(known, key))

    def entries(self, kind: str) -> list[Entry]:
        """Every definition of a kind in force; one that this program cannot read any more is left out."""
        found = []
        for key in self.keys(kind):
            try:
                found.append(self.get(kind, key))
            except Invalid:
                log.exception("%s %s is in force but cannot be read", kind, key)
        return found

    @property
    def roles(self) -> Roles:
        """All roles; none before the first file of roles is published."""
        if not self.has(*ROLES):
            return Roles(kind="roles", roles={})
        shape: Roles = self.get(*ROLES).shape
        return shape

    def requirements(self, service_key: str) -> dict[str, Requirement]:
        """The documents a service asks for, in printed order."""
        service: Service = self.get("service", service_key).shape
        return service.requirements

    def table_for(self, process: tuple[str, int], table: str) -> Entry:
        """The table a case decides by: the newest in force that has the interface its process relies on.

        `process` is key and revision number. Where none was in force on this day, it is the first one.
        """
        wanted = _interface(self._table_at_publishing(process, table))
        history = [item for item in self.history("decision_table", table) if not item.is_withdrawal]
        in_force = [item for item in history if self._runs(item)]
        for found in [*reversed(in_force), *history]:
            entry = _entry("decision_table", table, found)
            if _interface(entry) == wanted:
                return entry
        raise NotFound("There is no definition %(key)s (%(kind)s).", kind="decision_table", key=table)

    def _runs(self, item: Published) -> bool:
        return item.since <= self.on if self.is_past else item.may_run(self.on)

    def _table_at_publishing(self, process: tuple[str, int], table: str) -> Entry:
        """The table as it was, or became with it, when a process revision was published."""
        key, number = process
        published = next((item for item in self.history("process", key) if item.number == number), None)
        if published is None:
            return self.get("decision_table", table)
        for found in reversed(self.history("decision_table", table)):
            was_there = found.published_at <= published.published_at and found.since <= published.since
            if was_there and not found.is_withdrawal:
                return _entry("decision_table", table, found)
        return self.get("decision_table", table)


class _Memo(NamedTuple):
    transaction: SessionTransaction | None
    catalogue: Catalogue


class _Shared:
    """The newest snapshot this process knows; swapped by reference: who holds an old one finishes with it."""

    latest = Snapshot(-1, "", {})


def current(on: date | None = None) -> Catalogue:
    """The catalogue for this transaction; `on` is the office's day, else the installation's."""
    catalogue = _remembered() or refresh()
    return catalogue if on is None else catalogue.at(on)


def with_version(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Have a query bring the version along for `seen`, which saves a transaction a statement of its own."""
    return query.add_columns(*STAMP).outerjoin(CatalogueVersion, CatalogueVersion.id == 1)


def seen(version: int | None, writer: str | None) -> None:
    """Take the version that a statement has brought along; a transaction keeps the first that it saw."""
    if _remembered() is None:
        _remember(version or 0, writer or "")


def refresh() -> Catalogue:
    """Read the version again within a transaction: for a publisher that has just waited for another one."""
    row = Session.execute(READ_VERSION).one_or_none()
    return _remember(*(row or (0, "")))


def today() -> date:
    """The installation's day; an office in another time zone passes its own."""
    return clock.now().astimezone(ZONE).date()


def _remembered() -> Catalogue | None:
    session = Session()
    memo: _Memo | None = session.info.get("catalogue")
    return memo.catalogue if memo and memo.transaction is session.get_transaction() else None


def _remember(version: int, writer: str) -> Catalogue:
    session = Session()
    snapshot = _Shared.latest
    if (snapshot.version, snapshot.writer) != (version, writer):
        snapshot = _Shared.latest = _load(version, writer)
    catalogue = Catalogue(snapshot, today())
    session.info["catalogue"] = _Memo(session.get_transaction(), catalogue)
    return catalogue


def _load(version: int, writer: str) -> Snapshot:
    query = (
        select(
            Revision.kind,
            Revision.key,
            Revision.id,
            Revision.number,
            Revision.sha256,
            Revision.published_at,
            Revision.effective_on,
            Revision.source,
            Revision.is_withdrawal,
        )
        .where(Revision.state.in_((PUBLISHED, SUPERSEDED)), Revision.published_at.is_not(None))
        .order_by(Revision.number)
    )
    history: dict[Ref, list[Published]] = {}
    for kind, key, *row in Session.execute(query):
        history.setdefault((kind, key), []).append(Published._make(row))
    return Snapshot(version, writer, {ref: tuple(items) for ref, items in history.items()})


@lru_cache(maxsize=4096)
def _text_of(sha256: str, row_id: int) -> str:
    """The text of a revision, kept by its hash: row ids start anew in another database."""
    return Session.scalars(select(Revision.text).where(Revision.id == row_id)).one()


def _interface(entry: Entry) -> dict[str, object]:
    table: DecisionTable = entry.shape
    return table.interface


@lru_cache(maxsize=4096)
def _entry(kind: str, key: str, found: Published) -> Entry:
    source = _text_of(found.sha256, found.id)
    parsed = parse(kind, key, source)
    if parsed.shape is None:
        raise Invalid(
            "Revision %(number)d of %(key)s (%(kind)s) does not fit this version of the program: %(reason)s",
            kind=kind,
            key=key,
            number=found.number,
            reason=str(parsed.problems[0]),
        )
    return Entry(kind, key, found.number, found.sha256, parsed.shape, source)
