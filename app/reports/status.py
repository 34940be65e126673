"""What a case waits for, in one sentence that names the step and who must act."""

from app.cases.models import Case, Task
from app.definitions.process import Process
from app.errors import Text, text

RESULTS = {
    "granted": text("Finished: the application was granted."),
    "refused": text("Finished: the application was refused."),
    "returned": text("Finished: the file was returned without a decision."),
    "not_effective": text("Finished: the permit is not effective yet."),
    "withdrawn": text("Withdrawn by the applicant."),
    "expired": text("Closed because nothing more came."),
}


def sentence(case: Case, process: Process, open_tasks: list[Task], *, inside: bool) -> Text:
    """The status of a case; `inside` speaks to the office, else to the applicant."""
    if case.status == "draft":
        return text("A draft that has not been sent yet.")
    if case.status == "closed":
        return RESULTS.get(case.result or "", text("Finished."))
    if not open_tasks:
        return text("The office is working on it.")
    if case.status == "waiting_for_applicant":
        return _applicant(process, open_tasks, inside)
    task = open_tasks[0]
    step = process.steps[task.step]
    actor = process.actors[step.actor] if step.actor else None
    who = (actor.name or actor.title) if actor else ""
    if task.kind == "wait":
        return text("Waiting for an answer of %(who)s: %(step)s.", who=who, step=task.title)
    return text("Waiting for %(who)s: %(step)s.", who=who, step=task.title)


def _applicant(process: Process, open_tasks: list[Task], inside: bool) -> Text:
    """What the applicant is asked for: to fetch a letter, or to put something right."""
    to_fetch = any(
        action.receive for task in open_tasks for action in process.steps[task.step].do if action.receive
    )
    if to_fetch:
        return text("The letter waits for the applicant.") if inside else text("Your letter is ready.")
    task = open_tasks[0]
    if process.steps[task.step].form == process.start.form:
        corrected = text("Waiting for corrections from the applicant.")
        return corrected if inside else text("Waiting for corrections from you.")
    if inside:
        return text("Waiting for the applicant: %(step)s.", step=task.title)
    return text("Waiting for you: %(step)s.", step=task.title)
