"""Letters signed by hand: where that is the way, which scans are taken, and what kind of file one is."""

from app import storage
from app.definitions.letter import Letter as Template
from app.definitions.process import Process, Step
from app.definitions.service import Service
from app.letters.models import Letter
from app.people.models import Office

WET = "wet"
MAX_SCAN = 20 * 1024 * 1024
PDF = ("application/pdf", "pdf")
KINDS = {b"%PDF-": PDF, b"\xff\xd8\xff": ("image/jpeg", "jpg")}


def signs_by_hand(service: Service, office: Office) -> bool:
    """True where persons sign on paper: as the service says, else as its office is set."""
    return (service.signature or office.signature_mode) == WET


def slots_at(process: Process, step: Step) -> list[str]:
    """The letters that are printed, signed by hand and scanned at a step.

    That is the numbering step, and where the process numbers a letter nowhere, the step that signs it.
    """
    steps = process.steps.values()
    numbered = {action.number for each in steps for action in each.actions() if action.number}
    slots = [
        action.number or action.sign or ""
        for action in step.actions()
        if action.number or (action.sign and action.sign not in numbered)
    ]
    return list(dict.fromkeys(slots))


def is_numbered_later(process: Process, slot: str) -> bool:
    """True if a step of its own numbers what is in this slot."""
    return any(action.number == slot for step in process.steps.values() for action in step.actions())


def awaits_scan(process: Process, letter: Letter) -> bool:
    """True for a letter that was drafted, approved and printed in one step: its scan may come at any task."""
    is_printed = letter.status == "approved" and letter.print_sha256 is not None
    return is_printed and not is_numbered_later(process, letter.slot)


def in_person(template: Template) -> bool:
    """True for letters that somebody signs, not the seal or the members of a team."""
    return not template.is_automatic


def kind_of(content: bytes) -> tuple[str, str] | None:
    """Media type and file ending of a scan by its first bytes; None for anything that is no scan."""
    return next((kind for start, kind in KINDS.items() if content.startswith(start)), None)


def file_kind(letter: Letter) -> tuple[str, str]:
    """Media type and file ending of a letter's file: a PDF, or the scan as it came."""
    if letter.signature == WET and letter.pdf_sha256:
        return kind_of(storage.read(letter.pdf_sha256)[:8]) or PDF
    return PDF
