"""A signer's key under an own passphrase: PKCS#12 behind scrypt, so that guessing is slow."""

import secrets
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import pkcs12

from app.errors import Forbidden, text

# A PKCS#12 written by OpenSSL checks its password with 2048 rounds whatever the rounds of its encryption are:
# a graphics card guesses millions a second. Here its password is scrypt's output: 16 MB and some 35 ms each.
# That is the least its author gives for interactive use (N = 2^14, r = 8, p = 1; r and p as in RFC 7914), and
# a fifth of what OWASP asks of stored passwords (p = 5): a third of a letter's cost, and it must not shrink.
_MARK = b"ALURIZIN-P12-SCRYPT1"
_SALT = 16
_COST = 2**14


class WrongPassphrase(Forbidden):
    """The passphrase opens no key; whoever guesses on is stopped by who asked for it."""

    def __init__(self) -> None:
        super().__init__(text("The passphrase is wrong.").msgid)


def lock(name: str, key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate], passphrase: str) -> bytes:
    """Lock a key, its certificate and those above it under a passphrase."""
    salt = secrets.token_bytes(_SALT)
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(_stretched(passphrase, salt))
    )
    return (
        _MARK
        + salt
        + pkcs12.serialize_key_and_certificates(name.encode(), key, chain[0], chain[1:], encryption)
    )


def unlock(locked: bytes, passphrase: str) -> tuple[Any, list[x509.Certificate]]:
    """Return key and certificates, the signer's first; a plain PKCS#12 from elsewhere opens too."""
    password, p12 = passphrase.encode(), locked
    if locked.startswith(_MARK):
        rest = locked[len(_MARK) :]
        password, p12 = _stretched(passphrase, rest[:_SALT]), rest[_SALT:]
    try:
        store = pkcs12.load_pkcs12(p12, password)
    except ValueError:
        raise WrongPassphrase from None
    if store.cert is None or store.key is None:
        raise Forbidden("This signature key holds no certificate.")
    return store.key, [store.cert.certificate, *(extra.certificate for extra in store.additional_certs)]


def _stretched(passphrase: str, salt: bytes) -> bytes:
    derived = Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())
    return derived.hex().encode()
