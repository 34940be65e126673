"""PAdES B-B signatures with pyHanko: one place, one signer, one passphrase at a time."""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from asn1crypto.tsp import SigningCertificateV2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.attributes import (
    CMSAttributeProvider,
    SignedAttributeProviderSpec,
    SigningCertificateV2Provider,
)
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.errors import Conflict, NotFound
from app.letters.keystore import unlock
from app.letters.stamp import StampText, draw_stamp

_CENTRED = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
)
_HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True)
class Occasion:
    """Why, where and when (aware) somebody signs."""

    reason: str
    location: str
    signing_time: datetime


class _Reference(SignedAttributeProviderSpec, SigningCertificateV2Provider):
    """The one attribute that PAdES B-B adds (ETSI EN 319 142-1, 6.3): the hash of the signer's certificate.

    It is given encoded: asn1crypto else encodes each of its levels anew at each look at their length.
    """

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> list[CMSAttributeProvider]:
        return [self]

    async def build_attr_value(self, dry_run: bool = False) -> SigningCertificateV2:
        return SigningCertificateV2.load((await super().build_attr_value(dry_run)).dump())


class OpenKey(Signer):
    """A key opened by its passphrase for one transaction; pyHanko's own signer would parse it at each use."""

    def __init__(self, key: Any, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        self._private_key, self.certificate = key, certificate
        self.size = sum(len(each.dump()) for each in (certificate, *chain))
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self.signed_attr_prov_spec = _Reference(certificate)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        digest = _HASHES[digest_algorithm]()
        if isinstance(self._private_key, rsa.RSAPrivateKey):
            return self._private_key.sign(data, padding.PKCS1v15(), digest)
        signature: bytes = self._private_key.sign(data, ec.ECDSA(digest))
        return signature


class _Page(PdfContent):
    """A stamp drawn as a PDF page, taken over as it is."""

    def __init__(self, pdf: bytes, width: float, height: float) -> None:
        super().__init__(box=BoxConstraints(width=width, height=height))
        self._pdf = pdf

    def render(self) -> bytes:
        reader = PdfFileReader(io.BytesIO(self._pdf))
        self.resources.xobject["/Stamp"] = self._ensure_writer.import_page_as_xobject(reader)
        return b"/Stamp Do"


def open_key(p12: bytes, passphrase: str) -> OpenKey:
    """Check the passphrase, before a number is taken; raises Forbidden. Keep the key for one transaction."""
    private, found = unlock(p12, passphrase)
    own, *chain = (x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in found)
    return OpenKey(private, own, chain)


def sign(
    pdf: bytes, place: str, signer: OpenKey, occasion: Occasion, stamp: StampText | None = None
) -> bytes:
    """Sign in the field `place`; without a stamp the signature is invisible."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields = list(enumerate_sig_fields(writer.prev))
    rect = _free_field(fields, place)
    is_first = all(value is None for _, value, _ in fields)
    meta = PdfSignatureMetadata(
        field_name=place,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=occasion.reason,
        location=occasion.location,
        name=signer.certificate.subject.native["common_name"],
        # The first signature certifies: nothing may follow but the signatures that were planned.
        certify=is_first,
        docmdp_permissions=MDPPerm.NO_CHANGES if len(fields) == 1 else MDPPerm.FILL_FORMS,
    )
    pdf_signer = PdfSigner(meta, signer=signer, stamp_style=_style(stamp, rect))
    loop = asyncio.new_event_loop()  # asyncio.run would watch for signals meanwhile, which costs a tenth more
    try:
        return loop.run_until_complete(_signed(pdf_signer, writer, signer, occasion.signing_time))
    finally:
        loop.close()


async def _signed(
    pdf_signer: PdfSigner, writer: IncrementalPdfFileWriter, signer: OpenKey, moment: datetime
) -> bytes:
    session = pdf_signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = moment
    document = session.prepare_tbs_document(
        validation_info=None, bytes_reserved=2 * (signer.size + 2048), appearance_text_params=None
    )
    prepared, out = document.digest_tbs_document()
    done = await document.perform_signature(
        prepared.document_digest, PdfCMSSignedAttributes(signing_time=session.system_time)
    )
    await done.post_signature_processing(out)
    out.seek(0)
    signed_pdf: bytes = out.read()
    return signed_pdf


def _free_field(fields: list[tuple[str, Any, Any]], place: str) -> tuple[float, float]:
    """Return the size of the place; it must exist and be unsigned."""
    for name, value, reference in fields:
        if name != place:
            continue
        if value is not None:
            raise Conflict("This place is signed already.")
        x1, y1, x2, y2 = (float(edge) for edge in reference.get_object()["/Rect"])
        return abs(x2 - x1), abs(y2 - y1)
    raise NotFound("The document has no place for this signature.")


def _style(stamp: StampText | None, size: tuple[float, float]) -> StaticStampStyle:
    width, height = int(size[0]), int(size[1])
    page = _Page(draw_stamp(stamp, width, height), width, height) if stamp else None
    return StaticStampStyle(
        border_width=0, background=page, background_opacity=1.0, background_layout=_CENTRED
    )
