"""Why files are not in force, kept as rows so that administrators see them wherever they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.db import Session
from app.definitions.models import FileProblem
from app.definitions.problem import Problem
from app.errors import Text


def file_problems() -> list[Problem]:
    """Every problem of the files as the last synchronisation found them."""
    rows = Session.scalars(select(FileProblem).order_by(FileProblem.file, FileProblem.line, FileProblem.id))
    return [Problem(row.path, Text(row.message, row.params), row.line, row.file) for row in rows]


def keep(problems: Sequence[Problem], now: datetime) -> None:
    """Make the rows say this and nothing else; what was seen before keeps its time."""
    rows = list(Session.scalars(select(FileProblem)))
    wanted = {_identity(problem): problem for problem in problems}
    known = {
        (row.file, row.path, row.line, row.message, str(sorted(row.params.items()))): row for row in rows
    }
    for gone in known.keys() - wanted.keys():
        Session.execute(delete(FileProblem).where(FileProblem.id == known[gone].id))
    for new in wanted.keys() - known.keys():
        Session.add(_row(wanted[new], now))
    Session.flush()


def _row(problem: Problem, now: datetime) -> FileProblem:
    return FileProblem(
        file=problem.file or "",
        path=problem.path,
        line=problem.line,
        message=problem.message.msgid,
        params=_plain(problem.message),
        seen_at=now,
    )


def _identity(problem: Problem) -> tuple[str, str, int | None, str, str]:
    params = str(sorted(_plain(problem.message).items()))
    return (problem.file or "", problem.path, problem.line, problem.message.msgid, params)


def _plain(message: Text) -> dict[str, Any]:
    """Parameters as JSON keeps them."""
    return {
        name: value if isinstance(value, int | str) else str(value) for name, value in message.params.items()
    }
