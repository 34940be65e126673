"""Complaints at the office: the list, one complaint, and what its officers do with it."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.errors import Conflict, Forbidden, Invalid, Text, text
from app.feedback.access import COMPLAINTS, offices_for
from app.feedback.models_complaint import Complaint
from app.flow import handle_complaint as handle
from app.office.complaint_context import context, row
from app.reports import complaints as reading
from app.reports.lists import PAGE
from app.web import sessions
from app.web.entry import allowed
from app.web.i18n import translate

STATES = ("open", "received", "in_progress", "answered", "closed")
Answer = Response | str | tuple[str, int]


class OfficeComplaintsView(BaseView):
    """Complaints, for those whom rules/roles.yaml lets handle them."""

    route_base = "/office/complaints"
    default_view = "index"
    class_permission_name = COMPLAINTS

    @expose("/")
    @allowed("list")
    def index(self) -> str:
        """What waits for an answer, or all in one state."""
        person, now = sessions.person(), clock.now()
        asked = request.args.get("state", "open")
        state = asked if asked in STATES else ""
        after = request.args.get("after", "")
        offices = offices_for(person, COMPLAINTS, "list")
        office = next((each.id for each in offices if str(each.id) == request.args.get("office")), None)
        rows = reading.complaints(
            person, state, office, int(after) if after.isdecimal() and len(after) < 19 else None
        )
        waiting, late = reading.counts(person, now)
        last = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
        return render_template(
            "office/complaints.html",
            complaints=[row(each, now) for each in rows[:PAGE]],
            figures={"waiting": waiting, "late": late},
            state=state,
            offices=[(each.id, each.short_name) for each in offices],
            office_id=office,
            new_url=url_for("ComplaintEntryView.new") if offices_for(person, COMPLAINTS, "add") else "",
            next_url=url_for("OfficeComplaintsView.index", state=asked, office=office, after=last)
            if last
            else "",
            first_url=url_for("OfficeComplaintsView.index", state=asked, office=office) if after else "",
        )

    @expose("/<ticket>")
    @allowed("show")
    def show(self, ticket: str) -> str:
        """One complaint."""
        return page(reading.complaint(sessions.person(), ticket))

    @expose("/<ticket>/classify", methods=["POST"])
    @allowed("edit")
    def classify(self, ticket: str) -> Answer:
        """Say what it is and whom it is about."""
        given = handle.Classified(
            category=request.form.get("category", ""),
            concerns_officer="concerns_officer" in request.form,
            about=tuple(name for name in request.form.getlist("about") if name),
            case_number=request.form.get("case_number", ""),
        )
        return act(
            ticket,
            lambda: handle.classify(sessions.person(), ticket, given, version(), clock.now()),
            CLASSIFIED,
        )

    @expose("/<ticket>/assign", methods=["POST"])
    @allowed("edit")
    def assign(self, ticket: str) -> Answer:
        """Give it to somebody."""
        username = request.form.get("username", "")
        return act(
            ticket,
            lambda: handle.assign(sessions.person(), ticket, username, version(), clock.now()),
            HANDED_OVER,
        )

    @expose("/<ticket>/escalate", methods=["POST"])
    @allowed("edit")
    def escalate(self, ticket: str) -> Answer:
        """Bring it before somebody who oversees complaints."""
        username, reason = request.form.get("superior", ""), request.form.get("reason", "")
        return act(
            ticket,
            lambda: handle.escalate(sessions.person(), ticket, username, reason, clock.now()),
            HANDED_OVER,
        )

    @expose("/<ticket>/note", methods=["POST"])
    @allowed("edit")
    def note(self, ticket: str) -> Answer:
        """Keep a note inside."""
        words, reference = request.form.get("note", ""), request.form.get("outside_reference", "")
        return act(
            ticket, lambda: handle.note(sessions.person(), ticket, words, reference, clock.now()), KEPT
        )

    @expose("/<ticket>/answer", methods=["POST"])
    @allowed("edit")
    def answer(self, ticket: str) -> Answer:
        """Answer it."""
        words = request.form.get("text", "")
        return act(
            ticket, lambda: handle.answer(sessions.person(), ticket, words, version(), clock.now()), ANSWERED
        )

    @expose("/<ticket>/close", methods=["POST"])
    @allowed("edit")
    def close(self, ticket: str) -> Answer:
        """End it."""
        return act(ticket, lambda: handle.close(sessions.person(), ticket, version(), clock.now()), CLOSED)

    @expose("/<ticket>/identity", methods=["POST"])
    @allowed("show")
    def identity(self, ticket: str) -> Answer:
        """Open who sent it; shown once, and recorded."""
        person = sessions.person()
        try:
            who = handle.open_identity(person, ticket, clock.now())
        except Forbidden as refused:
            flash(translate(refused.text), "danger")
            return redirect(url_for("OfficeComplaintsView.show", ticket=ticket))
        opened = {name: getattr(who, name) for name in ("name", "email", "phone", "address")}
        return page(reading.complaint(person, ticket), opened=opened)


def act(ticket: str, verb: Callable[[], None], done: Text) -> Answer:
    """Do something to a complaint; what is wrong is told at its field."""
    try:
        verb()
    except Invalid as refused:
        flash(translate(refused.text), "danger")
        return page(reading.complaint(sessions.person(), ticket), errors=refused.errors), 422
    except (Conflict, Forbidden) as refused:
        flash(translate(refused.text), "warning")
        return redirect(url_for("OfficeComplaintsView.show", ticket=ticket))
    flash(translate(done), "success")
    if not reading.is_visible(sessions.person(), ticket):
        flash(translate(OUT_OF_SIGHT), "info")
        return redirect(url_for("OfficeComplaintsView.index"))
    return redirect(url_for("OfficeComplaintsView.show", ticket=ticket))


def page(
    complaint: Complaint,
    errors: Mapping[str, list[Text]] | None = None,
    opened: Mapping[str, str] | None = None,
) -> str:
    """The page of a complaint, with what was posted where it was refused."""
    said = {path: [translate(words) for words in sentences] for path, sentences in (errors or {}).items()}
    posted = request.form if errors else {}
    return render_template(
        "office/complaint.html",
        errors=said,
        posted=posted,
        opened=opened,
        **context(complaint, sessions.person(), clock.now()),
    )


def version() -> int | None:
    """The version that the page showed."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


OUT_OF_SIGHT = text("Only its handler and those who oversee complaints see this complaint now.")
CLASSIFIED = text("The complaint is classified; its limit was counted from the receipt.")
HANDED_OVER = text("The complaint was handed over.")
KEPT = text("The note is kept. Only officers who may see this complaint read it.")
ANSWERED = text("The answer can be read by the complainant now.")
CLOSED = text("The complaint is closed.")
