"""Write what a step did: one statement for what is done, one for what opens and the audit event."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.orm.attributes import set_committed_value

from app.audit import chain
from app.cases.models import Case, Decision, Task
from app.db import run
from app.errors import Conflict
from app.flow.work import Work

_json = json.JSONEncoder(default=datetime.isoformat).encode


def _empty(table: Table) -> dict[str, Any]:
    """What a new row holds in each column but its number before anything is set."""
    return {column.name: _default(column.default) for column in table.c if not column.primary_key}


def _default(how: Any) -> Any:
    value = getattr(how, "arg", None)
    return value(None) if callable(value) else value


def _names(empty: dict[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, empty))


_TASK = _empty(Task.metadata.tables["task"])
_DECISION = _empty(Task.metadata.tables["decision"])

# Rows travel as JSON, in the columns that the tables have: one text for one row, several or none.
_CLOSE = (
    sql.SQL("""
    WITH decided AS (
        INSERT INTO decision ({decision})
        SELECT {decision} FROM jsonb_populate_record(NULL::decision, %(decision)s::jsonb)
         WHERE case_id IS NOT NULL),
         answered AS (
        UPDATE "case"
           SET data = data || jsonb_build_object(%(key)s::text,
                                                 coalesce(data -> %(key)s::text, '{{}}') || %(data)s::jsonb)
         WHERE id = %(case)s AND %(data)s::jsonb <> '{{}}')
    UPDATE task
       SET state = %(state)s, outcome = %(outcome)s, note = %(note)s, completed_by = %(completed_by)s,
           completed_at = %(completed_at)s, data = %(data)s::jsonb, idempotency_key = %(idempotency_key)s,
           version = %(version)s
     WHERE id = %(task)s AND state = 'open' AND version = %(version)s - 1
""")
    .format(decision=_names(_DECISION))
    .as_bytes()
)
_OPEN = (
    sql.SQL("""
    {adding}, opened AS (
        INSERT INTO task ({task})
        SELECT {task} FROM jsonb_populate_recordset(NULL::task, %(tasks)s::jsonb)
        RETURNING id, step, no, title),
         told AS (
        SELECT %(answer)s::jsonb || jsonb_build_object('entered', coalesce(
            jsonb_agg(to_jsonb(opened) ORDER BY id), '[]')) AS answer FROM opened),
         kept AS (
        UPDATE task SET answer = told.answer
          FROM told WHERE id = %(task)s AND idempotency_key IS NOT NULL)
    SELECT answer, EXISTS (SELECT FROM added) FROM told
""")
    .format(task=_names(_TASK), adding=sql.SQL(chain.ADDING))
    .as_bytes()
)


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
    if run(_CLOSE, values).rowcount != 1:
        raise Conflict("This task has changed since you opened it. Reload the page and look again.")
    _is_written(task, **closed, data=work.answers)
    if work.answers:
        _is_written(case, data={**case.data, key: {**case.data.get(key, {}), **work.answers}})


def opened(
    work: Work, tasks: Sequence[Task], event: Mapping[str, Any], answer: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """Open tasks and add the audit event; the answer, with what was entered, is what a repetition gets."""
    values = {**event, "task": work.task.id, "answer": answer and _json(answer)}
    values["tasks"] = _json([_row(task, _TASK) for task in tasks])
    told: dict[str, Any] | None
    told, is_added = run(_OPEN, values).fetchone() or (None, False)
    if not is_added:
        chain.append(event)
    return told


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
