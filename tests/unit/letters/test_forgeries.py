"""No changed, cut, extended, swapped or foreign-signed letter passes as genuine."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from app.letters.render import Renderer
from app.letters.sign import open_key, sign
from app.letters.trial_ca import TrialCa, open_trial_ca
from app.letters.verify import verify
from tests.unit.letters.conftest import HEAD, NOW, OCCASION, PASSPHRASE, STAMP

Forgery = Callable[[bytes], bytes]


def flip_a_byte(pdf: bytes) -> bytes:
    changed = bytearray(pdf)
    place = pdf.index(b"stream\n") + 60
    changed[place] ^= 1
    return bytes(changed)


def rewrite(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def add_a_page(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        contents = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
        writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 595, 842)))

    return _updated(pdf, change)


def white_out(pdf: bytes) -> bytes:
    cover = generic.StreamObject(stream_data=b"1 1 1 rg 80 400 400 200 re f")
    return _updated(pdf, lambda writer: writer.add_stream_to_page(0, writer.add_object(cover)))


def change_the_catalogue(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/PageMode"] = pdf_name("/UseNone")
        writer.root["/OpenAction"] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/URI"),
                pdf_name("/URI"): generic.TextStringObject("https://jahat.example"),
            }
        )
        writer.update_root()

    return _updated(pdf, change)


def annotate(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(list(map(generic.FloatObject, (80, 400, 400, 600)))),
                pdf_name("/Contents"): generic.TextStringObject("ditolak"),
            }
        )
        writer.register_annotation(page, writer.add_object(note))

    return _updated(pdf, change)


def replace_in_the_shadow(pdf: bytes) -> bytes:
    """Define the page's content anew in a later revision, as the shadow attacks of 2021 did."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        contents = page.raw_get("/Contents")
        reference = (
            contents.reference if isinstance(contents, generic.IndirectObject) else contents[0].reference
        )
        stream = reference.get_object()
        stream._data = b"BT /F1 12 Tf 100 700 Td (ditolak) Tj ET"
        stream._encoded_data = None
        writer.mark_update(reference)

    return _updated(pdf, change)


def append_junk(pdf: bytes) -> bytes:
    return pdf + b"\n% tambahan\n"


def append_a_second_file(pdf: bytes) -> bytes:
    return pdf + pdf


def put_bytes_in_front(pdf: bytes) -> bytes:
    return b"GIF89a" + pdf


def cut_the_end(pdf: bytes) -> bytes:
    return pdf[:-200]


def cut_the_last_revision(pdf: bytes) -> bytes:
    end = pdf.rindex(b"%%EOF", 0, pdf.rindex(b"%%EOF"))
    return pdf[: end + 6]


SEEN_BY_THE_SIGNATURE: list[Forgery] = [
    flip_a_byte,
    rewrite,
    add_a_page,
    white_out,
    change_the_catalogue,
    annotate,
    replace_in_the_shadow,
    put_bytes_in_front,
    cut_the_end,
    cut_the_last_revision,
]
ALL = [*SEEN_BY_THE_SIGNATURE, append_junk, append_a_second_file]


def sha(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


@pytest.mark.parametrize("forge", ALL, ids=lambda forge: forge.__name__)
def test_a_forged_letter_is_refused_with_a_reason(
    renderer: Renderer, signed: bytes, ca: TrialCa, forge: Forgery
) -> None:
    found = verify(renderer, forge(signed), sha(signed), [ca.root_pem])
    assert not found.is_genuine
    assert not found.known
    assert str(found.reason)
    assert "unchanged" not in str(found.reason)


@pytest.mark.parametrize("forge", SEEN_BY_THE_SIGNATURE, ids=lambda forge: forge.__name__)
def test_the_signature_alone_refuses_it(
    renderer: Renderer, signed: bytes, ca: TrialCa, forge: Forgery
) -> None:
    forged = forge(signed)
    found = verify(renderer, forged, sha(forged), [ca.root_pem])
    assert found.known
    assert not found.intact, found


@pytest.mark.parametrize("forge", ALL, ids=lambda forge: forge.__name__)
def test_forged_minutes_are_refused(
    renderer: Renderer, minutes_signed: list[bytes], ca: TrialCa, forge: Forgery
) -> None:
    found = verify(renderer, forge(minutes_signed[-1]), sha(minutes_signed[-1]), [ca.root_pem])
    assert not found.is_genuine


def test_minutes_cut_back_to_two_signatures_are_known_by_the_hash_alone(
    renderer: Renderer, minutes_signed: list[bytes], ca: TrialCa
) -> None:
    found = verify(renderer, minutes_signed[1], sha(minutes_signed[2]), [ca.root_pem])
    assert found.intact
    assert not found.is_genuine


def test_the_same_name_from_a_foreign_authority_is_refused(
    renderer: Renderer, unsigned: bytes, ca: TrialCa, tmp_path: Path
) -> None:
    foreign = open_trial_ca(tmp_path, NOW)
    key = open_key(foreign.issue_signer(HEAD, PASSPHRASE, NOW).p12, PASSPHRASE)
    forged = sign(unsigned, "signer", key, OCCASION, STAMP)
    found = verify(renderer, forged, sha(forged), [ca.root_pem])
    assert not found.intact
    assert found.signers[0].name == HEAD.name
    assert "no authority" in str(found.reason)


def test_an_unsigned_copy_is_refused(renderer: Renderer, unsigned: bytes, signed: bytes, ca: TrialCa) -> None:
    found = verify(renderer, unsigned, sha(signed), [ca.root_pem])
    assert not found.is_genuine
    assert str(found.reason) == "This file carries no electronic signature."


def test_an_intact_letter_of_unknown_hash_is_not_ours(renderer: Renderer, signed: bytes, ca: TrialCa) -> None:
    found = verify(renderer, signed, None, [ca.root_pem])
    assert found.intact
    assert not found.is_genuine


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"%PDF-1.4\n" + b"\x00" * 1000,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 3 0 R>>>>endobj\n"
        b"3 0 obj 3 0 R endobj\n"
        b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    ],
)
def test_what_is_no_pdf_is_refused_and_hurts_nobody(renderer: Renderer, ca: TrialCa, data: bytes) -> None:
    assert not verify(renderer, data, None, [ca.root_pem]).intact
