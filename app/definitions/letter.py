"""The shape of a letter file: a YAML head between `---` lines, then the HTML body."""

import re
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator

from app.definitions.shape import Key, Shape
from app.errors import Invalid

_TOKEN = re.compile(r"\{([^{}]*)\}")
_SPEC = re.compile(r"^(seq|year|month|month_roman|code|unit)(?::0([1-9])d)?$")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class LetterNumber(Shape):
    """Which series a letter counts in, the book it stands in, and how the number is written."""

    series: Key
    format: str
    book: Literal["outgoing", "permits"] = "outgoing"
    width: int = Field(default=4, ge=1, le=9)

    @field_validator("format")
    @classmethod
    def only_known_tokens(cls, value: str) -> str:
        """Refuse a format that could not count or that holds an unknown token."""
        tokens = _TOKEN.findall(value)
        unknown = [token for token in tokens if not _SPEC.match(token)]
        if unknown or "{" in _TOKEN.sub("", value) or "}" in _TOKEN.sub("", value):
            raise ValueError(f"unknown token {unknown[0] if unknown else 'brace'} in the number format")
        if not any(token.split(":")[0] == "seq" for token in tokens):
            raise ValueError("the number format needs {seq}")
        return value


class Letter(Shape):
    """A letter template: what the office writes on top, who initials and signs it, and its body.

    `recipient` names whom it is sent to where that is not the applicant, who then does not get to see it.
    """

    kind: Literal["letter"]
    title: str
    layout: Literal["correspondence", "decree", "minutes", "form"] = "correspondence"
    heading: str | None = None
    number: LetterNumber | None = None
    signer: Key | None = None
    initials: tuple[Key, ...] = ()
    copies_to: tuple[str, ...] = ()
    paper: Literal["A4", "F4"] = "A4"
    class_code: str | None = None
    nature: str = "Biasa"
    enclosures: str = "-"
    subject: str | None = None
    addressee: str | None = None
    addressee_at: str | None = None
    recipient: str | None = None
    sample: dict[str, Any] = {}
    body: str

    @property
    def is_automatic(self) -> bool:
        """Tell whether nobody signs in person: the seal closes it, the members do, or nothing."""
        return self.signer in ("seal", "members", None)

    @property
    def templates(self) -> dict[str, str]:
        """Return every text of the head that may hold variables, by its path."""
        named = {
            name: getattr(self, name)
            for name in ("heading", "enclosures", "subject", "addressee", "addressee_at")
        }
        copies = {f"copies_to.{index}": copy for index, copy in enumerate(self.copies_to)}
        return {path: value for path, value in {**named, **copies}.items() if value}


def split_letter(text: str) -> tuple[str, str]:
    """Split a letter file; both parts keep the line numbers of the file, so every error names a true line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise Invalid("A letter begins with a head between two lines of three hyphens.")
    end = next(index for index, line in enumerate(lines[1:], 1) if line.strip() == "---")
    head = "\n" + "\n".join(lines[1:end]) + "\n"
    return head, "\n" * (end + 1) + "\n".join(lines[end + 1 :])


def letter_from(head: dict[str, Any], body: str) -> Letter:
    """Check a parsed head and put it together with its body; raises pydantic's ValidationError."""
    return Letter.model_validate({**head, "body": body})


def number_text(number: LetterNumber, seq: int, on: date, code: str = "", unit: str = "") -> str:
    """Write a letter's number; `{seq}` is padded to the series' width, `{seq:06d}` to its own."""
    values = {"seq": seq, "year": on.year, "month": on.month}
    words = {"month_roman": _ROMAN[on.month - 1], "code": code, "unit": unit}
    default_width = {"seq": number.width, "year": 4, "month": 2}

    def written(match: re.Match[str]) -> str:
        name, _, spec = match[1].partition(":")
        if name in words:
            return words[name]
        return str(values[name]).zfill(int(spec[1]) if spec else default_width[name])

    return _TOKEN.sub(written, number.format)
