"""Codes of authenticator apps, against the vectors of RFC 6238."""

from datetime import UTC, datetime

import pytest

from app.people import totp

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert totp.code_of(RFC_SECRET, moment // totp.STEP_SECONDS) == code
    assert totp.step_of(RFC_SECRET, code, datetime.fromtimestamp(moment, UTC)) == moment // 30


def test_a_code_works_a_step_early_and_late_but_once() -> None:
    at = datetime.fromtimestamp(3000, UTC)
    for step, fits in ((98, False), (99, True), (100, True), (101, True), (102, False)):
        assert (totp.step_of(RFC_SECRET, totp.code_of(RFC_SECRET, step), at) == step) is fits
    assert totp.step_of(RFC_SECRET, totp.code_of(RFC_SECRET, 100), at, after=100) is None


@pytest.mark.parametrize("code", ["", "abcdef", "12345", "٢٨٧٠٨٢", "1234567"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert totp.step_of(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None
