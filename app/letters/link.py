"""The address by which an outside system fetches a signed letter: it opens that one file and nothing else."""

import hashlib
import hmac

from app.letters.models import Letter
from app.settings import public_url, secret_key

IN_FORCE = ("signed", "delivered")


def link_to(letter: Letter) -> str:
    """The address of a signed letter, empty for drafts."""
    if not letter.pdf_sha256:
        return ""
    return f"{public_url()}/api/v1/letters/{letter.id}/file/{_code(letter)}"


def opens(letter: Letter, code: str) -> bool:
    """True if this is the letter's code and the letter is in force."""
    is_open = bool(letter.pdf_sha256) and letter.status in IN_FORCE
    return is_open and hmac.compare_digest(code.encode(), _code(letter).encode())


def _code(letter: Letter) -> str:
    said = f"letter-file:{letter.id}:{letter.pdf_sha256}"
    return hmac.new(secret_key().encode(), said.encode(), hashlib.sha256).hexdigest()[:40]
