"""The trial certificate authority, made at first start: an own key for each signer, plainly no BSrE."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.letters.keystore import lock

TRIAL_NAME = "CA UJI COBA Alur Izin (bukan BSrE)"
_CA_DAYS, _SIGNER_DAYS = 3650, 730
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True)
class Issued:
    """A new key locked under its passphrase and what its certificate says; times are aware, UTC."""

    p12: bytes
    subject: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True)
class Holder:
    """Who a certificate is for; the organisation is the office."""

    name: str
    title: str = ""
    nip: str = ""
    organisation: str = ""


class TrialCa:
    """The issuing half of the trial authority; the root's key is thrown away once it has signed it."""

    def __init__(
        self, root: x509.Certificate, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self.root, self.certificate, self._key = root, certificate, key

    @property
    def root_pem(self) -> bytes:
        """The trust root for verification."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    def issue_signer(self, holder: Holder, passphrase: str, now: datetime) -> Issued:
        """Make a key and certificate for one person or office, usable only with the passphrase."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = min(now + timedelta(days=_SIGNER_DAYS), self.certificate.not_valid_after_utc)
        builder = _builder(_holder_name(holder), self.certificate.subject, key.public_key(), now, until)
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(is_ca=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, _DOCUMENT_SIGNING]),
                critical=False,
            )
            .add_extension(_authority(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        p12 = lock(holder.name, key, [certificate, self.certificate, self.root], passphrase)
        return Issued(
            p12,
            certificate.subject.rfc4514_string(),
            f"{certificate.serial_number:x}",
            certificate.fingerprint(hashes.SHA256()).hex(),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )


def open_trial_ca(keys: Path, now: datetime) -> TrialCa:
    """Load the trial authority from the keys folder; the first of all processes makes it."""
    folder = keys / "trial_ca"
    if not folder.exists():
        _make_once(folder, lambda temporary: _write_new_ca(temporary, now))
    key = serialization.load_pem_private_key((folder / "issuing.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the trial authority's key is no elliptic curve key")
    root, issuing = (
        x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in ("root.pem", "issuing.pem")
    )
    return TrialCa(root, issuing, key)


def office_seal(keys: Path, ca: TrialCa, office: Holder, office_key: str, now: datetime) -> tuple[bytes, str]:
    """Return the office's seal and its passphrase; it signs automatic papers only, so no person types it."""
    folder = keys / f"seal_{office_key}"
    if not folder.exists():
        passphrase = secrets.token_urlsafe(32)
        issued = ca.issue_signer(office, passphrase, now)

        def write_seal(temporary: Path) -> None:
            _write(temporary / "seal.p12", issued.p12)
            _write(temporary / "passphrase", passphrase.encode())

        _make_once(folder, write_seal)
    return (folder / "seal.p12").read_bytes(), (folder / "passphrase").read_text()


def _write_new_ca(folder: Path, now: datetime) -> None:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    until = now + timedelta(days=_CA_DAYS)
    root_name, name = _ca_name(TRIAL_NAME), _ca_name(f"{TRIAL_NAME} - penerbit")
    root = _ca_certificate(_builder(root_name, root_name, root_key.public_key(), now, until), 1, root_key)
    issuing = _ca_certificate(_builder(name, root_name, key.public_key(), now, until), 0, root_key)
    _write(folder / "root.pem", root.public_bytes(serialization.Encoding.PEM))
    _write(folder / "issuing.pem", issuing.public_bytes(serialization.Encoding.PEM))
    _write(
        folder / "issuing.key",
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def _make_once(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a private folder aside and move it into place; who comes second uses the first one's."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    fill(temporary)
    try:
        temporary.rename(folder)
    except OSError:
        shutil.rmtree(temporary)
        if not folder.exists():
            raise


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _ca_certificate(
    builder: x509.CertificateBuilder, path_length: int, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(is_ca=True), critical=True)
        .add_extension(_authority(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _ca_name(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _holder_name(holder: Holder) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "ID"),
        (NameOID.ORGANIZATION_NAME, holder.organisation),
        (NameOID.COMMON_NAME, holder.name),
        (NameOID.TITLE, holder.title),
        (NameOID.SERIAL_NUMBER, "".join(holder.nip.split())),
    )
    return x509.Name([x509.NameAttribute(oid, value[:64]) for oid, value in parts if value])
