"""The page of a task: take it, fill in its form, see what the table says, complete it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case, Task
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, OfficeError, text
from app.flow.claim import assign, claim, release
from app.flow.complete import complete
from app.flow.permission import may_do
from app.flow.preview import preview
from app.flow.work import Given
from app.office.asking import asks_in
from app.office.decision_parts import previewed
from app.office.task_context import Posted, TaskPage
from app.people.access import Person
from app.reports.case_parts import requirements_of
from app.reports.task_page import form_of_task, view_task
from app.reports.tracker import process_of
from app.web import sessions
from app.web.entry import enter
from app.web.form_page import merged
from app.web.i18n import translate
from app.web.uploads import Destination, Received, receive

LONGEST_NOTE = 4000


class TaskView(BaseView):
    """Tasks, for the officers of their offices; the verbs decide who may do what."""

    route_base = "/office/tasks"
    default_view = "show"
    audience = {"any_staff"}

    @expose("/<int:task_id>", methods=["GET"])
    @enter
    def show(self, task_id: int) -> str:
        """The task as it stands."""
        return page(task_page(task_id))

    @expose("/<int:task_id>", methods=["POST"])
    @enter
    def complete(self, task_id: int) -> Response | tuple[str, int]:
        """Complete the task; whatever stands in the way is told on the same page, with everything kept."""
        shown = task_page(task_id)
        form = form_of_task(shown.task, shown.case)
        asked_for = requirements_of(shown.case)
        to = Destination(shown.person, shown.case.number, shown.now, task_id, asked_for)
        received = receive(form, to)
        if received.errors:
            return again(shown, received, Invalid("Some answers are not right yet.", errors=received.errors))
        try:
            told = complete(shown.person, task_id, given(received if form else None), shown.now)
        except (Invalid, Conflict, Forbidden) as refusal:
            return again(shown, received, refusal)
        flash(translate(text("Done: %(title)s.", title=shown.task.title)), "success")
        return redirect(next_place(shown.person, told))

    @expose("/<int:task_id>/preview", methods=["POST"])
    @enter
    def preview(self, task_id: int) -> str:
        """What the table says of the form as it is filled in; changes nothing and keeps no files.

        Without scripts the answer is the whole page, with what was filled in.
        """
        shown = task_page(task_id)
        if request.headers.get("HX-Request") == "true":
            return render_template("office/_preview.html", **verdict(shown, request.form))
        key, note = request.form.get("idempotency_key", ""), request.form.get("note", "")
        shown.posted = Posted(request.form, note=note, key=key, asks=request.form)
        return page(shown)

    @expose("/<int:task_id>/claim", methods=["POST"])
    @enter
    def claim(self, task_id: int) -> Response:
        """Take the task in hand."""
        return handed_over(task_id, lambda person: claim(person, task_id, clock.now()))

    @expose("/<int:task_id>/release", methods=["POST"])
    @enter
    def release(self, task_id: int) -> Response:
        """Put the task back into the queue."""
        return handed_over(task_id, lambda person: release(person, task_id, clock.now()))

    @expose("/<int:task_id>/assign", methods=["POST"])
    @enter
    def assign(self, task_id: int) -> Response:
        """Give the task to a colleague."""
        username = request.form.get("to", "")
        return handed_over(task_id, lambda person: assign(person, task_id, username, clock.now()))


def task_page(task_id: int) -> TaskPage:
    """A task this person may know of."""
    person = sessions.person()
    task, case = view_task(person, task_id)
    return TaskPage(person, task, case, clock.now())


def page(shown: TaskPage) -> str:
    """The page of a task; what the form holds already is put to the table at once."""
    context = shown.context()
    filled = context["filled"]
    known = verdict(shown, filled.answers) if filled and filled.answers and shown.step.decide else {}
    return render_template("office/task.html", **context, **known)


def verdict(shown: TaskPage, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the step's table says of these answers, or why it cannot say anything yet."""
    try:
        said = preview(
            shown.person, shown.task.id, Given(data=answers, asks=asks_in(request.form)), shown.now
        )
    except Invalid as refusal:
        return {"problem": problem(refusal)}
    except (Conflict, Forbidden) as refusal:
        return {"problem": translate(refusal.text)}
    if said["revision"] is None:
        return {}
    return {"preview": previewed(shown.process, shown.task.step, said)}


def given(received: Received | None) -> Given:
    """What the page's form hands in."""
    version = request.form.get("version", "")
    return Given(
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        data=received.answers if received else {},
        outcome=request.form.get("outcome") or None,
        note=request.form.get("note", "").strip()[:LONGEST_NOTE],
        passphrase=request.form.get("passphrase") or None,
        idempotency_key=request.form.get("idempotency_key", "")[:100] or None,
        asks=asks_in(request.form),
    )


def again(shown: TaskPage, received: Received, refusal: OfficeError) -> tuple[str, int]:
    """The page with what was handed in and why it was not taken; the task is read anew."""
    Session.rollback()
    fresh = task_page(shown.task.id)
    errors = merged(refusal.errors)
    if isinstance(refusal, Forbidden) and request.form.get("passphrase"):
        errors["passphrase"] = [refusal.text]  # told where the passphrase was asked for
    else:
        flash(translate(refusal.text), "danger")
    note, key = request.form.get("note", ""), request.form.get("idempotency_key", "")
    outcome = request.form.get("outcome", "")
    fresh.posted = Posted(received.answers, errors, note, key, request.form, outcome)
    return page(fresh), refusal.status


def problem(refusal: Invalid) -> str:
    """Why the table cannot decide yet."""
    count = sum(len(found) for found in refusal.errors.values())
    return translate(text("The table decides as soon as the form is right; still open: %(n)d.", n=count))


def handed_over(task_id: int, act: Any) -> Response:
    """Change whose hands a task is in, then show it; who was first is told, not an error page."""
    view_task(sessions.person(), task_id)
    try:
        act(sessions.person())
    except (Conflict, Forbidden, Invalid) as refusal:
        flash(translate(refusal.text), "warning")
    return redirect(url_for("TaskView.show", task_id=task_id))


def next_place(person: Person, told: dict[str, Any]) -> str:
    """Straight on to the next task of the case if it is the same person's, else back to the inbox."""
    for entered in told.get("entered", []):
        task = Session.get(Task, entered["id"])
        case = Session.get(Case, task.case_id) if task else None
        if task and case and task.clock == "office" and may_do(person, case, task, process_of(case)):
            return url_for("TaskView.show", task_id=task.id)
    return url_for("InboxView.inbox")
