"""The shape of a service: the 14 components of a service standard (PermenPAN-RB 15/2014) and what runs it."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.definitions.process import Norm
from app.definitions.shape import Key, Path, Shape


class Requirement(Shape):
    """A document the applicant brings; `condition` says in words when."""

    title: str
    required: bool = True
    copies: int = Field(default=1, ge=1)
    condition: str | None = None
    help: str | None = None


class Channel(Shape):
    """A way to complain."""

    title: str
    contact: str


# Lines as printed; a line with points below it is written `heading: [point, …]`.
Lines = list[str | dict[str, list[str]]]


class Standard(Shape):
    """Components that are only published: service delivery 2-6 and manufacturing 1-8, as printed."""

    procedure: Lines = []
    time_limit: str = ""
    fee: str = ""
    product: str = ""
    complaints: dict[Key, Channel] = {}
    legal_basis: Lines = []
    facilities: Lines = []
    competence: Lines = []
    supervision: Lines = []
    officers: Lines = []
    guarantees: Lines = []
    security: Lines = []
    evaluation: Lines = []


class Retention(Shape):
    """How long a closed case is kept (JRA): years active, years inactive, and what happens then."""

    active_years: int = Field(ge=0)
    inactive_years: int = Field(ge=0)
    fate: Literal["permanent", "destroy", "review"]


class Service(Shape):
    """What an applicant can ask an office for."""

    kind: Literal["service"]
    title: str
    office: Key
    process: Path
    messages: Path | None = None
    number_prefix: str = Field(pattern=r"^[A-Z0-9]{2,12}$")
    valid_from: date | None = None
    valid_until: date | None = None
    class_code: str | None = None
    retention: Retention | None = None
    fee_rupiah: int = Field(default=0, ge=0)
    party_kind: Literal["company", "person"] = "company"
    correction_norm: Norm | None = None
    requirements: dict[Key, Requirement] = {}
    standard: Standard = Standard()
