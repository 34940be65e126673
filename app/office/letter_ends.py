"""The end of a letter: revoke it, or draft, initial and sign the one that replaces it."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from app import clock
from app.cases.models import Case
from app.errors import Invalid, NotFound, OfficeError, Text, text
from app.flow import replace
from app.flow.revoke import HEAD, IN_FORCE, Ending, require_in_force, revoke
from app.letters.keystore import WrongPassphrase
from app.letters.models import Letter
from app.people.access import Person
from app.reports.letter_cards import template_of
from app.reports.letters import view_letter
from app.web import sessions
from app.web.entry import enter
from app.web.i18n import translate

LONGEST = 2000


class LetterEndsView(BaseView):
    """What the signer does to a letter that no longer is to count; the verbs decide who may."""

    route_base = "/office/letters"
    default_view = "revoke"
    audience = {"any_staff"}

    @expose("/<int:letter_id>/revoke", methods=["GET"])
    @enter
    def revoke(self, letter_id: int) -> Response | str:
        """Ask for reason, legal basis, day and passphrase."""
        return asking(letter_id, "revoke")

    @expose("/<int:letter_id>/revoke", methods=["POST"])
    @enter
    def revoke_now(self, letter_id: int) -> Response | tuple[str, int]:
        """Revoke the letter."""
        person, ending = sessions.person(), given()
        done = text("The letter is revoked.")
        return answered(letter_id, "revoke", lambda: revoke(person, letter_id, ending, clock.now()), done)

    @expose("/<int:letter_id>/replace", methods=["GET"])
    @enter
    def replace(self, letter_id: int) -> Response | str:
        """Ask for reason and legal basis."""
        return asking(letter_id, "replace")

    @expose("/<int:letter_id>/replace", methods=["POST"])
    @enter
    def replace_now(self, letter_id: int) -> Response | tuple[str, int]:
        """Draft the letter that replaces this one, and go there."""
        person, ending = sessions.person(), given()
        office_letter(person, letter_id)
        try:
            draft = replace.begin(person, letter_id, ending, clock.now())
        except OfficeError as refusal:
            return refused(letter_id, "replace", refusal)
        flash(translate(text("The new letter is drafted. The old one counts until it is signed.")), "success")
        return redirect(url_for("OfficeLetterView.show", letter_id=draft))

    @expose("/<int:letter_id>/initial", methods=["POST"])
    @enter
    def initial(self, letter_id: int) -> Response:
        """Initial the draft of a replacement."""
        person = sessions.person()
        return tried(letter_id, lambda: replace.initial(person, letter_id, clock.now()), text("Initialled."))

    @expose("/<int:letter_id>/issue", methods=["POST"])
    @enter
    def issue(self, letter_id: int) -> Response:
        """Sign the draft of a replacement."""
        person, passphrase = sessions.person(), request.form.get("passphrase", "")
        act = lambda: replace.issue(person, letter_id, passphrase, clock.now())  # noqa: E731
        return tried(letter_id, act, text("The letter is signed and replaces the one before."))

    @expose("/<int:letter_id>/drop", methods=["POST"])
    @enter
    def drop(self, letter_id: int) -> Response:
        """Give the replacement up."""
        person = sessions.person()
        act = lambda: replace.drop(person, letter_id, clock.now())  # noqa: E731
        return tried(letter_id, act, text("The draft is given up; the letter before stays in force."))


def office_letter(person: Person, letter_id: int) -> tuple[Letter, Case]:
    """A letter of a case of the person's offices. Raises NotFound."""
    letter, view = view_letter(person, letter_id)
    if not view.inside:
        raise NotFound("There is no such letter.")
    return letter, view.case


def given() -> Ending:
    """What the form says. Raises Invalid for a day that is none."""
    said = {name: request.form.get(name, "")[:LONGEST] for name in ("reason", "basis", "passphrase")}
    on = request.form.get("on", "")
    try:
        return Ending(**said, on=date.fromisoformat(on) if on else None)
    except ValueError as error:
        raise Invalid("“%(given)s” is no date.", given=on[:20]) from error


def asking(letter_id: int, verb: str) -> Response | str:
    """The form; a letter that has ended says so on its own page instead."""
    letter, case = office_letter(sessions.person(), letter_id)
    try:
        require_in_force(letter)
    except OfficeError as refusal:
        flash(translate(refusal.text), "danger")
        return redirect(url_for("OfficeLetterView.show", letter_id=letter_id))
    return page(letter, case, verb)


def answered(letter_id: int, verb: str, act: Callable[[], None], done: Text) -> Response | tuple[str, int]:
    """Act; what can be put right is said at the fields."""
    office_letter(sessions.person(), letter_id)
    try:
        act()
    except OfficeError as refusal:
        return refused(letter_id, verb, refusal)
    flash(translate(done), "success")
    return redirect(url_for("OfficeLetterView.show", letter_id=letter_id))


def refused(letter_id: int, verb: str, refusal: OfficeError) -> Response | tuple[str, int]:
    """The form again with its errors, or the letter's page where there is nothing to put right."""
    if not refusal.errors and not isinstance(refusal, (Invalid, WrongPassphrase)):
        return _back(letter_id, translate(refusal.text), "danger")
    letter, case = office_letter(sessions.person(), letter_id)
    errors = {path: [translate(words) for words in each] for path, each in refusal.errors.items()}
    return page(letter, case, verb, errors or {"passphrase": [translate(refusal.text)]}), 422


def tried(letter_id: int, act: Callable[[], None], done: Text) -> Response:
    """Act on a draft and go back to it, saying what happened."""
    office_letter(sessions.person(), letter_id)
    try:
        act()
    except OfficeError as refusal:
        return _back(letter_id, translate(refusal.text), "danger")
    return _back(letter_id, translate(done), "success")


def page(letter: Letter, case: Case, verb: str, errors: dict[str, list[str]] | None = None) -> str:
    """The form with what was given."""
    g.timezone = case.office.timezone
    return render_template(
        "office/letter_end.html",
        verb=verb,
        letter={
            "title": letter.title,
            "number": letter.number,
            "signed_at": letter.signed_at,
            "by_hand": letter.signature == "wet",
            "url": url_for("OfficeLetterView.show", letter_id=letter.id),
            "case_number": case.number,
            "case_url": url_for("OfficeCasesView.show", number=case.number),
        },
        given=request.form,
        today=clock.now().astimezone(ZoneInfo(case.office.timezone)).date().isoformat(),
        errors=errors or {},
    )


def ways(person: Person, letter: Letter, case: Case) -> dict[str, str]:
    """Where a person may end this letter or carry on with the one that replaces another."""
    template = template_of(letter)
    role = HEAD if template.is_automatic else str(template.signer)
    signs = person.holds(role, case.office_id)
    found = []
    if letter.status in IN_FORCE and signs:
        can_replace = case.status == "closed" and not template.is_automatic and letter.signature != "wet"
        found = ["revoke", "replace"] if can_replace else ["revoke"]
    elif replace.replaced_by_draft(letter) is not None:
        found = ["issue", "drop"] if signs else []
        waiting = replace.next_role(template, letter)
        if waiting:
            found = [each for each in found if each != "issue"]
            found += ["initial"] if person.holds(waiting, case.office_id) else []
    return {verb: url_for(f"LetterEndsView.{verb}", letter_id=letter.id) for verb in found}


def _back(letter_id: int, words: str, tone: str) -> Response:
    flash(words, tone)
    return redirect(url_for("OfficeLetterView.show", letter_id=letter_id))
