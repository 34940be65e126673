"""Roads that were walked before: the database is put where they led, instead of walking them again."""

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Engine

from app.db import Session
from tests import cleaning


class Stride(NamedTuple):
    """One thing that is done, and what it is called: same words at the same place lead to the same rows."""

    words: Any
    take: Callable[[], object]


def go(strides: Sequence[Stride]) -> None:
    """Go on from the furthest place where somebody has been before; only what is new is walked."""
    names = _names(strides)
    new = strides[_been_before(names) :]
    for stride in new:
        stride.take()
    if new and names:
        _remember(names[-1])


def _names(strides: Sequence[Stride]) -> list[str]:
    """A name of each place on the way; none where others work beside us or the words are not plain."""
    if threading.current_thread() is not threading.main_thread():
        return []
    try:
        words = [json.dumps(stride.words, sort_keys=True) for stride in strides]
    except TypeError:
        return []
    Session.rollback()
    with _engine().connect() as connection:
        here = cleaning.mark(connection)
    return list(accumulate(words, _after, initial=here))[1:]


def _been_before(names: list[str]) -> int:
    """Go to the furthest place that was kept; how many strides that saved."""
    if not names:
        return 0
    with _engine().begin() as connection:
        known = cleaning.kept(connection, names)
        furthest = max((place for place, name in enumerate(names, 1) if name in known), default=0)
        if furthest:
            cleaning.go_to(connection, names[furthest - 1])
    return furthest


def _remember(name: str) -> None:
    Session.rollback()
    with _engine().begin() as connection:
        cleaning.keep(connection, name)


def _after(place: str, words: str) -> str:
    return hashlib.sha256(f"{place} {words}".encode()).hexdigest()


def _engine() -> Engine:
    bound = Session.get_bind()
    assert isinstance(bound, Engine)
    return bound
