"""Letters signed by hand: print the sheet with its number, upload the scan; part of the page of a task."""

from io import BytesIO
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case, Task
from app.definitions.process import Step
from app.errors import Conflict, Forbidden, Invalid, text
from app.flow.scanning import print_letter, upload_scan
from app.letters.by_hand import MAX_SCAN, awaits_scan, in_person, signs_by_hand, slots_at
from app.letters.models import Letter
from app.reports.letter_cards import OPEN, letters_of, template_of
from app.reports.offers import offer
from app.reports.task_page import view_task
from app.reports.tracker import process_of
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate


class ByHandView(BaseView):
    """The sheets and scans of a task; the verbs decide who may do what."""

    route_base = "/office/by-hand"
    default_view = "print_sheet"
    audience = {"any_staff"}

    @expose("/<int:task_id>/<slot>/print", methods=["POST"])
    @enter
    def print_sheet(self, task_id: int, slot: str) -> Response:
        """The letter with its number, to be signed on paper."""
        view_task(sessions.person(), task_id)
        try:
            content = print_letter(sessions.person(), task_id, slot, clock.now())
        except (Conflict, Forbidden, Invalid) as refusal:
            return back(task_id, translate(refusal.text), "danger")
        return send_file(BytesIO(content), "application/pdf", download_name=f"{slot}.pdf")

    @expose("/<int:task_id>/<slot>/scan", methods=["POST"])
    @enter
    def scan(self, task_id: int, slot: str) -> Response:
        """The scan of the signed sheet."""
        view_task(sessions.person(), task_id)
        file = request.files.get("scan")
        if file is None or not file.filename:
            return back(task_id, translate(text("Choose a file.")), "danger")
        try:
            upload_scan(sessions.person(), task_id, slot, file.read(MAX_SCAN + 1), clock.now())
        except (Conflict, Forbidden, Invalid) as refusal:
            return back(task_id, translate(refusal.text), "danger")
        return back(task_id, translate(text("The scan is kept. Complete the step now.")), "success")


def back(task_id: int, words: str, tone: str) -> Response:
    """To the task again, saying what happened."""
    flash(words, tone)
    return redirect(url_for("TaskView.show", task_id=task_id))


def sheets(task: Task, case: Case, step: Step) -> list[dict[str, Any]]:
    """What is printed, signed and scanned at a task; nothing where all is signed electronically."""
    if task.state != "open" or not signs_by_hand(offer(case.service).service, case.office):
        return []
    process = process_of(case)
    slots = slots_at(process, step)
    waiting = [
        letter
        for letter in letters_of(case, inside=True)
        if letter.slot in slots or awaits_scan(process, letter)
    ]
    return [
        _sheet(task, letter) for letter in waiting if letter.status in OPEN and in_person(template_of(letter))
    ]


def _sheet(task: Task, letter: Letter) -> dict[str, Any]:
    return {
        "slot": letter.slot,
        "title": letter.title,
        "number": letter.number,
        "printed": letter.print_sha256 is not None,
        "scan": letter.scan_sha256,
        "print_url": url_for("ByHandView.print_sheet", task_id=task.id, slot=letter.slot),
        "scan_url": url_for("ByHandView.scan", task_id=task.id, slot=letter.slot),
    }
