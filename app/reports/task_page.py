"""One task as plain data: the ways out, what completing it does, how its deadline came about."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.cases.models import Case, Task
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.form import FormDefinition
from app.definitions.letter import Letter as Template
from app.definitions.process import Action, Process, Step
from app.errors import NotFound
from app.letters.by_hand import signs_by_hand
from app.people.access import Person
from app.reports.case_page import iso
from app.reports.view import may_know


def view_task(person: Person, task_id: int) -> tuple[Task, Case]:
    """A task of a case this person may know of."""
    task = Session.get(Task, task_id)
    case = Session.scalar(select(Case).where(Case.id == task.case_id)) if task else None
    if task is None or case is None or not may_know(person, task, case):
        raise NotFound("There is no such task.")
    return task, case


def task_json(task: Task, case: Case) -> dict[str, Any]:
    """A task as api.md names it, its form as the caller's schema function words it."""
    catalogue = current()
    process: Process = catalogue.revision("process", case.process, case.process_revision).shape
    step = process.steps[task.step]
    return {
        "id": task.id,
        "case": case.number,
        "step": task.step,
        "no": task.no,
        "title": task.title,
        "role": task.role,
        "kind": task.kind,
        "state": task.state,
        "claimed_by": task.claimed_by,
        "assignees": task.assignees,
        "entered_at": iso(task.entered_at),
        "due_at": iso(task.due_at),
        "deadline": task.deadline,
        "version": task.version,
        "needs": step.needs,
        "yields": step.yields,
        "remark": step.remark,
        "interpretation": step.interpretation,
        "outcomes": [
            {"key": key, "title": way.title, "needs_note": way.needs_note}
            for key, way in step.outcomes.items()
        ],
        "decides": step.decide.table if step.decide else None,
        "does": does(step),
        "needs_passphrase": needs_passphrase(process, step.actions(), case),
        "requirements": [
            {"key": key, **item.model_dump()} for key, item in catalogue.requirements(case.service).items()
        ],
    }


def form_of_task(task: Task, case: Case) -> FormDefinition | None:
    """The form a task was opened with."""
    catalogue = current()
    process: Process = catalogue.revision("process", case.process, case.process_revision).shape
    key = process.steps[task.step].form_key
    if key is None or task.form_revision is None:
        return None
    shape: FormDefinition = catalogue.revision("form", key, task.form_revision).shape
    return shape


def does(step: Step) -> list[str]:
    """What completing the step does, in words of the process: draft, initial, sign, number and so on."""
    return list(dict.fromkeys(action.verb for action in step.actions()))


def needs_passphrase(process: Process, actions: Iterable[Action], case: Case) -> bool:
    """True where one of the actions is a signature with a certificate of the person's own."""
    catalogue = current()
    if signs_by_hand(catalogue.get("service", case.service).shape, case.office):
        return False
    for action in actions:
        if action.sign:
            letters = process.slots[action.sign].letters
            templates: list[Template] = [catalogue.get("letter", key).shape for key in letters]
            if not all(template.is_automatic for template in templates):
                return True
    return False
