"""Delays: what is past its limit now, with whom it is, and which steps take longer than their norm."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext

from app import clock
from app.cases.models import Task
from app.office import case_parts, deemed
from app.people.models import Office
from app.reports.delays import StepTime, figures, late_tasks, step_times
from app.reports.inbox import offices_of
from app.reports.lists import PAGE
from app.reports.names import names_of
from app.web import deadlines, sessions
from app.web.entry import enter


class LateView(BaseView):
    """Delays, for the officers of an office."""

    route_base = "/office/late"
    default_view = "index"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def index(self) -> str:
        """What is late, worst first, and realised time against the norm."""
        now = clock.now()
        offices = chosen_offices()
        ids = [office.id for office in offices]
        tasks = late_tasks(ids, now, request.args.get("after"))
        steps = step_times(offices, now)
        return render_template(
            "office/late.html",
            figures=figures(ids, now),
            tasks=task_rows(tasks[:PAGE], now),
            steps=[step_row(row) for row in steps],
            most=max([max(row.realised, row.norm or 0) for row in steps], default=1),
            deemed=deemed.near(offices, now),
            **pages(len(tasks) > PAGE),
        )


def chosen_offices() -> list[Office]:
    """The person's offices, or the one asked for."""
    offices = offices_of(sessions.person())
    key = request.args.get("office")
    return [office for office in offices if office.key == key] or offices


def pages(has_more: bool) -> dict[str, str]:
    """Addresses of the next and the first page."""
    after = request.args.get("after", "0")
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    return {
        "next_url": url_for("LateView.index", after=start + PAGE) if has_more else "",
        "first_url": url_for("LateView.index") if start else "",
    }


def task_rows(tasks: list[Task], now: datetime) -> list[dict[str, Any]]:
    """The late tasks."""
    names = names_of(task.claimed_by for task in tasks)
    return [task_row(task, names, now) for task in tasks]


def task_row(task: Task, names: dict[str, str], now: datetime) -> dict[str, Any]:
    """One late task, and the most likely reason."""
    case = task.case
    taken = names.get(task.claimed_by or "", task.claimed_by)
    return {
        "case_number": case.number,
        "case_url": url_for("OfficeCasesView.show", number=case.number),
        "url": url_for("TaskView.show", task_id=task.id),
        "no": task.no,
        "title": task.title,
        "role_title": case_parts.role_title(task.role),
        "party_name": case_parts.party_name(case),
        "claimed_by": taken,
        "deadline": deadlines.of_task(task, case.office, now),
        "cause": cause(task),
    }


def cause(task: Task) -> str:
    """Why a task is late, as far as its row tells."""
    if task.claimed_by is None and task.assignees is None:
        return str(gettext("Nobody has taken it."))
    if task.claimed_at and task.due_at and task.claimed_at > task.due_at:
        return str(gettext("It was taken after the limit."))
    return str(gettext("It was taken in time and is not done yet."))


def step_row(row: StepTime) -> dict[str, Any]:
    """One step with its times."""
    return {
        "no": row.no,
        "title": row.title,
        "role_title": case_parts.role_title(row.role),
        "process_title": row.process,
        "done": row.done,
        "late": row.late,
        "norm_minutes": row.norm,
        "realised_minutes": row.realised,
        "note": gettext("Shared standard time, measured at %(step)s", step=row.measured_at)
        if row.measured_at
        else "",
    }
