"""Print a letter to be signed by hand and bring its scan back, at the step where its number is given."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from app import storage
from app.audit.chain import record
from app.errors import Conflict, Invalid, NotFound, text
from app.flow import papers, wet_signature
from app.flow.permission import require_may_do, require_open
from app.flow.transaction import transaction
from app.flow.work import Given, Work, lock_task
from app.letters.by_hand import MAX_SCAN, awaits_scan, is_numbered_later, kind_of, slots_at
from app.letters.models import Letter
from app.people.access import Person

Answer = TypeVar("Answer")


def print_letter(person: Person, task_id: int, slot: str, now: datetime) -> bytes:
    """Give the letter its number, if it has none yet, and return the sheet to sign; always the same sheet.

    Raises NotFound, Forbidden, and Conflict where the letter is not signed by hand or not ready for it.
    """

    def act(work: Work, letter: Letter) -> bytes:
        template = papers.template_of(work, letter)
        if letter.status != "approved":
            papers.require_initials(work, letter, template)
        return storage.read(wet_signature.make_print(work, letter, template))

    return _at_task(person, task_id, slot, now, act)


def upload_scan(person: Person, task_id: int, slot: str, content: bytes, now: datetime) -> str:
    """Keep the scan of the signed sheet; a newer one replaces it until the step is completed.

    Returns its SHA-256. Raises Invalid for what is neither PDF nor JPEG, too large or empty.
    """
    _require_scan(content)

    def act(work: Work, letter: Letter) -> str:
        if letter.print_sha256 is None:
            raise Conflict("Print “%(title)s” with its number first.", title=letter.title)
        letter.scan_sha256 = storage.keep(content)
        if letter.scan_sha256 == letter.print_sha256:
            message = text("This is the unsigned print itself. Upload the scan of the signed sheet.")
            raise Invalid(message.msgid, errors={"scan": [message]})
        record(
            work.chain, "letter.scanned", person.username, now, letter=letter.id, sha256=letter.scan_sha256
        )
        if slot not in slots_at(work.process, work.step):
            wet_signature.finish(work, letter)
        return letter.scan_sha256

    return _at_task(person, task_id, slot, now, act)


def _at_task(
    person: Person, task_id: int, slot: str, now: datetime, act: Callable[[Work, Letter], Answer]
) -> Answer:
    with transaction():
        work = lock_task(task_id, person, Given(), now)
        require_open(work)
        require_may_do(work)
        return act(work, _letter(work, slot))


def _letter(work: Work, slot: str) -> Letter:
    """The letter of a slot that is at this step to be signed by hand."""
    letter = papers.current(work, slot)
    if slot not in slots_at(work.process, work.step) and not awaits_scan(work.process, letter):
        raise NotFound("There is no such letter.")
    if not wet_signature.is_wet(work, papers.template_of(work, letter)):
        raise Conflict("“%(title)s” is signed electronically.", title=letter.title)
    if letter.status not in papers.OPEN:
        raise Conflict("“%(title)s” is already signed.", title=letter.title)
    if is_numbered_later(work.process, slot) and letter.status != "approved":
        raise Conflict("“%(title)s” is not signed yet.", title=letter.title)
    return letter


def _require_scan(content: bytes) -> None:
    if len(content) > MAX_SCAN:
        message = text("The scan is larger than %(n)d MB.", n=MAX_SCAN // 1024 // 1024)
    elif kind_of(content) is None:
        message = text("The scan must be a PDF or a JPEG.")
    else:
        return
    raise Invalid(message.msgid, errors={"scan": [message]}, **message.params)
