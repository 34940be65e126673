"""The bench service on SpiffWorkflow's library and psycopg: the same work as a step of ours, its own way.

The state is stored as its BpmnWorkflowSerializer writes it. `whole` keeps the specification inside, as its
documentation does; otherwise the specification stays in memory and only the running state is stored, which is
the fastest way that its converters offer. What is not the library's own affair it does as ours does, with the
same functions: answers are checked by the form, deadlines are counted by the office's calendar, and the audit
line is chained.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.task import TaskState

from app.cases import clock
from app.cases.calendar import WorkCalendar
from app.definitions.catalogue import current
from app.definitions.process import Norm
from app.forms.answers import read
from app.forms.context import FormContext, requirements_of
from bench.definitions import FORM_KEY, SERVICE_KEY, role_of

HERE = Path(__file__).parent
SCHEMA = """
CREATE SCHEMA IF NOT EXISTS spiff;
CREATE TABLE IF NOT EXISTS spiff.instance (
    id bigserial PRIMARY KEY, state text NOT NULL, status text NOT NULL);
CREATE TABLE IF NOT EXISTS spiff.task (
    id bigserial PRIMARY KEY, instance_id bigint NOT NULL REFERENCES spiff.instance, spiff_id text NOT NULL,
    name text NOT NULL, role text NOT NULL, state text NOT NULL DEFAULT 'open', due_at timestamptz,
    deadline jsonb, data jsonb, completed_by text, completed_at timestamptz, version int NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS task_inbox ON spiff.task (role, due_at, id) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS task_instance ON spiff.task (instance_id);
CREATE TABLE IF NOT EXISTS spiff.decision (
    id bigserial PRIMARY KEY, instance_id bigint NOT NULL REFERENCES spiff.instance,
    task_id bigint NOT NULL REFERENCES spiff.task, facts jsonb, reasons jsonb, at timestamptz, by text);
CREATE TABLE IF NOT EXISTS spiff.audit_head (chain text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL);
CREATE TABLE IF NOT EXISTS spiff.audit_event (
    id bigserial PRIMARY KEY, chain text, seq bigint, at timestamptz, actor text, action text, detail jsonb,
    prev_hash text, hash text, UNIQUE (chain, seq));
"""
LOCK = """
SELECT i.id, i.state, t.spiff_id, t.name, t.role, t.state, t.version
  FROM spiff.instance i JOIN spiff.task t ON t.instance_id = i.id WHERE t.id = %s FOR UPDATE OF i
"""
CLOSE = """
UPDATE spiff.task SET state = 'done', data = %s, completed_by = %s, completed_at = %s, version = version + 1
 WHERE id = %s AND version = %s
"""
OPEN = """
INSERT INTO spiff.task (instance_id, spiff_id, name, role, due_at, deadline) VALUES (%s, %s, %s, %s, %s, %s)
RETURNING id
"""
DECISION = """
INSERT INTO spiff.decision (instance_id, task_id, facts, reasons, at, by) VALUES (%s, %s, %s, %s, %s, %s)
"""
HEAD = """
INSERT INTO spiff.audit_head VALUES (%s, 0, '') ON CONFLICT (chain) DO UPDATE SET seq = spiff.audit_head.seq
RETURNING seq, hash
"""
EVENT = """
WITH moved AS (UPDATE spiff.audit_head SET seq = %(seq)s, hash = %(hash)s WHERE chain = %(chain)s)
INSERT INTO spiff.audit_event (chain, seq, at, actor, action, detail, prev_hash, hash)
VALUES (%(chain)s, %(seq)s, %(at)s, %(actor)s, %(action)s, %(detail)s, %(prev_hash)s, %(hash)s)
"""


class StateOnly(BpmnWorkflowConverter):
    """Writes the running state without the specification, and restores it upon the one in memory."""

    spec: Any = None

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, Any]:
        written: dict[str, Any] = WorkflowConverter.to_dict(self, workflow)
        return {**written, "subprocesses": {}, "bpmn_events": []}

    def from_dict(self, dct: dict[str, Any]) -> BpmnWorkflow:
        workflow = self.target_class(self.spec, {}, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        return workflow


class Desk:
    """One client at work, with a connection of its own."""

    def __init__(self, conninfo: str, calendar: WorkCalendar, *, whole: bool) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_file(str(HERE / "process.bpmn"))
        parser.add_dmn_file(str(HERE / "table.dmn"))
        self.spec = parser.get_spec("bench")
        config = DEFAULT_CONFIG if whole else {**DEFAULT_CONFIG, BpmnWorkflow: StateOnly}
        StateOnly.spec = self.spec
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self.calendar = calendar
        self.connection = psycopg.connect(conninfo)
        self.connection.prepare_threshold = 0

    def open_case(self, now: datetime) -> int:
        """Start an instance, do its entry, and return the row of its first task."""
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        entry = workflow.get_next_task(state=TaskState.READY, manual=True)
        entry.run()
        workflow.do_engine_steps()
        with self.connection.transaction(), self.connection.cursor() as cursor:
            state = self.serializer.serialize_json(workflow)
            cursor.execute(
                "INSERT INTO spiff.instance (state, status) VALUES (%s, 'open') RETURNING id", [state]
            )
            return self._open_next(cursor, cursor.fetchone()[0], workflow, now) or 0  # type: ignore[index]

    def complete(self, task_id: int, person: str, data: dict[str, Any], now: datetime) -> int | None:
        """One step in one transaction; returns the row of the next task, None at the end."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute(LOCK, [task_id])
            instance, state, spiff_id, name, role, task_state, version = cursor.fetchone()  # type: ignore[misc]
            if task_state != "open" or role != person:
                raise PermissionError(f"{person} may not do {name}")
            workflow = self.serializer.deserialize_json(state)
            task = workflow.get_task_from_id(UUID(spiff_id))
            data = self._checked(data, now)
            task.data.update(data, reason=[])  # its table gives nothing where no row matches
            task.run()
            workflow.do_engine_steps()
            cursor.execute(CLOSE, [Jsonb(data), person, now, task_id, version])
            if data:
                reasons = workflow.last_task.data.get("reason", [])
                cursor.execute(DECISION, [instance, task_id, Jsonb(data), Jsonb(reasons), now, person])
            following = self._open_next(cursor, instance, workflow, now)
            detail = {"task": task_id, "step": name, "title": task.task_spec.bpmn_name}
            _record(cursor, f"case:{instance}", "task.completed", person, now, detail)
            status = "closed" if workflow.is_completed() else "open"
            cursor.execute(
                "UPDATE spiff.instance SET state = %s, status = %s WHERE id = %s",
                [self.serializer.serialize_json(workflow), status, instance],
            )
            return following

    def _checked(self, data: dict[str, Any], now: datetime) -> dict[str, Any]:
        if not data:
            return {}
        form, service = current().get("form", FORM_KEY).shape, current().get("service", SERVICE_KEY).shape
        context = FormContext(self.calendar.local_date(now), requirements_of(service), lenient_files=True)
        answers = read(form, data, context)
        if answers.errors:
            raise ValueError(str(answers.errors))
        return dict(answers.values)

    def _open_next(
        self, cursor: psycopg.Cursor, instance: int, workflow: BpmnWorkflow, now: datetime
    ) -> int | None:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return None
        name = task.task_spec.name
        number = int(name.removeprefix("step").replace("entry", "0"))
        norm = Norm(working_days=2) if number % 2 else Norm(minutes=240)
        deadline = clock.due(self.calendar, norm, now)
        cursor.execute(
            OPEN,
            [instance, str(task.id), name, role_of(number), deadline.due_at, Jsonb(deadline.as_json())],
        )
        return cursor.fetchone()[0]  # type: ignore[index]


def _record(
    cursor: psycopg.Cursor, chain: str, action: str, actor: str, now: datetime, detail: dict[str, Any]
) -> None:
    """Chain an audit line the way app.audit.chain does."""
    cursor.execute(HEAD, [chain])
    seq, prev_hash = cursor.fetchone()  # type: ignore[misc]
    content = [chain, seq + 1, now.isoformat(timespec="microseconds"), actor, action, detail, prev_hash]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    line = {
        "chain": chain, "seq": seq + 1, "at": now, "actor": actor, "action": action, "detail": Jsonb(detail),
        "prev_hash": prev_hash, "hash": hashlib.sha256(canonical.encode()).hexdigest(),
    }  # fmt: skip
    cursor.execute(EVENT, line)
