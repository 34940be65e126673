"""Actors: the titles over an SOP's columns, as roles that offices have. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["staff", "applicant", "system"]

# The first that fits names the role; the keys are those of the shipped roles.yaml.
_ROLES: tuple[tuple[str, str], ...] = (
    ("applicant", r"pemohon|pelaku usaha|perusahaan|masyarakat"),
    ("oss", r"\boss\b"),
    ("siinas", r"\bsiinas\b"),
    ("system", r"\b(aplikasi|sistem)\b"),
    ("front_officer", r"front ?office|\bfo\b|loket|penerima berkas|pendaftaran"),
    ("back_officer", r"back ?office"),
    ("courier", r"caraka|kurir"),
    ("secretariat", r"sekretariat"),
    ("secretary", r"sekretaris|\bsekdis\b"),
    ("technical_team", r"tim teknis|verifikator|evaluator|surveyor"),
    ("division_head", r"kabid|kepala bidang|\bka\.? ?bid"),
    ("section_head", r"\bkasi\b|kepala seksi|ka\.? ?seksi|subkoordinator"),
    ("general_affairs", r"\bumum\b|tata usaha|\btu\b"),
    ("head_of_office", r"kadis|kepala (dinas|badan|dpmptsp)|bupati|wali ?kota|gubernur"),
    ("operator", r"operator|\badmin"),
)
_SYSTEMS = frozenset({"oss", "siinas", "system"})


@dataclass(frozen=True, slots=True)
class Known:
    """An actor: its key (the role's, where offices have it), its title as printed, and how texts name it."""

    key: str
    title: str
    kind: Kind
    role: str | None
    named: re.Pattern[str]


def recognise(titles: Sequence[str]) -> list[Known]:
    """Give every column its actor; two of the same role get keys of their own."""
    found: list[Known] = []
    for title in titles:
        role, pattern = next(
            ((role, pattern) for role, pattern in _ROLES if re.search(pattern, title, re.IGNORECASE)),
            (None, ""),
        )
        taken = {actor.key for actor in found}
        key = role if role and role not in taken else _fresh(slug(title) or "actor", taken)
        named = "|".join(part for part in (re.escape(title), pattern) if part)
        kind: Kind = "applicant" if role == "applicant" else "system" if role in _SYSTEMS else "staff"
        found.append(Known(key, title, kind, role, re.compile(named, re.IGNORECASE)))
    return found


def slug(words: str, limit: int = 4) -> str:
    """Make a key of the first words of a title."""
    parts = re.findall(r"[a-z0-9]+", words.lower())[:limit]
    key = "_".join(parts)
    return key if not key or key[0].isalpha() else f"n{key}"


def _fresh(key: str, taken: set[str]) -> str:
    number = 2
    fresh = key
    while fresh in taken:
        fresh, number = f"{key}_{number}", number + 1
    return fresh
