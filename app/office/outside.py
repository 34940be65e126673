"""Outside systems, for officers: what is awaited from whom, what to do by hand, what does not agree."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Task
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.messages import Messages
from app.errors import NotFound, OfficeError, text
from app.flow.ask_outside import send_on_request
from app.flow.attach import Upload
from app.flow.by_hand import Proof, done_by_hand, may_carry, open_wait, send_corrected
from app.flow.inbound_by_hand import give_case, open_message, set_aside, take_again
from app.flow.reconcile import settle_difference
from app.messages.connections import connection_of, mode_of
from app.messages.models import Message
from app.messages.models_outside import Difference
from app.office.case_context import message_row, message_titles
from app.people.access import Person
from app.reports import outside
from app.reports.lists import require_message
from app.reports.offers import offer
from app.web import deadlines, sessions
from app.web.entry import enter
from app.web.i18n import translate

PAYLOAD_SHOWN = 20_000


class OutsideView(BaseView):
    """What is between the office and other systems."""

    route_base = "/office/outside"
    default_view = "index"
    audience = {"any_staff"}

    @expose("/")
    @enter
    def index(self) -> str:
        """Everything awaited or to be seen to."""
        person = sessions.person()
        waits = outside.awaited(person)
        return render_template(
            "office/outside.html",
            waits=wait_rows(waits),
            carry=[carry_row(row) for row in outside.to_carry(person)],
            unmatched=[inbound_row(row) for row in outside.to_match(person)],
            differences=[difference_row(row) for row in outside.differences(person)],
            compared=outside.last_reconciliations(person),
        )

    @expose("/out/<int:message_id>", methods=["GET"])
    @enter
    def carry(self, message_id: int) -> str:
        """One message out: its fields to copy, to correct, and the proof that it was entered by hand."""
        return carry_page(sessions.person(), message_id, {})

    @expose("/out/<int:message_id>/done", methods=["POST"])
    @enter
    def done(self, message_id: int) -> Response | tuple[str, int]:
        """Note that it was entered by hand."""
        person = sessions.person()
        try:
            done_by_hand(person, message_id, proof_given(), clock.now())
        except OfficeError as refusal:
            return refused(person, message_id, refusal)
        flash(translate(text("Noted: the message was entered by hand.")), "success")
        return after(message_id)

    @expose("/out/<int:message_id>/correct", methods=["POST"])
    @enter
    def correct(self, message_id: int) -> Response | tuple[str, int]:
        """Put it right and send it again."""
        person = sessions.person()
        fields = {
            key.removeprefix("field-"): value
            for key, value in request.form.items()
            if key.startswith("field-")
        }
        try:
            send_corrected(person, message_id, fields, clock.now())
        except OfficeError as refusal:
            return refused(person, message_id, refusal)
        flash(translate(text("The message is in line to be sent again.")), "success")
        return redirect(url_for("OutsideView.index"))

    @expose("/ask/<number>/<path:name>", methods=["POST"])
    @enter
    def ask(self, number: str, name: str) -> Response:
        """Send a message that no step sends."""
        try:
            send_on_request(sessions.person(), number, name, clock.now())
            flash(translate(text("The message is in line to be sent.")), "success")
        except OfficeError as refusal:
            flash(translate(refusal.text), "warning")
        return redirect(url_for("OfficeCasesView.show", number=number) + "#messages")

    @expose("/in/<int:message_id>", methods=["GET"])
    @enter
    def arrived(self, message_id: int) -> str:
        """One message in as it came, and what can be done with it."""
        return inbound_page(sessions.person(), message_id)

    @expose("/in/<int:message_id>/<verb>", methods=["POST"])
    @enter
    def see_to(self, message_id: int, verb: str) -> Response | tuple[str, int]:
        """Try again, give it a case, or set it aside."""
        person, now = sessions.person(), clock.now()
        try:
            if verb == "again":
                take_again(person, message_id, now)
            elif verb == "case":
                give_case(person, message_id, request.form.get("number", ""), now)
            elif verb == "aside":
                set_aside(person, message_id, request.form.get("note", ""), now)
            else:
                raise NotFound("There is no such page.")
        except OfficeError as refusal:
            flash(translate(refusal.text), "warning")
            return redirect(url_for("OutsideView.arrived", message_id=message_id))
        flash(translate(text("The message is seen to.")), "success")
        return redirect(url_for("OutsideView.index"))

    @expose("/differences/<int:difference_id>", methods=["POST"])
    @enter
    def settle(self, difference_id: int) -> Response:
        """Say how a difference was settled."""
        try:
            settle_difference(sessions.person(), difference_id, request.form.get("note", ""), clock.now())
            flash(translate(text("The difference is settled.")), "success")
        except OfficeError as refusal:
            flash(translate(refusal.text), "warning")
        return redirect(url_for("OutsideView.index") + "#differences")


def wait_rows(tasks: list[Task]) -> list[dict[str, Any]]:
    """What is awaited: from whom, since when, for which case, and what can be done by hand."""
    asked, now = outside.asked_for(tasks), clock.now()
    return [
        {
            "title": task.full_title,
            "system": (task.message or "").partition("/")[0].upper(),
            "message": titles_of(task.case.service).get(task.message or "", task.message),
            "since": task.entered_at,
            "deadline": deadlines.of_task(task, task.case.office, now),
            "case_number": task.case.number,
            "case_url": url_for("OfficeCasesView.show", number=task.case.number),
            "party": task.case.party.name if task.case.party else "",
            "sent": asked[task.id].state if task.id in asked else None,
            "url": url_for("TaskView.show", task_id=task.id),
        }
        for task in tasks
    ]


def titles_of(service: str) -> dict[str, str]:
    """The messages of a service by name, inbound ones included."""
    return message_titles(offer(service).service.messages)


def carry_row(row: Message) -> dict[str, Any]:
    """One message that a person must carry."""
    titles = titles_of(row.case.service) if row.case else {}
    return {
        **message_row(row, titles),
        "case_number": row.case.number if row.case else "",
        "case_url": url_for("OfficeCasesView.show", number=row.case.number) if row.case else "",
        "why": why(row),
        "url": url_for("OutsideView.carry", message_id=row.id),
    }


def why(row: Message) -> str:
    """Why a person must act, and what to do."""
    if row.state == "manual":
        return str(gettext("No program sends this: enter it at the other side and note the proof."))
    if row.error in ("401", "403"):
        return str(gettext("The other side refused access: an administrator must renew the credentials."))
    return str(gettext("The other side refused the contents: correct them and send again, or by hand."))


def inbound_row(row: Message) -> dict[str, Any]:
    """One message that could not be taken."""
    return {
        "name": row.name,
        "system": row.channel.upper(),
        "at": row.created_at,
        "reference": row.correlation,
        "state": row.state,
        "reason": reason(row),
        "case_number": row.case.number if row.case else "",
        "url": url_for("OutsideView.arrived", message_id=row.id),
    }


def reason(row: Message) -> str:
    """Why it could not be taken."""
    if row.error == "changed":
        return str(gettext("The other side changed data of a case that exists here: compare them."))
    words = str(gettext(row.error)) if row.error else ""
    fields = (row.answer or {}).get("fields")
    return f"{words} ({', '.join(fields)})" if fields else words


def difference_row(row: Difference) -> dict[str, Any]:
    """One difference."""
    return {
        "id": row.id,
        "system": row.system.upper(),
        "case_number": row.case.number,
        "case_url": url_for("OfficeCasesView.show", number=row.case.number),
        "ours": row.ours,
        "theirs": row.theirs or gettext("unknown there"),
        "found_at": row.found_at,
        "url": url_for("OutsideView.settle", difference_id=row.id),
    }


def carry_page(person: Person, message_id: int, errors: dict[str, list[str]]) -> str:
    """The page of one message out."""
    row = require_message(person, message_id)
    if row.direction != "out" or row.case is None:
        raise NotFound("There is no such message.")
    wait = open_wait(row)
    is_mine = may_carry(person, row) and row.state in ("manual", "stopped")
    return render_template(
        "office/outside_out.html",
        message=carry_row(row),
        method=row.payload.get("method", ""),
        fields=in_order(row),
        answer=row.answer or {},
        may_carry=is_mine,
        may_send=is_mine and mode_of(connection_of(row.office_id, row.channel)) != "manual",
        wait_url=url_for("TaskView.show", task_id=wait.id) if wait else "",
        errors=errors,
        done_url=url_for("OutsideView.done", message_id=row.id),
        correct_url=url_for("OutsideView.correct", message_id=row.id),
    )


def in_order(row: Message) -> dict[str, Any]:
    """The fields of a message in the order of its definition, which the database does not keep."""
    fields: dict[str, Any] = row.payload.get("fields", {})
    key = offer(row.case.service).service.messages if row.case else None
    messages: Messages | None = current().get("messages", key).shape if key else None
    wanted = messages.outbound[row.name].fields if messages and row.name in messages.outbound else {}
    return {name: fields[name] for name in [*wanted, *fields] if name in fields}


def inbound_page(person: Person, message_id: int) -> str:
    """The page of one message in."""
    row = open_message(person, message_id, clock.now())
    return render_template(
        "office/outside_in.html",
        message=inbound_row(row),
        message_id=row.id,
        payload=row.payload,
        is_open=row.state in ("unmatched", "refused"),
        most=PAYLOAD_SHOWN,
    )


def proof_given() -> Proof:
    """The proof as a browser posts it."""
    file = request.files.get("file")
    content = file.read() if file and file.filename else b""
    upload = Upload(file.filename or "", content) if file and file.filename else None
    return Proof(request.form.get("reference", ""), request.form.get("note", ""), upload)


def refused(person: Person, message_id: int, refusal: OfficeError) -> tuple[str, int]:
    """The page again, with what is wrong."""
    flash(translate(refusal.text), "warning")
    errors = {path: [translate(sentence) for sentence in found] for path, found in refusal.errors.items()}
    return carry_page(person, message_id, errors), refusal.status


def after(message_id: int) -> Response:
    """On to the step that waits for this message, where there is one: its form asks what the answer was."""
    row = Session.get_one(Message, message_id)
    wait = open_wait(row)
    return redirect(url_for("TaskView.show", task_id=wait.id) if wait else url_for("OutsideView.index"))
