"""Complete a task in one transaction: read the form, decide, perform effects, open what comes next."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.chain import event, record
from app.cases import engine
from app.cases.models import Task
from app.db import Session
from app.errors import Invalid, text
from app.flow import case_clock, write
from app.flow.answers import read_answers
from app.flow.corrections import require_askable
from app.flow.deciding import decide
from app.flow.effects import perform
from app.flow.move import make_move
from app.flow.permission import SameHands, require_may_do, require_open
from app.flow.signing_in import count_wrong_passphrase
from app.flow.stand_in import stand_in
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_task
from app.letters.keystore import WrongPassphrase
from app.people.access import Person


def complete(person: Person, task_id: int, given: Given, now: datetime) -> dict[str, Any]:
    """Complete a task and return what it led to; a repetition with the same key gets the first answer.

    Raises NotFound, Forbidden, Conflict (done, stale, claimed by another), Invalid (form, outcome).
    """
    try:
        with transaction():
            work = lock_task(task_id, person, given, now)
            if is_repetition(work):
                return work.task.answer or {}
            require_open(work)
            require_may_do(work)
            return finish(work)
    except SameHands as refusal:
        record_refusal(person, task_id, refusal, now)
        raise
    except WrongPassphrase:
        count_wrong_passphrase(person, now)
        raise


def finish(work: Work) -> dict[str, Any]:
    """Carry out the locked, permitted task of `work` to the end; the caller commits."""
    work.answers = read_answers(work)
    outcome = decide(work)
    require_note(work, outcome)
    require_askable(work, outcome)
    write.done(work, outcome, data_key(work))
    stand_in(work)
    move = leave(work, outcome)
    case_clock.begin(work, move)
    perform(work, move)
    entered = make_move(work, move)
    done = event(work.chain, "task.completed", work.person.username, work.now, summary(work, outcome))
    return write.opened(work, entered, done, answer(work, outcome)) or {}


def leave(work: Work, outcome: str | None) -> engine.Move:
    """Advance, unless colleagues still have the same step to do."""
    if work.step.each and _colleagues_open(work):
        way = work.step.outcomes.get(outcome or "")
        actions = [*work.step.do, *(way.do if way else [])]
        effects = [engine.Effect(work.task.step, action) for action in actions]
        return engine.Move(effects=effects, joins=work.case.joins)
    return engine.advance(work.process, work.case.joins, work.task.step, outcome, taken_in(work))


def taken_in(work: Work) -> engine.Taken:
    """How a step of this case ended when it was last done."""

    def taken(step: str) -> str | None:
        query = select(Task.outcome).where(
            Task.case_id == work.case.id, Task.step == step, Task.state == "done"
        )
        return Session.scalar(query.order_by(Task.completed_at.desc(), Task.id.desc()).limit(1))

    return taken


def data_key(work: Work) -> str:
    """Where the answers of a step are kept: those of the start form always under `application`."""
    return "application" if work.step.form == work.process.start.form else work.task.step


def require_note(work: Work, outcome: str | None) -> None:
    """Some ways out must be explained."""
    way = work.step.outcomes.get(outcome or "")
    if way and way.needs_note and not work.given.note.strip():
        raise Invalid("Explain this in the note.", errors={"note": [text("Explain this in the note.")]})


def is_repetition(work: Work) -> bool:
    """True if this very completion was carried out before."""
    key, task = work.given.idempotency_key, work.task
    same_person = task.completed_by == work.person.username
    return key is not None and task.state == "done" and same_person and task.idempotency_key == key


def summary(work: Work, outcome: str | None) -> dict[str, Any]:
    """What the audit line says of a completed task; contents of the form stay in the case."""
    return {
        "task": work.task.id,
        "step": work.task.step,
        "no": work.task.no,
        "title": work.task.title,
        "outcome": outcome,
        "note": work.given.note,
    }


def answer(work: Work, outcome: str | None) -> dict[str, Any]:
    """What the door tells whoever completed the task, beside what was entered."""
    decision = work.decision
    return {
        "case": work.case.number,
        "status": work.case.status,
        "outcome": outcome,
        "decision": decision
        and {
            "table": decision.table,
            "revision": decision.revision,
            "outcome": decision.outcome,
            "rows": decision.rows,
            "reasons": decision.reasons,
        },
    }


def record_refusal(person: Person, task_id: int, refusal: SameHands, now: datetime) -> None:
    """Keep a refused attempt at controlling one's own work, in a transaction of its own."""
    with transaction():
        case_id = Session.scalar(select(Task.case_id).where(Task.id == task_id))
        record(f"case:{case_id}", "task.refused", person.username, now, task=task_id, reason=str(refusal))


def _colleagues_open(work: Work) -> bool:
    query = select(Task.id).where(
        Task.case_id == work.case.id,
        Task.step == work.task.step,
        Task.state == "open",
        Task.id != work.task.id,
    )
    return Session.scalar(query.limit(1)) is not None
