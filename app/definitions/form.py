"""The shape of a form: sections of typed fields with conditions, as in forms/<service>/<form>.yaml."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.definitions.shape import Key, Shape

Title = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500)]
ChoiceKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=100)]
LETTERS = "letters."  # before the slot of a letter, where a bound is the day it was signed
FIELDS = "fields."  # before the key of a field, where a bound is the day that was answered there
LetterDay = Annotated[str, StringConstraints(pattern=r"^letters\.[a-z][a-z0-9_]*$", max_length=100)]
FieldDay = Annotated[str, StringConstraints(pattern=r"^fields\.[a-z][a-z0-9_]*$", max_length=100)]
Bound = date | Literal["today"] | LetterDay | FieldDay
FileType = Literal["pdf", "jpg", "png", "docx", "xlsx"]


class Question(Shape):
    """What every field has; `show_if` and `require_if` are conditions over the other fields."""

    title: Title
    help: str | None = None
    required: bool = False
    show_if: Condition | None = None
    require_if: Condition | None = None


class TextField(Question):
    """One line of text; lengths in characters."""

    type: Literal["text"]
    min_length: int = Field(0, ge=0)
    max_length: int = Field(255, ge=1, le=2000)


class LongTextField(Question):
    """Text of several lines; lengths in characters."""

    type: Literal["long_text"]
    min_length: int = Field(0, ge=0)
    max_length: int = Field(5000, ge=1, le=50_000)


class NumberField(Question):
    """A number with at most `decimals` digits behind the comma; without `decimals` a whole number."""

    type: Literal["number"]
    decimals: int = Field(0, ge=0, le=6)
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str | None = None


class MoneyField(Question):
    """Whole rupiah."""

    type: Literal["money"]
    min: int = 0
    max: int | None = None


class DateField(Question):
    """A calendar day; bounds are inclusive: a day, the office's `today`, the day of a letter or of a field.

    The day of a letter (`letters.task_order`, by its slot) is no bound until the letter is signed, that of a
    field of the same form (`fields.visit_from`) none until it is answered.
    """

    type: Literal["date"]
    not_before: Bound | None = None
    not_after: Bound | None = None


class ChoiceField(Question):
    """Exactly one of a closed list of values."""

    type: Literal["choice"]
    values: dict[ChoiceKey, Title] = Field(min_length=1)


class ChoicesField(Question):
    """Any number of a closed list of values."""

    type: Literal["choices"]
    values: dict[ChoiceKey, Title] = Field(min_length=1)
    min: int = Field(0, ge=0)
    max: int | None = Field(None, ge=1)


class YesNoField(Question):
    """Yes or no; `must_be_yes` for a declaration that has to be agreed to."""

    type: Literal["yes_no"]
    must_be_yes: bool = False


class FileField(Question):
    """Uploaded documents; with `requirement` what was uploaded for that requirement answers the field."""

    type: Literal["file"]
    accept: list[FileType] = Field(["pdf", "jpg", "png"], min_length=1)
    max_mb: int = Field(10, ge=1, le=100)
    max_files: int = Field(1, ge=1, le=20)
    blocking: bool = True
    requirement: Key | None = None


class PersonField(Question):
    """One person who holds a role."""

    type: Literal["person"]
    role: Key


class PersonsField(Question):
    """Persons who hold a role."""

    type: Literal["persons"]
    role: Key
    min: int = Field(0, ge=0)
    max: int | None = Field(None, ge=1)


class ChecklistField(Question):
    """The state of each of the service's requirements, or of those listed."""

    type: Literal["checklist"]
    required: bool = True
    requirements: Literal["all"] | list[Key] = "all"


class ComputedField(Question):
    """A number the server computes from the other answers; nobody fills it in."""

    type: Literal["computed"]
    formula: Condition
    decimals: int = Field(2, ge=0, le=6)
    unit: str | None = None
    money: bool = False


class IdentifierField(Question):
    """A number or address with a form of its own, checked as far as its form allows."""

    type: Literal["nik", "npwp", "nib", "nip", "phone", "region", "email"]


class KbliField(Question):
    """A business classification code; `version` is the year of the classification."""

    type: Literal["kbli"]
    version: Literal[2015, 2017, 2020, 2025] = 2020


RowField = Annotated[
    TextField
    | LongTextField
    | NumberField
    | MoneyField
    | DateField
    | ChoiceField
    | ChoicesField
    | YesNoField
    | FileField
    | PersonField
    | PersonsField
    | ComputedField
    | IdentifierField
    | KbliField,
    Field(discriminator="type"),
]


class GroupField(Question):
    """Rows of the same fields; `min` and `max` count rows."""

    type: Literal["group"]
    fields: dict[Key, RowField] = Field(min_length=1)
    min: int = Field(0, ge=0, le=200)
    max: int = Field(50, ge=1, le=200)


AnyField = Annotated[RowField | GroupField | ChecklistField, Field(discriminator="type")]


class Section(Shape):
    """Fields under one heading; where `show_if` does not hold, none of them is asked."""

    title: Title
    help: str | None = None
    show_if: Condition | None = None
    fields: dict[Key, AnyField] = Field(min_length=1)


class FormDefinition(Shape):
    """A form; field keys are unique over all sections."""

    kind: Literal["form"]
    title: Title
    help: str | None = None
    sections: list[Section] = Field(min_length=1)

    @cached_property
    def sha256(self) -> str:
        """The hash that names this very definition."""
        return sha256(self.model_dump_json().encode()).hexdigest()

    def fields(self) -> Iterator[tuple[str, AnyField]]:
        """Yield every field of the form with its key, in the order of the screen."""
        for section in self.sections:
            yield from section.fields.items()
