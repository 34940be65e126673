"""Letters for the office: who stands by which text, the watermarked draft, the signed file."""

from io import BytesIO
from typing import Any

from flask import g, render_template, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case
from app.db import Session
from app.errors import NotFound
from app.flow.fetch import fetch_letter
from app.letters.by_hand import file_kind
from app.letters.models import Letter
from app.office import case_parts, letter_ends
from app.office.letter_ends import office_letter
from app.office.wording import BOOKS
from app.registers.models import RegisterEntry
from app.reports.draft_copy import draft_pdf
from app.reports.letter_cards import OPEN, template_of
from app.reports.lists import history
from app.reports.names import names_of
from app.reports.successors import successor_of
from app.web import sessions
from app.web.entry import enter
from app.web.wording import short_moment


class OfficeLetterView(BaseView):
    """Letters of the cases of an officer's offices."""

    route_base = "/office/letters"
    default_view = "show"
    audience = {"any_staff"}

    @expose("/<int:letter_id>")
    @enter
    def show(self, letter_id: int) -> str:
        """A letter with its initials, signature and history."""
        person = sessions.person()
        letter, case = office_letter(person, letter_id)
        g.timezone = case.office.timezone
        return render_template(
            "office/letter.html",
            letter=shown(letter, case),
            text=None,
            numbers=numbers(letter),
            ended=ended(letter),
            ways=letter_ends.ways(person, letter, case),
        )

    @expose("/<int:letter_id>/pdf")
    @enter
    def pdf(self, letter_id: int) -> Response:
        """The stored file of a signed letter; a draft is rendered with watermark and the initials so far."""
        person = sessions.person()
        letter, _ = office_letter(person, letter_id)
        if letter.pdf_sha256:
            content = fetch_letter(person, letter, clock.now())
        elif letter.status in OPEN:
            content = BytesIO(draft_pdf(letter))
        else:
            raise NotFound("There is no such letter.")
        media_type, ending = file_kind(letter)
        name = f"{(letter.number or letter.title).replace('/', '-')}.{ending}"
        return send_file(content, media_type, download_name=name)


def shown(letter: Letter, case: Case) -> dict[str, Any]:
    """The letter as office/letter.html takes it."""
    card = case_parts.letters([letter])[0]
    events = [event for event in history(case) if event["detail"].get("letter") == letter.id]
    return {
        **card,
        "case_number": case.number,
        "case_url": url_for("OfficeCasesView.show", number=case.number),
        "template_title": template_of(letter).title,
        "template_revision": letter.template_revision,
        "pdf_sha256": letter.pdf_sha256,
        "history": case_parts.timeline(events[::-1], hashes=False),
    }


def ended(letter: Letter) -> dict[str, Any] | None:
    """Since when, by whom, why and on what basis a letter no longer counts, and what took its place."""
    if letter.status not in ("revoked", "replaced"):
        return None
    following = successor_of(letter)
    return {
        "status": letter.status,
        "on": letter.ended_on or letter.ended_at,
        "by": names_of([letter.ended_by]).get(letter.ended_by or "", letter.ended_by),
        "reason": letter.ended_reason,
        "basis": letter.ended_basis,
        "successor": (following.number or following.title) if following else "",
    }


def numbers(letter: Letter) -> list[tuple[str, str]]:
    """Where the letter stands in the books."""
    query = select(RegisterEntry).where(RegisterEntry.letter_id == letter.id).order_by(RegisterEntry.id)
    found = [
        (str(BOOKS[line.book]), gettext("%(number)s, line %(seq)s", number=line.number, seq=line.seq))
        for line in Session.scalars(query)
    ]
    if letter.received_at:
        found.append((gettext("Received by the applicant"), short_moment(letter.received_at)))
    return found
