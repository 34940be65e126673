"""Screens write dates, durations and deadline arithmetic the Indonesian way, on the office's clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import Babel

from app.cases.calendar import WorkCalendar
from app.definitions.process import Norm
from app.web import wording
from app.web.deadlines import time_left

FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def test_a_moment_is_written_with_weekday_and_zone() -> None:
    assert wording.moment(FRIDAY) == "Jumat, 27 November 2026 pukul 16.30 WIB"
    assert wording.short_moment(FRIDAY) == "27-11-2026 16.30"


def test_an_office_in_the_east_reads_its_own_clock() -> None:
    g.timezone = "Asia/Jayapura"
    assert wording.moment(FRIDAY) == "Jumat, 27 November 2026 pukul 18.30 WIT"


@pytest.mark.parametrize("write", [wording.day, wording.short_day, wording.clock, wording.moment])
def test_nothing_is_written_for_no_date(write: object) -> None:
    assert write(None) == ""  # type: ignore[operator]


def test_a_date_stays_the_date_it_is() -> None:
    assert wording.day(date(2026, 11, 23)) == "23 November 2026"
    assert wording.short_day("2026-11-23") == "23-11-2026"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (1180, "19 hours 40 minutes"),
    ],
)
def test_a_duration_is_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert wording.duration(minutes) == words


def test_a_norm_tells_its_effort_and_its_bound() -> None:
    assert wording.norm(Norm(minutes=900, within_days=3)) == "15 hours, within 3 working days"
    assert wording.norm(Norm(working_days=1)) == "1 working day"
    assert wording.norm(None) == ""


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 KB"), (820 * 1024, "820 KB"), (2_516_582, "2,4 MB"), (None, "")]
)
def test_a_file_size_is_short(size: int | None, words: str) -> None:
    assert wording.file_size(size) == words


def test_every_kind_of_arithmetic_line_becomes_a_sentence() -> None:
    lines: list[dict[str, Any]] = [
        {
            "kind": "worked",
            "from": "2026-11-23T15:30+07:00",
            "until": "2026-11-23T16:00+07:00",
            "minutes": 30,
        },
        {"kind": "skipped", "from_on": "2026-11-28", "until_on": "2026-11-29", "reason": "weekend"},
        {
            "kind": "skipped",
            "from_on": "2026-12-25",
            "until_on": "2026-12-25",
            "reason": "holiday",
            "name": "Natal",
        },
        {"kind": "day", "on": "2026-11-24", "n": 1, "until_on": "2026-11-25", "until_n": 2},
        {"kind": "day", "on": "2026-11-26", "n": 3},
    ]
    assert [(line["text"], line["amount"], line["pause"]) for line in wording.arithmetic(lines)] == [
        ("Sen 23-11-2026 15.30-16.00", "30 minutes", False),
        ("Sab 28-11 s.d. Min 29-11-2026", "weekend", True),
        ("Jum 25-12-2026", "Natal", True),
        ("Sel 24-11 s.d. Rab 25-11-2026", "days 1 to 2", False),
        ("Kam 26-11-2026", "day 3", False),
    ]


def test_what_is_late_since_the_office_closed_is_not_late_by_no_minutes() -> None:
    calendar, closing = WorkCalendar(), datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert time_left(calendar, closing, datetime(2026, 11, 30, 9, 5, tzinfo=UTC)) == "past the limit"
    assert time_left(calendar, closing, datetime(2026, 12, 1, 0, 45, tzinfo=UTC)) == "15 minutes late"
