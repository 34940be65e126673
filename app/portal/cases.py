"""The applicant's own cases: the list, one case, answering what is asked, withdrawing."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case, Task
from app.db import Session
from app.errors import Invalid, NotFound, text
from app.flow.complete import complete
from app.flow.parties import receipt_code
from app.flow.take_over import take_over
from app.flow.withdraw import withdraw
from app.flow.work import Given
from app.people.access import Person
from app.portal.apply import JUST_SENT
from app.portal.case_context import NOT_SENT, CasePage, summary
from app.portal.correction_form import Refused, replies_in
from app.reports import case_parts
from app.reports.lists import PAGE, own_cases
from app.reports.task_page import form_of_task
from app.reports.tracker import open_tasks_of, process_of
from app.reports.view import view_case
from app.web import deadlines, sessions
from app.web.entry import enter
from app.web.form_page import merged
from app.web.i18n import translate
from app.web.limits import TRACK
from app.web.uploads import Destination, receive

OFFICE_PAGE = "/office/cases/"  # the staff's page of a case, behind another door


class CasesView(BaseView):
    """Cases, seen by those who applied."""

    route_base = "/cases"
    default_view = "index"
    audience = {"signed_in"}

    @expose("/")
    @enter
    def index(self) -> str:
        """My applications: what waits for me first, then the newest."""
        person, now = sessions.person(), clock.now()
        after = request.args.get("after", "")
        rows = own_cases(person, int(after) if after.isdecimal() and len(after) < 19 else None)
        waiting = open_tasks_of(rows)
        lines = [_row(case, waiting[case.id], now) for case in rows[:PAGE]]
        shown = sorted(lines, key=lambda row: not row["mine"])
        return render_template(
            "portal/my_cases.html",
            cases=shown,
            services_url=url_for("ServicesView.index"),
            claim_url=url_for("CasesView.take_over"),
            next_url=url_for("CasesView.index", after=rows[PAGE - 1].id) if len(rows) > PAGE else "",
            first_url=url_for("CasesView.index") if after else "",
        )

    @expose("/<number>")
    @enter
    def show(self, number: str) -> Response | str:
        """One case; the office has a page of its own, a draft is still a form."""
        view = view_case(sessions.person(), number)
        if view.inside:
            return redirect(OFFICE_PAGE + view.case.number)
        if view.case.status == "draft":
            service = view.case.service.removesuffix("/service")
            return redirect(url_for("ApplyView.apply", key=service, case=number))
        return page(CasePage(view.case, clock.now()))

    @expose("/<number>/tasks/<int:task_id>", methods=["POST"])
    @enter
    def complete(self, number: str, task_id: int) -> Response | tuple[str, int]:
        """Answer what is asked; whatever is wrong is told at its field and nothing of it is lost."""
        person, now = sessions.person(), clock.now()
        case, task = own_task(person, number, task_id)
        form = form_of_task(task, case)
        asked_for = case_parts.requirements_of(case)
        received = receive(form, Destination(person, number, now, task_id, asked_for))
        replies = replies_in(request.form)
        if received.errors:
            return refusal(case, Refused(task_id, received.answers, received.errors, replies))
        if "look" in request.form:  # what was brought is kept and shown beside the old; nothing is sent yet
            return page(CasePage(case, now, Refused(task_id, received.answers, {}, replies))), 200
        version = request.form.get("version", "")
        given = Given(
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            data=received.answers if form else {},
            outcome=request.form.get("outcome") or None,
            replies=replies,
        )
        try:
            complete(person, task_id, given, now)
        except Invalid as refused:
            errors = merged(refused.errors)
            return refusal(case, Refused(task_id, received.answers, errors, replies))
        flash(translate(text("Sent. The office goes on from here.")), "success")
        return redirect(url_for("CasesView.show", number=number))

    @expose("/<number>/withdraw", methods=["POST"])
    @enter
    def withdraw(self, number: str) -> Response:
        """Withdraw an application."""
        withdraw(sessions.person(), number, request.form.get("note", "").strip()[:2000], clock.now())
        flash(translate(text("The application is withdrawn.")), "info")
        return redirect(url_for("CasesView.show", number=number))

    @expose("/take-over", methods=["POST"])
    @enter
    def take_over(self) -> Response:
        """Add an application made at the counter, by the number and code on its receipt."""
        TRACK.hit()
        number = request.form.get("number", "").strip().upper()
        take_over(sessions.person(), number, request.form.get("secret", ""), clock.now())
        flash(translate(text("The application is now among yours.")), "success")
        return redirect(url_for("CasesView.show", number=number))


def own_task(person: Person, number: str, task_id: int) -> tuple[Case, Task]:
    """A task of the person's own case. Raises NotFound for everything else."""
    view = view_case(person, number)
    task = Session.scalar(select(Task).where(Task.id == task_id, Task.case_id == view.case.id))
    if task is None or view.inside or task.clock != "applicant":
        raise NotFound("There is no such task.")
    return view.case, task


def refusal(case: Case, refused: Refused) -> tuple[str, int]:
    """The page of the case with what was posted and what is wrong with it."""
    flash(translate(NOT_SENT), "danger")
    return page(CasePage(case, clock.now(), refused)), 422


def page(shown: CasePage) -> str:
    """The page of a case; right after sending it shows the secret code, once."""
    number = shown.case.number
    secret = receipt_code(number) if session.pop(JUST_SENT, None) == number else ""
    return render_template("portal/case.html", secret=secret, **shown.context())


def _row(case: Case, waiting: list[Task], now: datetime) -> dict[str, Any]:
    mine = any(task.clock == "applicant" for task in waiting)
    is_draft = case.status == "draft"
    todo = translate(text("Go on with the draft")) if is_draft else translate(text("See what is asked"))
    return {
        **summary(case, process_of(case), waiting),
        "deadline": deadlines.of_case(case, now),
        "mine": mine or is_draft,
        "todo": todo,
    }
