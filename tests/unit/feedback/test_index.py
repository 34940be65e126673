"""K29: the satisfaction index to the last digit, its grades at their bounds, and how many must answer."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feedback.elements import ELEMENTS
from app.feedback.index import grade_of, index_of, rounded, sample_size
from app.feedback.period import period, periods

VECTOR = dict(zip(ELEMENTS, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))


def test_k29_twenty_nine_respondents() -> None:
    index = index_of(VECTOR, 29, "1/9")
    assert index is not None
    assert (index.value, index.grade, index.respondents) == (Decimal("91.48"), "A", 29)
    assert index.elements["requirements"].mean == Decimal("3.621")
    assert index.lowest() == ["time", "procedure", "product"]


def test_where_all_are_equal_none_is_among_the_lowest() -> None:
    index = index_of(dict.fromkeys(ELEMENTS, 4), 1, "1/9")
    assert index is not None
    assert index.lowest() == []


@pytest.mark.parametrize(("weight", "value"), [("1/9", "91.48"), ("0.111", "91.38"), ("0.11", "90.56")])
def test_k29_the_weight_is_a_setting(weight: str, value: str) -> None:
    index = index_of(VECTOR, 29, weight)
    assert index is not None
    assert index.value == Decimal(value)


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ("25.00", "D"), ("64.99", "D"), ("65.00", "C"), ("76.60", "C"), ("76.61", "B"), ("88.30", "B"),
        ("88.31", "A"), ("100.00", "A"),
    ],
)  # fmt: skip
def test_k29_grades_at_their_bounds(value: str, grade: str) -> None:
    assert grade_of(Decimal(value)) == grade


def test_k29_half_is_rounded_up_and_only_at_the_end() -> None:
    assert rounded(Fraction(88305, 1000)) == Decimal("88.31")
    assert grade_of(rounded(Fraction(88305, 1000))) == "A"
    assert rounded(Fraction(88305, 1000) - Fraction(1, 10**30)) == Decimal("88.30")


@given(st.lists(st.tuples(*[st.integers(1, 4)] * 9), min_size=1, max_size=60))
def test_the_index_lies_between_25_and_100_and_all_best_is_100(answers: list[tuple[int, ...]]) -> None:
    totals = {key: sum(each[i] for each in answers) for i, key in enumerate(ELEMENTS)}
    index = index_of(totals, len(answers), "1/9")
    assert index is not None
    assert Decimal(25) <= index.value <= Decimal(100)
    assert index_of(dict.fromkeys(ELEMENTS, 4 * len(answers)), len(answers), "1/9").value == Decimal(100)  # type: ignore[union-attr]


def test_nobody_has_no_index() -> None:
    assert index_of(dict.fromkeys(ELEMENTS, 0), 0, "1/9") is None


# the printed table of Krejcie and Morgan
@pytest.mark.parametrize(
    ("population", "sample"),
    [(0, 0), (10, 10), (20, 19), (50, 44), (100, 80), (200, 132), (500, 217), (1000, 278), (10000, 370)],
)
def test_the_smallest_sample(population: int, sample: int) -> None:
    assert sample_size(population) == sample


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-S2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_period_is_whole_months(key: str, first: date, last: date) -> None:
    found = period(key)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("key", ["", "26", "2026-13", "2026-Q5", "2026-S3", "2026-00", "2026-1", "x"])
def test_what_is_no_period(key: str) -> None:
    assert period(key) is None


def test_periods_on_offer_touch_the_answers() -> None:
    keys = [each.key for each in periods(date(2026, 10, 1), date(2026, 11, 20))]
    assert keys == ["2026", "2026-S2", "2026-Q4", "2026-10", "2026-11"]
