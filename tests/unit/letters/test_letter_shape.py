"""A letter file is split, checked and numbered."""

from datetime import date

import pytest
from pydantic import ValidationError

from app.definitions.letter import LetterNumber, letter_from, number_text, split_letter
from app.errors import Invalid

NOVEMBER = date(2026, 11, 23)


def number(form: str, **more: int) -> LetterNumber:
    return LetterNumber(series="outgoing", format=form, **more)


def test_head_and_body_keep_the_line_numbers_of_the_file() -> None:
    head, body = split_letter("---\nkind: letter\ntitle: Uji\n---\n<p>satu</p>\n<p>dua</p>\n")
    assert head.split("\n")[2] == "title: Uji"
    assert body.split("\n")[4] == "<p>satu</p>"


def test_windows_line_ends_and_a_rule_inside_the_body_do_no_harm() -> None:
    _, body = split_letter("---\r\nkind: letter\r\n---\r\nsatu\r\n---\r\ndua")
    assert body.strip() == "satu\n---\ndua"


@pytest.mark.parametrize("text", ["", "<p>satu</p>", "---\nkind: letter\n<p>satu</p>"])
def test_a_file_without_a_head_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="head"):
        split_letter(text)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("503/{seq}/DPMPTSP/{month_roman}/{year}", "503/0017/DPMPTSP/XI/2026"),
        ("{code}/{seq:06d}/{unit}/{month}/{year}", "500.16/000017/433.114/11/2026"),
    ],
)
def test_numbers_are_written_by_their_format(form: str, written: str) -> None:
    assert number_text(number(form), 17, NOVEMBER, "500.16", "433.114") == written


def test_a_sequence_longer_than_its_width_is_not_cut() -> None:
    assert number_text(number("{seq}/{year}", width=2), 12345, NOVEMBER) == "12345/2026"


@pytest.mark.parametrize(
    "form", ["{seq}/{salah}", "{year}", "{seq.__class__}", "{seq!r}", "{seq", "{seq:04x}"]
)
def test_a_format_that_cannot_count_or_does_more_is_refused(form: str) -> None:
    with pytest.raises(ValidationError):
        number(form)


def test_an_unknown_key_in_the_head_is_refused() -> None:
    with pytest.raises(ValidationError, match="perihal"):
        letter_from({"kind": "letter", "title": "Uji", "perihal": "x"}, "<p>satu</p>")
