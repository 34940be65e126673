"""Indonesian identifiers: strips their usual punctuation and checks the form their authority gives them.

Nobody can tell from its form that a number was really issued; these rules catch what cannot have been.
"""

import re
from collections.abc import Callable
from datetime import date

from app.forms.refusal import Refused, quoted

# the first two digits of Kemendagri's region codes, all 38 provinces
_RANGES = [(11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96)]
PROVINCES = frozenset(str(code) for first, last in _RANGES for code in range(first, last + 1))
# contract employees (PPPK) carry the number of their contract, counted from 21, in place of a month
_APPOINTMENT_MONTHS = frozenset([*range(1, 13), *range(21, 30)])
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"[A-Za-z0-9._%+\-]{{1,64}}@(?:{_LABEL}\.)+[A-Za-z]{{2,24}}")
_PHONE = re.compile(r"(?:\+62|62|0)([2-9]\d{7,11})", re.ASCII)


def _digits(written: str, title: str, punctuation: str = " ") -> str:
    bare = "".join(c for c in written if c not in punctuation)
    wrong = "".join(dict.fromkeys(c for c in bare if c not in "0123456789"))
    if wrong:
        raise Refused(
            "%(title)s consists of digits only; remove “%(wrong)s”.", title=title, wrong=quoted(wrong, 20)
        )
    return bare


def _exactly(written: str, title: str, digits: int, punctuation: str = " ") -> str:
    bare = _digits(written, title, punctuation)
    if len(bare) != digits:
        raise Refused(
            "%(title)s has %(digits)d digits; you entered %(n)d.", title=title, digits=digits, n=len(bare)
        )
    return bare


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def nik(written: str, title: str) -> str:
    """Check 16 digits: region 6, birth DDMMYY (40 is added to the day for women), serial 4."""
    number = _exactly(written, title, 16)
    if number[:2] not in PROVINCES or "00" in (number[2:4], number[4:6]):
        raise Refused("%(title)s does not begin with a region code; check digits 1 to 6.", title=title)
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    day -= 40 if day > 40 else 0
    if not (_is_day(1900 + year, month, day) or _is_day(2000 + year, month, day)):
        raise Refused("%(title)s holds no date of birth in digits 7 to 12.", title=title)
    if number[12:] == "0000":
        raise Refused("%(title)s cannot end in 0000.", title=title)
    return number


def npwp(written: str, title: str) -> str:
    """Check 15 digits (old) or 16 (since 2024), written with or without dots, hyphens and spaces."""
    number = _digits(written, title, " .-")
    if len(number) not in (15, 16):
        raise Refused("%(title)s has 15 or 16 digits; you entered %(n)d.", title=title, n=len(number))
    if not number.strip("0"):
        raise Refused("%(title)s cannot consist of zeros only.", title=title)
    return number


def nib(written: str, title: str) -> str:
    """Check 13 digits."""
    return _exactly(written, title, 13)


def nip(written: str, title: str) -> str:
    """Check 18 digits: birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial 3."""
    number = _exactly(written, title, 18)
    born = _is_day(int(number[:4]) or 1, int(number[4:6]), int(number[6:8]))
    if not born or number[:2] not in ("19", "20"):
        raise Refused("%(title)s holds no date of birth in digits 1 to 8.", title=title)
    if number[8:10] not in ("19", "20") or int(number[12:14]) not in _APPOINTMENT_MONTHS:
        raise Refused("%(title)s holds no month of appointment in digits 9 to 14.", title=title)
    if number[14] not in "12":
        raise Refused("%(title)s has 1 or 2 as its 15th digit.", title=title)
    return number


def kbli(written: str, title: str) -> str:
    """Check 5 digits; a leading zero counts (01111 is maize)."""
    number = _exactly(written, title, 5)
    if number.startswith("00"):
        raise Refused("%(title)s begins with a division from 01 to 99.", title=title)
    return number


def region(written: str, title: str) -> str:
    """Check 10 digits of Kemendagri's code: province 2, regency 2, district 2, village 4; 0 where it ends."""
    number = _exactly(written, title, 10, " .")
    if number[:2] not in PROVINCES:
        raise Refused("%(title)s does not begin with the code of a province.", title=title)
    parts = [number[2:4], number[4:6], number[6:]]
    given = [bool(part.strip("0")) for part in parts]
    if given != sorted(given, reverse=True):
        raise Refused("%(title)s names a part of a region whose upper part is 00.", title=title)
    return number


def phone(written: str, title: str) -> str:
    """Read an Indonesian number, kept as +62…; spaces, hyphens, dots and brackets are stripped."""
    bare = "".join(c for c in written if c not in " -.()")
    match = _PHONE.fullmatch(bare)
    if match is None:
        raise Refused("%(title)s must be a telephone number such as 0812-0000-0000.", title=title)
    return f"+62{match[1]}"


def is_email(written: str) -> bool:
    """True for one @ with a domain behind it, as an address is written."""
    return len(written) <= 254 and bool(_EMAIL.fullmatch(written)) and ".." not in written


def email(written: str, title: str) -> str:
    """Check an address with one @ and a domain; whether it exists only a message can tell."""
    if not is_email(written):
        raise Refused("%(title)s must be an e-mail address such as nama@contoh.id.", title=title)
    return written


READERS: dict[str, Callable[[str, str], str]] = {
    "nik": nik,
    "npwp": npwp,
    "nib": nib,
    "nip": nip,
    "kbli": kbli,
    "region": region,
    "phone": phone,
    "email": email,
}
