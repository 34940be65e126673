"""Words and figures read as an Indonesian office writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import wording


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (14, "empat belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1100, "seribu seratus"),
        (2026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_250_000_000, "satu miliar dua ratus lima puluh juta"),
        (2_000_000_000_003, "dua triliun tiga"),
        (-5, "minus lima"),
        (Decimal("91.48"), "sembilan puluh satu koma empat delapan"),
        ("2.50", "dua koma lima"),
    ],
)
def test_numbers_are_written_in_words(number: int, words: str) -> None:
    assert wording.terbilang(number) == words


def test_a_number_beyond_trillions_is_refused_rather_than_wrong() -> None:
    with pytest.raises(ValueError, match="too large"):
        wording.terbilang(10**15)


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_words_can_be_read_back(number: int) -> None:
    assert _read(wording.terbilang(number)) == number


def _read(words: str) -> int:
    """An independent reader of Indonesian number words."""
    small = dict(zip(wording._UNITS[:10], range(10), strict=True))
    large = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
    total = group = last = 0
    for word in (
        words.replace("sepuluh", "satu puluh")
        .replace("sebelas", "satu belas")
        .replace("seratus", "satu ratus")
        .replace("seribu", "satu ribu")
        .split()
    ):
        if word in small:
            last = small[word]
            group += last
        elif word == "belas":
            group += 10
        elif word in ("puluh", "ratus"):
            group += last * (9 if word == "puluh" else 99)
        else:
            total, group = total + group * large[word], 0
    return total + group


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2400, "2.400"),
        (Decimal("91.48"), "91,48"),
        (1250000000, "1.250.000.000"),
        (0, "0"),
        (-1234.5, "-1.234,5"),
        (Decimal("70.00"), "70"),
        ("1000.10", "1.000,1"),
        (100, "100"),
    ],
)
def test_figures_use_the_full_stop_for_thousands(value: int, written: str) -> None:
    assert wording.angka(value) == written


def test_money_has_cents_in_letters_only() -> None:
    assert wording.rupiah(1250000000) == "Rp1.250.000.000,00"
    assert wording.rupiah(1250000000, sen=False) == "Rp1.250.000.000"
    assert wording.rupiah(-5) == "-Rp5,00"


def test_dates() -> None:
    day = date(2026, 11, 25)
    assert wording.tanggal(day) == wording.tanggal("2026-11-25") == "25 November 2026"
    assert wording.tanggal_pendek(day) == "25-11-2026"
    assert wording.hari(day) == "Rabu"
    assert wording.tanggal_kata(day) == (
        "tanggal dua puluh lima bulan November tahun dua ribu dua puluh enam"
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2026-11-23T10:45:00+07:00", "pukul 10.45 WIB"),
        ("2026-11-23T10:45:00+08:00", "pukul 10.45 WITA"),
        ("2026-11-23T10:45:00+09:00", "pukul 10.45 WIT"),
        (datetime(2026, 11, 23, 3, 45, tzinfo=UTC), "pukul 10.45 WIB"),
    ],
)
def test_times_name_their_zone(moment: str, written: str) -> None:
    assert wording.jam(moment) == written


def test_a_time_kept_in_utc_is_dated_by_the_local_day() -> None:
    assert wording.tanggal("2026-11-23T18:00:00+00:00") == "24 November 2026"


def test_identity_and_roman_numbers() -> None:
    assert wording.nip("198001012005011001") == "19800101 200501 1 001"
    assert wording.nip("19800101 200501 1 001") == "19800101 200501 1 001"
    assert wording.nip("12345") == "12345"
    assert [wording.roman(number) for number in (1, 4, 9, 11, 40, 2026)] == [
        "I",
        "IV",
        "IX",
        "XI",
        "XL",
        "MMXXVI",
    ]


def test_a_decree_names_people_without_titles() -> None:
    assert wording.tanpa_gelar("Ir. Ratna Contoh, M.Si.") == "Ratna Contoh"
    assert wording.tanpa_gelar("Dr. Drs. A. Contoh") == "Contoh"
    assert wording.tanpa_gelar("Budi Contoh") == "Budi Contoh"
