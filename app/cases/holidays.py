"""The first content of the holiday table, from the `holidays` package; administrators edit it afterwards."""

from collections.abc import Iterable
from datetime import date

from holidays import country_holidays
from holidays.constants import GOVERNMENT, PUBLIC

# The package calls joint leave (cuti bersama) a government holiday.
_KINDS = {"public": PUBLIC, "joint_leave": GOVERNMENT}


def seed_holidays(years: Iterable[int]) -> list[tuple[date, str, str]]:
    """List holidays as (date, Indonesian name, kind: public or joint_leave); public wins on a shared date."""
    wanted = list(years)
    rows: dict[date, tuple[date, str, str]] = {}
    for kind, category in _KINDS.items():
        for on, name in country_holidays("ID", years=wanted, categories=category, language="id").items():
            rows.setdefault(on, (on, name, kind))
    return sorted(rows.values())
