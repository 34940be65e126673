"""Invented values for every variable the office fills in, so that a letter can be shown before it is used."""

from collections.abc import Mapping
from typing import Any

from app.definitions.letter import Letter

_NIP = "198001012005011001"
STANDARD: dict[str, Any] = {
    "office": {
        "government": "Pemerintah Kabupaten Contoh",
        "name": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "address": "Jalan Contoh Nomor 1, Kota Contoh 00000",
        "contact": "Telepon (0000) 000000, Laman contoh.example.go.id",
        "city": "Kota Contoh",
    },
    "letter": {"number": "000/0000/CONTOH/2026", "date": "2026-11-23"},
    "signer": {
        "title": "Kepala Dinas",
        "name": "Nama Contoh, S.T., M.Si.",
        "rank": "Pembina Utama Muda (IV/c)",
        "nip": _NIP,
        "on_behalf": "",
    },
    "members": [
        {"title": "Ketua Tim Teknis", "name": "Anggota Contoh Satu, S.T.", "nip": _NIP},
        {"title": "Anggota Tim Teknis", "name": "Anggota Contoh Dua, S.Si.", "nip": _NIP},
    ],
    "initials": [{"title": "Sekretaris", "name": "Sekretaris Contoh", "at": "2026-11-23"}],
    "witness": {"name": "Wakil Pemohon Contoh", "title": "Direktur"},
}
# Known to every letter besides what its own process collects.
STANDARD_PATHS = frozenset(
    {
        *(
            f"office.{key}"
            for key in ("government", "name", "address", "contact", "city", "legal_note", "signature_note")
        ),
        "letter.number",
        "letter.date",
        *(f"signer.{key}" for key in STANDARD["signer"]),
        *(f"members.*.{key}" for key in ("title", "name", "nip", "confirmed_at")),
        "witness.name",
        "witness.title",
    }
)


def sample_context(letter: Letter) -> dict[str, Any]:
    """Return the letter's own sample over the standard one."""
    return _merged(STANDARD, letter.sample)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merged(below, value) if both and below is not None else value
    return merged
