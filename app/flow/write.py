"""Write what a step did: one statement for what is done, one for what opens; nothing is left to flush."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy import text as sql
from sqlalchemy.orm.attributes import set_committed_value

from app.cases.models import Case, Decision, Task
from app.db import Session
from app.errors import Conflict
from app.flow.work import Work

_json = json.JSONEncoder(default=datetime.isoformat).encode


def _empty(table: Table) -> dict[str, Any]:
    """What a new row holds in each column but its number before anything is set."""
    return {column.name: _default(column.default) for column in table.c if not column.primary_key}


def _default(how: Any) -> Any:
    value = getattr(how, "arg", None)
    return value(None) if callable(value) else value


def _names(empty: dict[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in empty)


_TASK = _empty(Task.metadata.tables["task"])
_DECISION = _empty(Task.metadata.tables["decision"])

# Rows travel as JSON, in the columns that the tables have: one text for one row, several or none.
_CLOSE = sql(f"""
    WITH decided AS (
        INSERT INTO decision ({_names(_DECISION)})
        SELECT {_names(_DECISION)}
          FROM jsonb_populate_record(NULL::decision, CAST(:decision AS jsonb)) WHERE case_id IS NOT NULL),
         answered AS (
        UPDATE "case"
           SET data = data || jsonb_build_object(CAST(:key AS text),
                                                 coalesce(data -> :key, '{{}}') || CAST(:data AS jsonb))
         WHERE id = :case AND CAST(:data AS jsonb) <> '{{}}')
    UPDATE task
       SET state = :state, outcome = :outcome, note = :note, completed_by = :completed_by,
           completed_at = :completed_at, data = CAST(:data AS jsonb), idempotency_key = :idempotency_key,
           version = :version
     WHERE id = :task AND state = 'open' AND version = :version - 1
""")  # noqa: S608 (names of columns)
_OPEN = sql(f"""
    WITH opened AS (
        INSERT INTO task ({_names(_TASK)})
        SELECT {_names(_TASK)} FROM jsonb_populate_recordset(NULL::task, CAST(:tasks AS jsonb))
        RETURNING id, step, no, title)
    UPDATE task
       SET answer = CAST(:answer AS jsonb) || jsonb_build_object('entered', (
           SELECT coalesce(jsonb_agg(to_jsonb(opened) ORDER BY id), '[]') FROM opened))
     WHERE id = :task
    RETURNING answer
""")  # noqa: S608 (names of columns)


def done(work: Work, outcome: str | None, key: str) -> None:
    """Close the task, keep its decision, and keep its answers with the case under `key`.

    Raises Conflict where the task is not open in the version that was read.
    """
    task, case = work.task, work.case
    closed = {
        "state": "done",
        "outcome": outcome,
        "note": work.given.note,
        "completed_by": work.person.username,
        "completed_at": work.now,
        "idempotency_key": work.given.idempotency_key,
        "version": task.version + 1,
    }
    values = {**closed, "task": task.id, "case": case.id, "key": key, "data": _json(work.answers)}
    values["decision"] = _json(_row(work.decision, _DECISION)) if work.decision else None
    result = Session.execute(_CLOSE, values)
    if isinstance(result, CursorResult) and result.rowcount != 1:
        raise Conflict("This task has changed since you opened it. Reload the page and look again.")
    _is_written(task, **closed, data=work.answers)
    if work.answers:
        _is_written(case, data={**case.data, key: {**case.data.get(key, {}), **work.answers}})


def opened(work: Work, tasks: Sequence[Task], answer: dict[str, Any] | None) -> dict[str, Any] | None:
    """Open tasks; the task just done keeps `answer`, where there is one, with what was entered."""
    values = {"task": work.task.id, "tasks": _json([_row(task, _TASK) for task in tasks])}
    kept: dict[str, Any] | None = Session.scalar(_OPEN, {**values, "answer": answer and _json(answer)})
    _is_written(work.task, answer=kept)
    return kept


def change(case: Case, **values: Any) -> None:
    """Set what is not so already: a row that is only set to what it was would still be flushed."""
    for name, value in values.items():
        if getattr(case, name) != value:
            setattr(case, name, value)


def _is_written(row: Task | Case, **values: Any) -> None:
    """Let an object know what the database has already."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def _row(new: Task | Decision, empty: dict[str, Any]) -> dict[str, Any]:
    """The columns of a new row, with the defaults of its table where nothing is set."""
    given = {name: value for name, value in vars(new).items() if name in empty and value is not None}
    return {**empty, **given}
