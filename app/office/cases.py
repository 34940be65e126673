"""The cases of an officer's offices: search, one case in full, opening what is masked."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow.correction_time import give_time
from app.flow.reveal import reveal
from app.office import case_parts
from app.office.case_context import OfficeCase
from app.office.counter import counter_links
from app.office.wording import STATUSES
from app.reports.inbox import offices_of
from app.reports.lists import PAGE, Filter, cases
from app.reports.offers import offers
from app.reports.tracker import open_tasks_of, process_of
from app.reports.view import view_case
from app.web import deadlines, sessions
from app.web.entry import enter
from app.web.i18n import translate

FILTERS = ("q", "status", "service", "office")


class OfficeCasesView(BaseView):
    """Cases, for the officers of their offices."""

    route_base = "/office/cases"
    default_view = "index"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def index(self) -> str:
        """Cases by status, service, office, number or name, newest first."""
        person, now = sessions.person(), clock.now()
        chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
        after = request.args.get("after", "")
        narrowed = {name: value or None for name, value in chosen.items()}
        start = int(after) if after.isdecimal() and len(after) < 19 else None
        rows = cases(person, Filter(**narrowed, after=start))
        last = rows[PAGE - 1].id if len(rows) > PAGE else None
        return render_template(
            "office/cases.html",
            cases=lines(rows[:PAGE], now),
            filters=chosen,
            statuses=[(key, str(title)) for key, title in STATUSES.items()],
            services=[(each.key, each.service.title) for each in offers()],
            offices=[(office.key, office.short_name) for office in offices_of(person)],
            next_url=here(chosen, after=last) if last else "",
            first_url=here(chosen) if after else "",
            new_urls=counter_links(person),
        )

    @expose("/<number>")
    @enter
    def show(self, number: str) -> Response | str:
        """One case; whoever sees it as its applicant is sent to the applicants' page."""
        view = view_case(sessions.person(), number.upper())
        if not view.inside:
            return redirect(f"/cases/{view.case.number}")
        if view.case.status == "draft":
            service = view.case.service.removesuffix("/service")
            return redirect(url_for("CounterView.apply", key=service, case=view.case.number))
        return page(OfficeCase(view.case, sessions.person(), clock.now()))

    @expose("/<number>/reveal", methods=["POST"])
    @enter
    def reveal(self, number: str) -> str:
        """Show the masked identifiers in full, this once; each opening is recorded."""
        person, now = sessions.person(), clock.now()
        shown = OfficeCase(office_case(number), person, now)
        for key in shown.hidden_fields():
            shown.opened[key] = reveal(person, shown.case.number, key, now)
        return page(OfficeCase(office_case(number), person, now, shown.opened))

    @expose("/<number>/time", methods=["POST"])
    @enter
    def give_time(self, number: str) -> Response:
        """Give the applicant more time for corrections, also after the case was closed for want of them."""
        case = office_case(number)
        days, reason = request.form.get("days", ""), request.form.get("reason", "")[:2000]
        try:
            given = int(days) if days.isdecimal() and len(days) < 4 else 0
            give_time(sessions.person(), case.number, given, reason, clock.now())
        except (Invalid, Conflict, Forbidden) as refusal:
            flash(translate(refusal.text), "danger")
        else:
            flash(translate(text("The applicant has more time and is told.")), "success")
        return redirect(url_for("OfficeCasesView.show", number=case.number))


def office_case(number: str) -> Case:
    """A case of one of the person's offices. Raises NotFound."""
    view = view_case(sessions.person(), number)
    if not view.inside:
        raise NotFound("There is no such case.")
    return view.case


def page(shown: OfficeCase) -> str:
    """The page of a case."""
    return render_template("office/case.html", **shown.context())


def here(chosen: dict[str, str], **more: Any) -> str:
    """The list with its filters."""
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return url_for("OfficeCasesView.index", **given, **more)


def lines(rows: list[Case], now: datetime) -> list[dict[str, Any]]:
    """The lines of the list."""
    waiting = open_tasks_of(rows)
    return [
        {
            **case_parts.head(case, process_of(case), waiting[case.id]),
            "deadline": deadlines.of_case(case, now),
        }
        for case in rows
    ]
