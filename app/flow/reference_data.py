"""Edit reference data: every change writes its audit line in the same transaction."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import inspect
from sqlalchemy import text as sql

from app.audit.chain import record
from app.db import Base, Session
from app.flow.transaction import transaction
from app.people.access import Person
from app.people.models import Holiday, Office, OfficeHours

# kept out of the audit trail, which is never forgotten; that they changed is told
PRIVATE = frozenset({"nik", "npwp", "phone", "email"})
# calendars are kept in memory under the catalogue's version
RAISE_CATALOGUE = sql("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")

Check = Callable[[], None]


def add(item: Base, by: Person, now: datetime) -> None:
    """Store a new row."""
    with transaction():
        Session.add(item)
        Session.flush()
        _tell(item, "added", by, now, _values(item))


def change(item: Base, by: Person, now: datetime) -> None:
    """Store what was changed in a row."""
    with transaction():
        changes = changed(item)
        if changes:
            Session.flush()
            _tell(item, "changed", by, now, changes)


def remove(item: Base, by: Person, now: datetime) -> None:
    """Delete a row that nothing refers to."""
    with transaction():
        values = _values(item)
        Session.delete(item)
        Session.flush()
        _tell(item, "removed", by, now, values)


def changed(item: Base) -> dict[str, Any]:
    """The columns that differ from the database: from what to what."""
    found = {}
    state = inspect(item)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            found[column.key] = [_shown(column.key, old), _shown(column.key, new)]
    return found


def _tell(item: Base, verb: str, by: Person, now: datetime, values: dict[str, Any]) -> None:
    if isinstance(item, Holiday | Office | OfficeHours):
        Session.execute(RAISE_CATALOGUE)
    case_id, office_id = getattr(item, "case_id", None), getattr(item, "office_id", None)
    chain = f"case:{case_id}" if case_id else f"office:{office_id or 0}"
    name = item.__tablename__
    record(chain, f"{name}.{verb}", by.username, now, row=_key(item), values=values)


def _key(item: Base) -> Any:
    identity = inspect(item).identity
    return identity[0] if identity else None


def _values(item: Base) -> dict[str, Any]:
    attributes = inspect(item).mapper.column_attrs
    return {column.key: _shown(column.key, getattr(item, column.key)) for column in attributes}


def _shown(key: str, value: Any) -> Any:
    if key in PRIVATE:
        return "***" if value else ""
    return value.isoformat() if isinstance(value, date | datetime | time) else value
