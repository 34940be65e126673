"""Signatures that others accept, made only with the passphrase."""

import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from app.errors import Conflict, Forbidden, NotFound
from app.letters.render import Rendered, Renderer
from app.letters.sign import OpenKey, open_key, sign
from app.letters.stamp import StampText, draw_stamp
from app.letters.trial_ca import TRIAL_NAME, Holder, TrialCa, office_seal, open_trial_ca
from app.letters.verify import verify
from tests.unit.letters.conftest import HEAD, NOW, OCCASION, PASSPHRASE, STAMP, URL, load


def sha(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def test_a_signed_letter_is_genuine(renderer: Renderer, signed: bytes, ca: TrialCa) -> None:
    found = verify(renderer, signed, sha(signed), [ca.root_pem])
    assert found.is_genuine
    assert found.trial
    assert [(signer.name, signer.title, signer.signed_at) for signer in found.signers] == [
        (HEAD.name, HEAD.title, NOW)
    ]


def test_openssl_accepts_the_signature_over_the_whole_file(
    signed: bytes, ca: TrialCa, tmp_path: Path
) -> None:
    ranges = [int(edge) for edge in re.search(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)", signed).groups()]
    assert ranges[0] == 0
    assert ranges[2] + ranges[3] == len(signed)
    cms = bytes.fromhex(signed[ranges[1] + 1 : ranges[2] - 1].decode())
    (tmp_path / "cms").write_bytes(cms[: int.from_bytes(cms[2:4], "big") + 4])
    (tmp_path / "data").write_bytes(signed[: ranges[1]] + signed[ranges[2] :])
    (tmp_path / "root").write_bytes(ca.root_pem)
    said = subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-in",
            "cms",
            "-content",
            "data",
            "-binary",
            "-CAfile",
            "root",
            "-purpose",
            "any",
            "-attime",
            str(int(NOW.timestamp()) + 1),
            "-out",
            "out",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_poppler_accepts_the_signature(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(signed)
    try:
        said = subprocess.run(
            ["pdfsig", "-nocert", "letter.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        pytest.skip("poppler-utils is not installed")
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


@pytest.mark.parametrize("passphrase", ["", "salah", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_refused_each_time(ca: TrialCa, passphrase: str) -> None:
    issued = ca.issue_signer(HEAD, PASSPHRASE, NOW)
    open_key(issued.p12, PASSPHRASE)
    with pytest.raises(Forbidden, match="passphrase"):
        open_key(issued.p12, passphrase)


def test_a_damaged_key_is_refused(ca: TrialCa) -> None:
    locked = ca.issue_signer(HEAD, PASSPHRASE, NOW).p12
    with pytest.raises(Forbidden):
        open_key(locked[:-40], PASSPHRASE)


def test_the_key_is_no_plain_pkcs12_that_could_be_guessed_at_quickly(ca: TrialCa) -> None:
    locked = ca.issue_signer(HEAD, PASSPHRASE, NOW).p12
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(locked[locked.index(b"\x30\x82") :], PASSPHRASE.encode())


def test_the_passphrase_is_not_shown_by_the_open_key(head_key: OpenKey) -> None:
    assert PASSPHRASE not in repr(vars(head_key))


def test_a_place_is_signed_once_and_must_exist(signed: bytes, unsigned: bytes, head_key: OpenKey) -> None:
    with pytest.raises(Conflict):
        sign(signed, "signer", head_key, OCCASION)
    with pytest.raises(NotFound):
        sign(unsigned, "member1", head_key, OCCASION)


def test_a_signature_may_be_invisible(
    renderer: Renderer, unsigned: bytes, head_key: OpenKey, ca: TrialCa
) -> None:
    pdf = sign(unsigned, "signer", head_key, OCCASION)
    assert verify(renderer, pdf, sha(pdf), [ca.root_pem]).is_genuine
    assert len(pdf) < len(sign(unsigned, "signer", head_key, OCCASION, STAMP))


def test_minutes_are_confirmed_by_each_member(
    renderer: Renderer, minutes_signed: list[bytes], ca: TrialCa
) -> None:
    for number, pdf in enumerate(minutes_signed, 1):
        found = verify(renderer, pdf, sha(pdf), [ca.root_pem])
        assert found.is_genuine, found
        assert len(found.signers) == number


def test_the_seal_signs_automatic_papers_without_a_person(
    renderer: Renderer, render: Callable[..., Rendered], ca: TrialCa, tmp_path: Path
) -> None:
    office = Holder("Segel Elektronik Dinas Contoh", organisation="Dinas Contoh")
    p12, passphrase = office_seal(tmp_path / "keys", ca, office, "contoh", NOW)
    assert office_seal(tmp_path / "keys", ca, office, "contoh", NOW) == (p12, passphrase)
    pdf = sign(render(load("receipt")).pdf, "signer", open_key(p12, passphrase), OCCASION, STAMP)
    assert [one.name for one in verify(renderer, pdf, sha(pdf), [ca.root_pem]).signers] == [office.name]


def test_the_trial_authority_is_made_once_and_says_what_it_is(tmp_path: Path) -> None:
    keys = tmp_path / "data" / "keys"
    first, second = open_trial_ca(keys, NOW), open_trial_ca(keys, NOW)
    assert first.root_pem == second.root_pem
    assert TRIAL_NAME in first.root.subject.rfc4514_string()
    assert "bukan BSrE" in first.certificate.subject.rfc4514_string()
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (keys / "trial_ca").iterdir()} == {0o600}
    assert {path.name for path in keys.iterdir()} == {"trial_ca"}


def test_a_letter_stays_genuine_after_its_certificate_expired(
    renderer: Renderer, signed: bytes, ca: TrialCa
) -> None:
    # The fixture signs at the end of 2026; whatever today is, validation asks about that moment.
    assert verify(renderer, signed, sha(signed), [ca.root_pem]).intact


def test_long_titles_stay_inside_the_stamp() -> None:
    text = StampText(
        "Kepala Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu " * 3, HEAD.name * 3, "x" * 200, URL
    )
    assert draw_stamp(text, 209, 68).startswith(b"%PDF")
