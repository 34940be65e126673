"""Decide how a step ends: by its table where it has one, else by the person's choice."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.cases.models import Decision
from app.db import Session
from app.errors import Invalid, text
from app.flow.answers import form_of
from app.flow.work import Work
from app.forms.paths import facts
from app.rules.evaluate import Verdict, compiled
from app.rules.evaluate import decide as ask_table


def decide(work: Work) -> str | None:
    """The outcome of the step; a table's verdict is kept with the facts and revision it rests on."""
    step = work.step
    if step.decide:
        return decide_by_table(work)
    if not step.outcomes:
        return None
    if work.given.outcome not in step.outcomes:
        message = text(
            "Choose one of: %(choices)s.", choices=", ".join(o.title for o in step.outcomes.values())
        )
        raise Invalid("Choose how this step ends.", errors={"outcome": [message]})
    return work.given.outcome


def decide_by_table(work: Work) -> str:
    """Evaluate the step's table and keep the decision."""
    if work.given.outcome is not None:
        raise Invalid(
            "A rule table decides here; change the facts if you disagree.",
            errors={"outcome": [text("A rule table decides here; change the facts if you disagree.")]},
        )
    verdict, revision, used = evaluate(work)
    work.decision = Decision(
        case_id=work.case.id,
        task_id=work.task.id,
        step=work.task.step,
        table=work.step.decide.table if work.step.decide else "",
        revision=revision,
        facts=used,
        outcome=verdict.outcome,
        outputs=verdict.outputs,
        rows=verdict.rows,
        reasons=verdict.reasons,
        laws=verdict.laws,
        at=work.now,
        by=work.person.username,
    )
    return str(verdict.outcome)


def evaluate(work: Work) -> tuple[Verdict, int, dict[str, Any]]:
    """What the table in force says of this task, which revision said it, and the facts it rests on."""
    how = work.step.decide
    if how is None:
        raise ValueError(f"no table decides at {work.task.step}")
    entry = work.catalogue.table_for((work.case.process, work.case.process_revision), how.table)
    known = known_facts(work, entry.shape.inputs)
    table = compiled(entry.sha256, entry.shape)
    verdict = with_asks(work, ask_table(table, known, how.when_empty, how.otherwise))
    return verdict, entry.number, {path: known.get(path) for path in entry.shape.inputs}


def with_asks(work: Work, verdict: Verdict) -> Verdict:
    """Where every row is a deficiency, what the officer adds to the list is one more."""
    how = work.step.decide
    if not work.given.asks or how is None or how.otherwise is None:
        return verdict
    reasons = [*verdict.reasons, *(each.reason for each in work.given.asks)]
    return replace(verdict, outcome=how.otherwise, reasons=reasons)


def known_facts(work: Work, asked: Iterable[str]) -> dict[str, Any]:
    """Answers of this task at top level, earlier ones under their step, and how earlier tables decided."""
    asks_back = any(path.startswith("decision.") for path in asked)
    known: dict[str, Any] = decided_before(work) if asks_back else {}
    for step, answers in work.case.data.items():
        known.update({f"{step}.{path}": value for path, value in flat(answers).items()})
    form = form_of(work)
    if form is not None:
        known.update(facts(form, work.answers))
    return known


def decided_before(work: Work) -> dict[str, Any]:
    """The latest outcome of every table that has decided in this case."""
    query = (
        select(Decision.step, Decision.outcome).where(Decision.case_id == work.case.id).order_by(Decision.id)
    )
    return {f"decision.{step}.outcome": outcome for step, outcome in Session.execute(query)}


def flat(answers: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Answers by dotted path; a checklist item counts as its state."""
    out: dict[str, Any] = {}
    for key, value in answers.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            out[path] = value.get("state")
            out.update(flat(value, f"{path}."))
        else:
            out[path] = value
    return out
