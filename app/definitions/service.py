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
    """A way to complain; `form` is the one that is a page of this installation, the others are entered."""

    title: str
    contact: str
    form: bool = False


class ComplaintDays(Shape):
    """Working days in which a complaint is answered, by its category (PermenPAN-RB 62/2018, SP4N-LAPOR!).

    After an answer, `silence` days without a reply close it.
    """

    inquiry: int = Field(default=5, ge=1)
    ordinary: int = Field(default=14, ge=1)
    oversight: int = Field(default=60, ge=1)
    silence: int = Field(default=10, ge=1)


# the nine elements of the satisfaction survey, U1 to U9
Element = Literal[
    "requirements",
    "procedure",
    "time",
    "cost",
    "product",
    "competence",
    "conduct",
    "complaints",
    "facilities",
]


class Survey(Shape):
    """How the users of a service are asked whether they are content (SKM, PermenPAN-RB 14/2017).

    `weight` is that of each of the nine elements: 1/9, or the 0.11 that the regulation prints. `questions`
    words an element's question in the service's own way.
    """

    after: list[Literal["granted", "refused", "returned", "not_effective"]] = [
        "granted",
        "refused",
        "returned",
        "not_effective",
    ]
    valid_days: int = Field(default=30, ge=1, le=365)
    weight: str = Field(default="1/9", pattern=r"^(1/9|0\.11\d{0,6})$")
    smallest_group: int = Field(default=5, ge=5)
    questions: dict[Element, str] = {}

    def question(self, element: str) -> str | None:
        """The service's own wording of an element's question, if it has one."""
        return next((words for key, words in self.questions.items() if key == element), None)


class CorrectionTime(Shape):
    """How long a file waits for its corrections, in working days from the day they were asked for."""

    remind_after: list[int] = []
    close_after: int | None = Field(default=None, gt=0)


class Deemed(Shape):
    """Deemed approval (fiktif positif): what the law makes of an office's silence.

    It counts working days from the step `after` that ended with `outcome` (without: from when the office has
    the case), and stands still with the case's clock. `alarm_days` are working days left; the roles in `tell`
    get the alarms and the notice of the moment itself; `send` is the message to an outside system.
    """

    working_days: int = Field(gt=0)
    law: str
    after: Key | None = None
    outcome: Key | None = None
    alarm_days: list[int] = [2, 1]
    tell: list[Key] = ["head_of_office"]
    send: str | None = None


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
    signature: Literal["electronic", "wet"] | None = None  # as its office signs, unless said here
    class_code: str | None = None
    retention: Retention | None = None
    fee_rupiah: int = Field(default=0, ge=0)
    party_kind: Literal["company", "person"] = "company"
    correction_norm: Norm | None = None
    correction_time: CorrectionTime | None = None
    deemed: Deemed | None = None
    requirements: dict[Key, Requirement] = {}
    standard: Standard = Standard()
    complaint_days: ComplaintDays = ComplaintDays()
    survey: Survey | None = Survey()
