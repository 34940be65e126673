"""Of several changed files, choose those that may be published, together where they need each other."""

from collections.abc import Iterator

from app.definitions.parse import ROLES, Ref
from app.definitions.references import names_in
from app.publishing.check import Examination

Group = frozenset[Ref]


def choose(examination: Examination, refs: set[Ref]) -> set[Ref]:
    """The largest part that passes the gate together, as far as trying the likely groups finds it."""
    todo = {ref for ref in refs if not examination.own(ref)}
    chosen: set[Ref] = set()
    progress = True
    while todo and progress:
        progress = False
        for group in list(_groups(examination, todo)):
            if group <= todo and not examination.cross(chosen | group):
                chosen |= group
                todo -= group
                progress = True
    return chosen


def _groups(examination: Examination, todo: set[Ref]) -> Iterator[Group]:
    """All; the roles; each service's folder; each definition with what it names; each by itself."""
    yield frozenset(todo)
    yield frozenset({ROLES})
    for folder in sorted({key.partition("/")[0] for _, key in todo}):
        yield frozenset(ref for ref in todo if ref[1].startswith(f"{folder}/"))
    for ref in sorted(todo):
        shape = examination.parsed[ref].shape
        if ref[0] in ("service", "process") and shape:
            yield frozenset({ref} | (names_in(*ref, shape) & todo))
    yield from (frozenset({ref}) for ref in sorted(todo))
