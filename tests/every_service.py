"""What the five services have in common, for the acceptance cases that hold for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests import dairi, ipki, iuki_verification, magetan, recommendation


@dataclass(frozen=True)
class Offered:
    """A service: who opens a case and how, an officer of it, and the fields that K31 and K32 name."""

    key: str
    submit: Callable[..., str]
    application: dict[str, Any]
    opener: str
    officer: str
    area: str
    date: str
    identifier: str


SERVICES = (
    Offered("ipki", ipki.submit, ipki.APPLICATION, "applicant", "operator", "expansion_area_ha",
            "permit_date", "npwp"),
    Offered("iuki_verification", iuki_verification.submit, iuki_verification.APPLICATION, "applicant",
            "secretariat", "land_area_ha", "letter_date", "director_nik"),
    Offered("recommendation", recommendation.submit, recommendation.APPLICATION, "general_affairs",
            "division_head", "land_area_ha", "letter_date", "npwp"),
    Offered("ipui_magetan", magetan.submit, magetan.APPLICATION, "applicant", "registrar", "land_area_m2",
            "", "director_nik"),
    Offered("dairi_ipui", dairi.submit, dairi.APPLICATION, "applicant", "front_officer", "land_area_m2",
            "letter_date", "director_nik"),
)  # fmt: skip
each_service = pytest.mark.parametrize("service", SERVICES, ids=[service.key for service in SERVICES])


def faults(service: Offered) -> list[tuple[str, Any, str]]:
    """K31's wrong inputs: the field, what is filled in, and how the applicant is told."""
    wrong = [
        ("nib", "999000000015", "terdiri atas 13 angka; Anda mengisi 12."),
        ("nib", "99900000001AB", "hanya berisi angka; hapus “AB”."),
        ("nib", "", "wajib diisi."),
        ("kbli", "3100", "terdiri atas 5 angka; Anda mengisi 4."),
        (service.area, -1, "paling sedikit"),
    ]
    return [*wrong, (service.date, "2027-12-31", "tidak boleh melewati hari ini")] if service.date else wrong
