"""Words and figures as Indonesian letters and screens write them: dates, money, numbers, names of days."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_UNITS = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_GROUPS = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"))
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
_WIB = timezone(timedelta(hours=7))

Moment = date | datetime | str
Number = int | float | Decimal | str


def _moment(value: Moment) -> date | datetime:
    if not isinstance(value, str):
        return _local(value) if isinstance(value, datetime) else value
    return date.fromisoformat(value) if len(value) == 10 else _local(datetime.fromisoformat(value))


def _local(value: datetime) -> datetime:
    """Show a time that is in no Indonesian zone (the database keeps UTC) in western Indonesian time."""
    offset = value.utcoffset()
    if offset is None or offset.total_seconds() / 3600 in _ZONES:
        return value
    return value.astimezone(_WIB)


def tanggal(value: Moment) -> str:
    """23 November 2026."""
    day = _moment(value)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def tanggal_pendek(value: Moment) -> str:
    """23-11-2026, for tables."""
    return _moment(value).strftime("%d-%m-%Y")


def tanggal_kata(value: Moment) -> str:
    """The date of a berita acara: tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam."""
    day = _moment(value)
    return f"tanggal {terbilang(day.day)} bulan {_MONTHS[day.month - 1]} tahun {terbilang(day.year)}"


def hari(value: Moment) -> str:
    """Senin."""
    return _DAYS[_moment(value).weekday()]


def jam(value: datetime | str) -> str:
    """Pukul 10.45 WIB; the zone follows the time's own offset."""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        raise ValueError(f"{value} is a date without a time")
    offset = moment.utcoffset() or timedelta(hours=7)
    return f"pukul {moment:%H.%M} {_ZONES[int(offset.total_seconds() // 3600)]}"


def terbilang(value: Number) -> str:
    """A whole number in words, to below a thousand trillions; a fraction is read digit by digit."""
    number = Decimal(str(value))
    if number < 0:
        return f"minus {terbilang(-number)}"
    whole = int(number)
    if whole >= 10**15:
        raise ValueError(f"{value} is too large to be written in words")
    fraction = f"{number.normalize():f}".partition(".")[2]
    words = _whole_in_words(whole)
    return f"{words} koma {' '.join(_UNITS[int(digit)] for digit in fraction)}" if fraction else words


def _whole_in_words(number: int) -> str:
    if number < 1000:
        return _below_thousand(number)
    size, name = next((size, name) for size, name in _GROUPS if number >= size)
    count, rest = divmod(number, size)
    head = "seribu" if size == 1000 and count == 1 else f"{_below_thousand(count)} {name}"
    return f"{head} {_whole_in_words(rest)}" if rest else head


def _below_thousand(number: int) -> str:
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    size, name, one = (10, "puluh", "") if number < 100 else (100, "ratus", "seratus")
    count, rest = divmod(number, size)
    head = one if one and count == 1 else f"{_UNITS[count]} {name}"
    return f"{head} {_below_thousand(rest)}" if rest else head


def angka(value: Number, places: int | None = None) -> str:
    """2.400 and 91,48: a full stop for thousands, a comma for the fraction."""
    number = Decimal(str(value))
    plain = f"{number:,f}" if places is None else f"{number:,.{places}f}"
    if places is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.translate(str.maketrans(",.", ".,"))


def rupiah(value: Number, sen: bool = True) -> str:
    """Rp1.250.000.000,00 as letters write it; screens leave the cents away."""
    number = Decimal(str(value))
    return f"{'-' if number < 0 else ''}Rp{angka(abs(number), 2 if sen else 0)}"


def nip(value: str) -> str:
    """19800101 200501 1 001: eighteen digits in groups of 8, 6, 1 and 3; anything else stays as it is."""
    digits = "".join(str(value).split())
    if len(digits) != 18 or not digits.isdigit():
        return str(value)
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def roman(value: int) -> str:
    """XI."""
    rest, written = int(value), ""
    for size, sign in _ROMAN:
        count, rest = divmod(rest, size)
        written += sign * count
    return written


def tanpa_gelar(name: str) -> str:
    """Ratna Contoh, of Ir. Ratna Contoh, M.Si.: decrees name no titles (Permendagri 1/2023 Pasal 44)."""
    words = name.partition(",")[0].split()
    while len(words) > 1 and words[0].endswith("."):
        words.pop(0)
    return " ".join(words)


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        angka,
        hari,
        jam,
        nip,
        roman,
        rupiah,
        tanggal,
        tanggal_kata,
        tanggal_pendek,
        tanpa_gelar,
        terbilang,
    )
}
