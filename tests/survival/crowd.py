"""Many people at once: the same thing done by many threads, each with a session of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import inspect

from app.cases.models import Task
from app.db import Session
from app.errors import OfficeError
from app.letters.models import Letter
from tests.desk import Desk

CROWD = 30  # at the same moment; each needs a connection of its own


def together(actions: Sequence[Callable[[], Any]], crowd: int = CROWD) -> list[Any]:
    """Do all, `crowd` at a time and beginning in the same moment; what was refused is in its place."""
    crowd = min(crowd, len(actions))
    line = threading.Barrier(crowd, timeout=60)

    def stand(first: int) -> dict[int, Any]:
        line.wait()
        try:
            return {n: _outcome(actions[n]) for n in range(first, len(actions), crowd)}
        finally:
            Session.remove()

    with ThreadPoolExecutor(crowd) as pool:
        found = [each for done in pool.map(stand, range(crowd)) for each in done.items()]
    return [outcome for _, outcome in sorted(found, key=lambda each: each[0])]


def _outcome(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except OfficeError as refusal:
        return refusal
    finally:
        Session.rollback()


def copies(desk: Desk, step: str, slot: str, count: int) -> list[Task]:
    """More cases like the desk's own, with the same step open and the same letter drafted and initialled."""
    original, task = desk.case, desk.task(step)
    letter = Session.query(Letter).filter_by(case_id=original.id, slot=slot).one()
    made = []
    for n in range(count):
        case = _like(original, number=f"{original.number}-{n}", idempotency_key=None)
        draft = _like(letter, case_id=case.id)
        for mark in letter.initials:
            _like(mark, letter_id=draft.id)
        made.append(_like(task, case_id=case.id))
    Session.commit()
    return made


def _like(row: Any, **changes: Any) -> Any:
    names = [column.key for column in inspect(type(row)).column_attrs if column.key != "id"]
    twin = type(row)(**{name: getattr(row, name) for name in names} | changes)
    Session.add(twin)
    Session.flush()
    return twin
