"""The clock that the doors read, and how a demonstration moves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import clock

SECOND = timedelta(seconds=2)


def test_a_set_clock_stands_still() -> None:
    moment = datetime(2026, 11, 23, 3, 45, tzinfo=UTC)
    clock.set_clock(moment)
    assert clock.now() == clock.now() == moment


def test_without_a_file_it_is_the_real_time() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < SECOND
    with pytest.raises(RuntimeError):
        clock.move(datetime.now(UTC))


def test_a_moved_clock_is_seen_by_all_and_runs_on(tmp_path: Path) -> None:
    clock.follow(tmp_path / "clock")
    later = datetime.now(UTC) + timedelta(days=3)
    clock.move(later)
    assert later <= clock.now() < later + SECOND
    clock.follow(tmp_path / "clock")  # as another process would
    assert later <= clock.now() < later + SECOND
    clock.move(None)
    assert abs(clock.now() - datetime.now(UTC)) < SECOND


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        clock.set_clock(datetime(2026, 11, 23))
