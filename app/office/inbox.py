"""The inbox: what waits for me, nearest deadline first."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.cases.inbox import PAGE, Wanted, next_cursor, tasks_for
from app.definitions.catalogue import current
from app.office import deemed
from app.people.access import Person
from app.people.models import Office
from app.reports.inbox import Counts, counts, offices_of, pairs_of
from app.reports.names import names_of
from app.reports.tracker import case_exists
from app.web import deadlines, sessions
from app.web.entry import enter

KEPT = ("role", "office", "view", "q")  # the arguments that stay while one turns pages


class InboxView(BaseView):
    """The officers' first page."""

    route_base = "/office"
    default_view = "inbox"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def inbox(self) -> Response | str:
        """One page of the tasks of my roles; a search for anything but a case number goes to the cases."""
        person, now = sessions.person(), clock.now()
        query = request.args.get("q", "").strip()
        if query and not case_exists(query.upper()):
            return redirect(url_for("OfficeCasesView.index", q=query))
        pairs = pairs_of(person, request.args.get("role"), request.args.get("office"))
        rows = tasks_for(wanted(person, pairs, query), now)
        waiting = counts(pairs, person.username, now)
        return render_template(
            "office/inbox.html",
            tasks=task_rows(person, rows[:PAGE], now),
            views=views(waiting),
            filters={name: request.args.get(name, "") for name in ("role", "office", "q")},
            roles=own_roles(person),
            offices=[(office.key, office.short_name) for office in offices_of(person)],
            counts=waiting,
            next_url=here(after=cursor) if (cursor := next_cursor(rows)) else "",
            first_url=here() if request.args.get("after") else "",
            refresh_url="" if request.args.get("after") else here(),
        )


def wanted(person: Person, pairs: tuple[tuple[int, str], ...], query: str) -> Wanted:
    """What the arguments of the address ask for."""
    view = request.args.get("view")
    return Wanted(
        pairs=pairs,
        username=person.username,
        after=request.args.get("after"),
        overdue=view == "late",
        case=query.upper() or None,
        mine=view == "mine",
        clock="applicant" if view == "applicant" else None if query or view == "mine" else "office",
    )


def views(waiting: Counts) -> list[dict[str, Any]]:
    """The tabs: everything, what is late, what I have taken, what I may do for applicants."""
    chosen = request.args.get("view", "")
    tabs = [
        ("", gettext("All"), waiting.total),
        ("late", gettext("Past the limit"), waiting.late),
        ("mine", gettext("Taken by me"), waiting.mine),
    ]
    if waiting.applicant or chosen == "applicant":
        tabs.append(("applicant", gettext("Waiting for the applicant"), waiting.applicant))
    return [
        {
            "title": title,
            "url": here(view=key or None),
            "current": chosen == key,
            "count": count,
            "late": key == "late" and count > 0,
        }
        for key, title, count in tabs
    ]


def here(**changed: str | None) -> str:
    """The page with the filters chosen, some changed."""
    kept = {name: request.args.get(name) for name in KEPT} | changed
    given: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("InboxView.inbox", **given)


def own_roles(person: Person) -> list[tuple[str, str]]:
    """The roles a person may filter by."""
    titles = current().roles.roles
    return [(role, titles[role].title if role in titles else role) for role in sorted(person.all_roles)]


def task_rows(person: Person, rows: list[Any], now: datetime) -> list[dict[str, Any]]:
    """The lines of the inbox."""
    offices = {office.id: office for office in offices_of(person)}
    titles = {entry.key: entry.shape.title for entry in current().entries("service")}
    names = names_of(row.claimed_by for row in rows)
    return [task_row(person, row, (offices, titles, names), now) for row in rows]


def task_row(
    person: Person, row: Any, known: tuple[dict[int, Office], dict[str, str], dict[str, str]], now: datetime
) -> dict[str, Any]:
    """One line of the inbox."""
    offices, titles, names = known
    roles = current().roles.roles
    span = deadlines.Span(row.entered_at, row.due_at, paused=row.clock == "applicant")
    return {
        "id": row.id,
        "url": url_for("TaskView.show", task_id=row.id),
        "no": row.no,
        "title": row.title,
        "kind": row.kind,
        "case_number": row.case,
        "case_url": url_for("OfficeCasesView.show", number=row.case),
        "party_name": row.party or "",
        "service_title": titles.get(row.service, row.service),
        "role_title": roles[row.role].title if row.role in roles else row.role,
        "deadline": deadlines.shown(span, offices[row.office_id], now),
        "claimed_by": names.get(row.claimed_by, row.claimed_by),
        "is_mine": row.claimed_by == person.username,
        "claim_url": url_for("TaskView.claim", task_id=row.id),
        "deemed": deemed.shown(row, offices[row.office_id], now),
    }
