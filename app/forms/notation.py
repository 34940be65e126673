"""How numbers, rupiah and dates are written in Indonesia: reads what people type, writes what they read.

Reading a number: a comma is always the decimal sign. Dots group thousands when they stand where groups end
("2.400", "1.250.000,75"); a single dot anywhere else is a decimal point ("2400.5", "0.250", "12.5"). So the
one doubtful case, one dot before exactly three digits, is read the Indonesian way: "2.400" is two thousand
four hundred. Mixed or misplaced signs ("2,400.5", "1.25.000") are refused, never guessed. JSON numbers are
exact. Rupiah are whole: "Rp1.250.000.000", "1250000000" and a closing ",00" or ",-" are read, other decimals
refused.
"""

import re
from datetime import date
from decimal import Decimal

MAX_DIGITS = 15

_GROUPED = r"[1-9]\d{0,2}(?:\.\d{3})+"
_NUMBER = re.compile(rf"(-?)(?:({_GROUPED}|\d+)(?:,(\d+))?|(\d+)\.(\d+))", re.ASCII)
_MONEY = re.compile(rf"(?:Rp\.?)?\s*(-?)\s*({_GROUPED}|\d+)(?:,(?:00|-))?", re.ASCII | re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def read_number(written: str) -> Decimal | None:
    """Read the number a person wrote, or None where it is not one; at most 15 digits."""
    match = _NUMBER.fullmatch(written.strip())
    if match is None:
        return None
    sign, whole, fraction, plain_whole, plain_fraction = match.groups()
    digits = (whole or plain_whole).replace(".", "")
    decimals = fraction or plain_fraction or ""
    if len(digits.lstrip("0")) + len(decimals) > MAX_DIGITS:
        return None
    return Decimal(f"{sign}{digits}.{decimals or '0'}")


def read_money(written: str) -> int | None:
    """Read the whole rupiah a person wrote, or None where it is no such amount."""
    match = _MONEY.fullmatch(written.strip())
    if match is None:
        return None
    digits = match[2].replace(".", "")
    return int(match[1] + digits) if len(digits.lstrip("0")) <= MAX_DIGITS else None


def read_date(written: str) -> date | None:
    """Read the day written as 2026-11-23 or 23-11-2026, or None."""
    written = written.strip()
    if match := _YEAR_FIRST.fullmatch(written):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(written):
        day, month, year = match.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def write_number(value: Decimal | float, decimals: int | None = None) -> str:
    """Write 2400.5 as "2.400,5"; with `decimals` exactly so many, else as many as it has."""
    exact = Decimal(str(value))
    written = f"{exact.normalize():,f}" if decimals is None else f"{exact:,.{decimals}f}"
    return written.translate(str.maketrans(",.", ".,"))


def write_money(value: int) -> str:
    """Write 1250000000 as "Rp1.250.000.000"."""
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{write_number(Decimal(abs(value)))}"


def write_date(value: date) -> str:
    """Write the day as tables show it: 23-11-2026."""
    return f"{value:%d-%m}-{value.year:04d}"
