"""Is this file the letter that the office issued? The stored hash and pyHanko must both say so."""

import asyncio
import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from app.errors import OfficeError, Text, text
from app.letters.render import Renderer
from app.letters.trial_ca import TRIAL_NAME

MAX_SIGNATURES = 30
_UNREADABLE = (
    PdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    PathError,
    ValidationError,
    OSError,
)


@dataclass(frozen=True)
class SignerFound:
    """Who a signature says it is by; `signed_at` is the signer's own clock (PAdES B-B has no other)."""

    name: str
    title: str
    signed_at: datetime | None


@dataclass(frozen=True)
class Verification:
    """`known`: byte for byte a file that we issued. `intact`: its signatures hold and are trusted."""

    known: bool
    intact: bool
    trial: bool
    signers: tuple[SignerFound, ...]
    reason: Text

    @property
    def is_genuine(self) -> bool:
        """Both must hold: hash and signatures see different forgeries."""
        return self.known and self.intact


def verify(
    renderer: Renderer, pdf: bytes, stored_sha256: str | None, trust_roots: Sequence[bytes]
) -> Verification:
    """Check a file in a limited worker; a file that breaks or outlasts the worker is not genuine."""
    known = stored_sha256 is not None and hashlib.sha256(pdf).hexdigest() == stored_sha256.lower()
    roots = [base64.b64encode(root).decode() for root in trust_roots]
    try:
        said, _ = renderer.ask("verify", {"roots": roots}, pdf)
    except OfficeError as error:
        if error.status == 503:
            raise
        return Verification(known, False, False, (), text("The file cannot be read as a PDF."))
    signers = tuple(
        SignerFound(name, title, datetime.fromisoformat(at) if at else None)
        for name, title, at in said["signers"]
    )
    return Verification(known, said["fault"] is None, said["trial"], signers, _reason(known, said["fault"]))


def _reason(known: bool, fault: dict[str, Any] | None) -> Text:
    if fault is not None:
        return Text(fault["msgid"], fault["params"])
    if not known:
        return text("The signatures hold, but this file is not, byte for byte, the letter that was issued.")
    return text("This file is the letter that was issued, unchanged, and its signatures are valid.")


def answer(head: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Answer a verify request inside the worker."""
    roots = [_certificate(base64.b64decode(root)) for root in head["roots"]]
    signers: list[tuple[str, str, str | None]] = []
    trial, fault = False, None
    try:
        found = _signatures(blob)
        for place, signature in enumerate(found):
            status = asyncio.run(_status(signature, roots))
            signers.append(_signer(signature))
            trial = trial or _is_trial(status)
            fault = fault or _fault(status, signers[-1][0], is_last=place == len(found) - 1)
        if not found:
            fault = text("This file carries no electronic signature.")
    except _UNREADABLE:
        fault = text("The file cannot be read as a PDF.") if not signers else _CHANGED
    said = {"msgid": fault.msgid, "params": fault.params} if fault else None
    return {"signers": signers, "trial": trial, "fault": said}, b""


_CHANGED = text("The file was changed after it was signed.")


def _certificate(data: bytes) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def _signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    if not pdf.startswith(b"%PDF-"):
        raise ValueError("no PDF header at the beginning")
    found = list(PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures)
    if len(found) > MAX_SIGNATURES:
        raise ValueError("too many signatures")
    return found


async def _status(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> PdfSignatureStatus:
    """Validate at the claimed time: an expired certificate does not undo what it signed before."""
    context = ValidationContext(
        trust_roots=roots,
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=signature.self_reported_timestamp,
    )
    return await async_validate_pdf_signature(signature, context)


def _fault(status: PdfSignatureStatus, name: str, is_last: bool) -> Text | None:
    """Return the first thing wrong with a signature, the plainest first."""
    if not (status.intact and status.valid):
        return _CHANGED
    if not status.trusted:
        return text("The certificate of %(name)s comes from no authority that this office trusts.", name=name)
    if is_last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return text("Something was added to the file after it was signed.")
    level = status.modification_level
    if not is_last and (level is None or level > ModificationLevel.FORM_FILLING):
        return text("Something was added to the file after it was signed.")
    return None if status.bottom_line else text("Something was added to the file after it was signed.")


def _is_trial(status: PdfSignatureStatus) -> bool:
    issuer = status.signing_cert.issuer.native.get("common_name", "")
    return str(issuer).startswith(TRIAL_NAME)


def _signer(signature: EmbeddedPdfSignature) -> tuple[str, str, str | None]:
    subject = signature.signer_cert.subject.native
    moment = signature.self_reported_timestamp
    return (
        str(subject.get("common_name", "")),
        str(subject.get("title", "")),
        moment.isoformat() if moment else None,
    )
