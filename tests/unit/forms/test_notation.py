"""Numbers, rupiah and dates as people write them; what could mean two things is read one documented way."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.notation import read_date, read_money, read_number, write_date, write_money, write_number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2400", "2400"),
        ("2.400", "2400"),
        ("2.400,5", "2400.5"),
        ("2400,5", "2400.5"),
        ("2400.5", "2400.5"),
        ("2400.125", "2400.125"),
        ("0.250", "0.250"),
        ("0,25", "0.25"),
        ("12.5", "12.5"),
        ("12.345", "12345"),
        ("1.250.000", "1250000"),
        ("1.250.000,75", "1250000.75"),
        (" -3,5 ", "-3.5"),
        ("007", "7"),
    ],
)
def test_numbers_are_read_by_one_rule(written, value):
    assert read_number(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-",
        "2,400.5",
        "1.25.000",
        "1.2500.000",
        "2.400,",
        ",5",
        ".5",
        "1e3",
        "2 400",
        "٣",
        "0x1",
        "1,2,3",
        "9" * 16,
    ],
)
def test_what_is_no_number_is_not_guessed(written):
    assert read_number(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Rp1.250.000.000", 1_250_000_000),
        ("Rp 1.250.000.000,00", 1_250_000_000),
        ("rp. 5.000,-", 5000),
        ("1250000000", 1_250_000_000),
        ("1.250.000.000", 1_250_000_000),
        ("0", 0),
        ("-500", -500),
    ],
)
def test_rupiah_are_read(written, value):
    assert read_money(written) == value


@pytest.mark.parametrize(
    "written", ["1,25 M", "1.25", "1,250,000", "Rp1.250,50", "IDR 5", "", "Rp", "9" * 16]
)
def test_what_is_no_whole_rupiah_is_refused(written):
    assert read_money(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("23-11-2026", date(2026, 11, 23)),
        ("3-1-2026", date(2026, 1, 3)),
        ("2026-02-30", None),
        ("23/11/2026", None),
        ("23-11-26", None),
        ("0001-01-01", None),
        ("2026-11-23T00:00", None),
    ],
)
def test_dates_are_read_year_first_or_day_first(written, value):
    assert read_date(written) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_survives_being_written(value):
    assert read_number(write_number(value)) == value


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_rupiah_survive_being_written(value):
    assert read_money(write_money(value).replace("-Rp", "Rp-")) == value


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_survives_being_written(value):
    assert read_date(write_date(value)) == value


def test_writing_follows_indonesian_custom():
    assert write_number(Decimal("2400.50")) == "2.400,5"
    assert write_number(Decimal("1234567"), 2) == "1.234.567,00"
    assert write_money(1_250_000_000) == "Rp1.250.000.000"
    assert write_money(-5000) == "-Rp5.000"
    assert write_date(date(2026, 1, 3)) == "03-01-2026"
