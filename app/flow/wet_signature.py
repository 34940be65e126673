"""The way of a letter that is signed by hand: approved, printed with its number, and kept as a scan."""

import secrets
from base64 import b32encode

from sqlalchemy import select

from app import storage
from app.audit.chain import record
from app.db import Session
from app.definitions.letter import Letter as Template
from app.errors import Conflict, Invalid, text
from app.flow import signing
from app.flow.letter_context import signer_facts
from app.flow.work import Work
from app.letters import press
from app.letters.by_hand import WET, in_person, is_numbered_later, signs_by_hand
from app.letters.models import Letter
from app.letters.render import Options
from app.registers.models import RegisterEntry


def is_wet(work: Work, template: Template) -> bool:
    """True if this letter is signed by hand."""
    return in_person(template) and signs_by_hand(work.service, work.case.office)


def approve(work: Work, letter: Letter, template: Template) -> None:
    """The signer says yes to the text; where nobody numbers the letter later, its scan must be here.

    What is drafted and signed in one step could not be printed before: it is numbered and printed now,
    and its scan is brought at any later task of the case.
    """
    _take_signer(work, letter, template)
    letter.status = "approved"
    record(work.chain, "letter.approved", work.person.username, work.now, letter=letter.id)
    if is_numbered_later(work.process, letter.slot):
        return
    if letter.step == work.task.step:
        make_print(work, letter, template)
    else:
        finish(work, letter)


def require_none_waiting(work: Work) -> None:
    """A case does not close while a letter of it still waits for its signature by hand. Raises Conflict."""
    if not signs_by_hand(work.service, work.case.office):
        return
    query = select(Letter.title).where(Letter.case_id == work.case.id, Letter.status == "approved")
    title = Session.scalar(query.limit(1))
    if title is not None:
        raise Conflict("“%(title)s” still awaits its signature by hand. Upload its scan first.", title=title)


def make_print(work: Work, letter: Letter, template: Template) -> str:
    """The sheet to sign: with number, date and code, without any signature; made once. Returns its hash."""
    if letter.print_sha256 is not None:
        return letter.print_sha256
    if letter.status != "approved":
        _take_signer(work, letter, template)
    letter.verify_code = letter.verify_code or b32encode(secrets.token_bytes(20)).decode().rstrip("=")
    if letter.number is None:
        signing.number_letter(work, letter, template)
    letter.context = signing.final_context(work, letter, letter.context["signer"])
    options = Options(electronic=False, fields=False, trial=False, verify_url=signing.verify_url(letter))
    rendered = press.render(template, letter.context, options, letter.template)
    letter.print_sha256 = storage.keep(rendered.pdf)
    record(
        work.chain, "letter.printed", work.person.username, work.now, letter=letter.id, number=letter.number
    )
    return letter.print_sha256


def finish(work: Work, letter: Letter) -> None:
    """The letter counts as signed from here on; what is verified is the scan's hash."""
    if letter.scan_sha256 is None:
        message = text(
            "Print “%(title)s”, have it signed, and upload the scan before this step is completed.",
            title=letter.title,
        )
        raise Invalid(message.msgid, errors={"scan": [message]}, **message.params)
    letter.pdf_sha256, letter.status, letter.is_trial = letter.scan_sha256, "signed", False
    letter.signed_at = work.now
    record(
        work.chain,
        "letter.signed",
        work.person.username,
        work.now,
        letter=letter.id,
        number=letter.number,
        sha256=letter.pdf_sha256,
        by=letter.signed_by,
        signature=WET,
    )


def take_back(letter: Letter) -> None:
    """A letter on its way back is not what was approved: print and scan no longer count, its number stays."""
    if letter.pdf_sha256 is None:
        letter.print_sha256 = letter.scan_sha256 = None


def void_unused(work: Work, letter: Letter) -> None:
    """A number given to a sheet that was never signed is void, with the step that drafted anew as reason."""
    if letter.number_entry_id is None or letter.pdf_sha256 is not None:
        return
    entry = Session.get_one(RegisterEntry, letter.number_entry_id)
    entry.void_at, entry.void_reason = work.now, work.task.title
    record(work.chain, "number.void", work.person.username, work.now, entry=entry.id, number=entry.number)


def _take_signer(work: Work, letter: Letter, template: Template) -> None:
    """Whoever approves signs: by an appointment in force today, without a certificate."""
    role, on = str(template.signer), work.calendar.local_date(work.now)
    signing.require_mandate(work, role)
    signer = signer_facts(work, work.person.username, role, on)
    letter.context = {**letter.context, "signer": signer}
    letter.signature, letter.signed_by, letter.signer_title = WET, work.person.username, signer["title"]
