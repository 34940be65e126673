"""Is this letter genuine? The stored hash, the signature and the letter's status must all agree."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import storage
from app.errors import Text, text
from app.letters import press
from app.letters.by_hand import WET
from app.letters.models import Letter
from app.letters.verify import Verification, verify
from app.reports.letters import letter_by_code, letter_by_hash
from app.reports.successors import successor_of

MAX_BYTES = 20 * 1024 * 1024
BY_HAND = text("Signed by hand; the scan is kept, and its content is what is compared.")
ENDED = {
    "revoked": text("This letter has been revoked."),
    "replaced": text("This letter has been replaced by a newer one."),
    "void": text("This letter is void."),
}


@dataclass(frozen=True)
class Checked:
    """The result; `status` is that of the letter, absent where none is known."""

    known: bool
    intact: bool
    reason: Text
    status: str | None = None
    number: str | None = None
    title: str | None = None
    signed_by: str | None = None
    signed_at: datetime | None = None
    trial: bool = False
    sha256: str | None = None
    ended_on: date | None = None
    ended_basis: str = ""
    replaced_by: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data without the reason, which the door translates."""
        names: tuple[str, ...] = (
            "known",
            "intact",
            "status",
            "number",
            "title",
            "signed_by",
            "trial",
            "sha256",
        )
        names += ("ended_basis", "replaced_by")
        at = self.signed_at.isoformat() if self.signed_at else None
        on = self.ended_on.isoformat() if self.ended_on else None
        return {**{name: getattr(self, name) for name in names}, "signed_at": at, "ended_on": on}


def check_code(code: str) -> Checked:
    """What the archive holds under a code; the kept file itself is checked."""
    letter = letter_by_code(code.strip().upper())
    if letter is None:
        return Checked(False, False, text("No letter with this code was issued here."))
    return _judge(letter, storage.read(letter.pdf_sha256 or ""))


def check_file(content: bytes) -> Checked:
    """Whether a file is one that was issued, unchanged."""
    if len(content) > MAX_BYTES:
        return Checked(False, False, text("The file is larger than any letter of this office."))
    letter = letter_by_hash(hashlib.sha256(content).hexdigest())
    if letter is not None:
        return _judge(letter, content)
    found = verify(press.renderer(), content, None, press.trust_roots())
    return Checked(False, False, found.reason)


def _judge(letter: Letter, content: bytes) -> Checked:
    found = _by_hand(letter, content) or verify(
        press.renderer(), content, letter.pdf_sha256, press.trust_roots()
    )
    reason = ENDED.get(letter.status, found.reason)
    following = successor_of(letter) if letter.status in ENDED else None
    return Checked(
        known=found.known,
        intact=found.intact,
        reason=reason,
        status=letter.status,
        number=letter.number,
        title=letter.title,
        signed_by=letter.signer_title,
        signed_at=letter.signed_at,
        trial=letter.is_trial,
        sha256=letter.pdf_sha256,
        ended_on=_ended_on(letter),
        ended_basis=letter.ended_basis if letter.status in ENDED else "",
        replaced_by=(following.number or following.title) if following else None,
    )


def _ended_on(letter: Letter) -> date | None:
    if letter.status not in ENDED or letter.ended_on:
        return letter.ended_on if letter.status in ENDED else None
    zone = ZoneInfo(letter.case.office.timezone)
    return letter.ended_at.astimezone(zone).date() if letter.ended_at else None


def _by_hand(letter: Letter, content: bytes) -> Verification | None:
    """A letter signed on paper has no signature in its file: the hash of the scan says all there is."""
    if letter.signature != WET:
        return None
    same = hashlib.sha256(content).hexdigest() == letter.pdf_sha256
    reason = BY_HAND if same else text("The file is not the scan that is kept.")
    return Verification(same, same, False, (), reason)
