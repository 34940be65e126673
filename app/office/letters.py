"""Letters for the office: who stands by which text, the watermarked draft, the signed file, revoking."""

from io import BytesIO
from typing import Any

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case
from app.db import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound, text
from app.flow.fetch import fetch_letter
from app.flow.revoke import revoke
from app.letters.by_hand import file_kind
from app.letters.models import Letter
from app.office import case_parts
from app.office.wording import BOOKS
from app.people.access import Person
from app.registers.models import RegisterEntry
from app.reports.draft_copy import draft_pdf
from app.reports.letter_cards import OPEN, template_of
from app.reports.letters import view_letter
from app.reports.lists import history
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate
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
            revoke_url=revoke_url(person, letter, case),
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

    @expose("/<int:letter_id>/revoke", methods=["POST"])
    @enter
    def revoke(self, letter_id: int) -> Response:
        """Revoke a signed letter, by its signer's role and with the own passphrase."""
        person = sessions.person()
        office_letter(person, letter_id)
        reason, passphrase = request.form.get("reason", "")[:2000], request.form.get("passphrase", "")
        try:
            revoke(person, letter_id, reason, passphrase, clock.now())
            flash(translate(text("The letter is revoked.")), "success")
        except (Conflict, Forbidden, Invalid) as refusal:
            flash(translate(refusal.text), "danger")
        return redirect(url_for("OfficeLetterView.show", letter_id=letter_id))


def office_letter(person: Person, letter_id: int) -> tuple[Letter, Case]:
    """A letter of a case of the person's offices. Raises NotFound."""
    letter, view = view_letter(person, letter_id)
    if not view.inside:
        raise NotFound("There is no such letter.")
    return letter, view.case


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


def revoke_url(person: Person, letter: Letter, case: Case) -> str | None:
    """Where to revoke, for whoever holds the signer's role."""
    signer = template_of(letter).signer
    role = "head_of_office" if signer in ("seal", "members", None) else str(signer)
    may = letter.status in ("signed", "delivered") and person.holds(role, case.office_id)
    return url_for("OfficeLetterView.revoke", letter_id=letter.id) if may else None
