"""Messages with other systems and people: what went out, what came in, what a person must see to."""

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.errors import Conflict, text
from app.flow.deliver_message import retry
from app.messages.models import Message
from app.office.case_context import message_row, message_titles
from app.reports.lists import messages, require_message
from app.reports.offers import offer
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

STATES = ("queued", "unknown", "manual", "stopped", "done", "unmatched", "refused", "dismissed")


class MessagesView(BaseView):
    """Messages of an office."""

    route_base = "/office/messages"
    default_view = "index"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def index(self) -> str:
        """The newest messages, or those in one state."""
        state = request.args.get("state", "")
        case = request.args.get("case", "").strip().upper()
        rows = messages(sessions.person(), None, state if state in STATES else None, case or None)
        return render_template(
            "office/messages.html",
            messages=[row(message) for message in rows],
            filters={"state": state, "case": case},
            states=STATES,
        )

    @expose("/<int:message_id>/retry", methods=["POST"])
    @enter
    def retry(self, message_id: int) -> Response:
        """Put a message back in line at once."""
        person = sessions.person()
        found = require_message(person, message_id)
        case = found.case.number if found.case else None
        try:
            retry(message_id, person.username, clock.now())
            flash(translate(text("The message is in line to be sent again.")), "success")
        except Conflict as refusal:
            flash(translate(refusal.text), "warning")
        if case:
            return redirect(url_for("OfficeCasesView.show", number=case) + "#messages")
        return redirect(url_for("MessagesView.index"))


def row(message: Message) -> dict[str, object]:
    """One message of the list."""
    titles = message_titles(offer(message.case.service).service.messages if message.case else None)
    case = message.case
    return {
        **message_row(message, titles),
        "case_number": case.number if case else None,
        "case_url": url_for("OfficeCasesView.show", number=case.number) if case else None,
    }
