"""The shape of a process: an SOP as printed (identity box, actors, rows) and the arrows of its steps."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.definitions.shape import Key, MessageName, Path, Shape

Result = Literal["granted", "refused", "returned", "not_effective", "withdrawn", "expired"]
PermitStatus = Literal["not_effective", "effective", "revoked"]


# A line of an interpretation that begins so is a question of an import that nobody has answered yet.
DOUBT = "Keraguan: "


class Norm(Shape):
    """Standard time of a row: effort in working minutes or days; `within_days` bounds it in elapsed days."""

    minutes: int | None = Field(default=None, gt=0)
    working_days: int | None = Field(default=None, gt=0)
    within_days: int | None = Field(default=None, gt=0)


class Actor(Shape):
    """Who does a step: `title` as printed in the SOP, `role` the key of roles.yaml (staff only)."""

    title: str
    kind: Literal["staff", "applicant", "system", "outside"] = "staff"
    role: Key | None = None
    name: str | None = None


class Decide(Shape):
    """The table that decides; the last two only where each matched row is a deficiency (policy collect)."""

    table: Path
    when_empty: Key | None = None
    otherwise: Key | None = None


class Action(Shape):
    """One effect of a completed step; letters are named by their slot."""

    draft: Key | None = None
    letter: Path | None = None
    initial: Key | None = None
    sign: Key | None = None
    number: Key | None = None
    deliver: Key | None = None
    receive: Key | None = None
    confirm: Key | None = None
    send: Path | None = None
    notify: Path | None = None
    permit: PermitStatus | None = None
    enter: Literal["incoming"] | None = None
    ask_correction: bool | None = None

    @property
    def slot(self) -> str | None:
        """The letter slot this action works on, if any."""
        return (
            self.draft
            or self.initial
            or self.sign
            or self.number
            or self.deliver
            or self.receive
            or self.confirm
        )

    @property
    def verb(self) -> str:
        """The name of the effect: draft, initial, sign, number, deliver, receive and so on."""
        return next(
            name for name in type(self).model_fields if name != "letter" and getattr(self, name) is not None
        )


class Outcome(Shape):
    """A way out of a step, with its own effects; some must be explained in a note."""

    title: str
    next: Key | list[Key]
    do: list[Action] = []
    needs_note: bool = False
    interpretation: str | None = None


class Manual(Shape):
    """How a person stands in for an outside system: who, with which form."""

    actor: Key
    form: Path | None = None


class Timeout(Shape):
    """What happens when a wait lasts too long: an arrow, an alert to an actor, or both."""

    norm: Norm
    next: Key | None = None
    alert: Key | None = None


class Step(Shape):
    """One row of the SOP, or a step it leaves unprinted (then `no` is absent, `interpretation` says why).

    `assign` names an earlier answer (`step.field`) that lists the only persons who may act; with `each`,
    every one of them has a task of their own and the last one moves the case on. `also` names further actors.
    A `route` stops nobody: the case goes on by the outcome that the step `by` had when it was last done.
    """

    no: str | None = None
    title: str
    actor: Key | None = None
    also: list[Key] = []
    norm: Norm | Key | None = None
    needs: list[str] = []
    yields: list[str] = []
    remark: str | None = None
    interpretation: str | None = None
    kind: Literal["task", "send", "wait", "route", "end"] = "task"
    by: Key | None = None
    form: Path | None = None
    decide: Decide | None = None
    assign: str | None = None
    each: bool = False
    not_by: list[Key] = []
    clock: Literal["office", "applicant", "outside"] = "office"
    message: MessageName | None = None
    manual: Manual | None = None
    timeout: Timeout | None = None
    fulfilled_by_download: bool = False
    do: list[Action] = []
    next: Key | list[Key] | None = None
    outcomes: dict[Key, Outcome] = {}
    join: list[Key] = []
    result: Result | None = None

    @property
    def is_automatic(self) -> bool:
        """True where nobody stops: the case passes through at once."""
        return self.kind in ("send", "route")

    @property
    def full_title(self) -> str:
        """The title behind its number, as the SOP prints them."""
        return f"{self.no}. {self.title}" if self.no else self.title

    @property
    def form_key(self) -> str | None:
        """The form of the step; of a wait, that of the person who stands in for the outside system."""
        return self.form or (self.manual.form if self.manual else None)

    def targets(self) -> Iterator[str]:
        """Every step an arrow leads to, in printed order."""
        for target in [self.next, *(outcome.next for outcome in self.outcomes.values())]:
            yield from as_list(target)
        if self.timeout and self.timeout.next:
            yield self.timeout.next

    def actions(self) -> Iterator[Action]:
        """Every action of the step, its outcomes' included."""
        yield from self.do
        for outcome in self.outcomes.values():
            yield from outcome.do


class Start(Shape):
    """Who opens a case, with which form or messages, and the first step it enters."""

    by: list[Key]
    form: Path
    message: MessageName | list[MessageName] | None = None
    first: Key


class Due(Shape):
    """A limit for the whole case beside the chain of norms, from the moment `after` gives `outcome`."""

    norm: Norm
    after: Key
    outcome: Key | None = None


class Identity(Shape):
    """The identity box of the printed SOP (PermenPAN-RB 35/2012); absent parts are not printed."""

    government: str | None = None
    unit: str | None = None
    number: str | None = None
    name: str
    approved_by: str | None = None
    made_on: str | None = None
    revised_on: str | None = None
    effective_on: str | None = None
    legal_basis: list[str] = []
    qualifications: list[str] = []
    linked: list[str] = []
    equipment: list[str] = []
    warnings: list[str] = []
    records: str | None = None


class Slot(Shape):
    """A place for a letter in the case; approval and refusal may share one, so that they share a route."""

    title: str
    letters: list[Path] = Field(min_length=1)


class Process(Shape):
    """An SOP that runs."""

    kind: Literal["process"]
    title: str
    identity: Identity | None = None
    actors: dict[Key, Actor]
    start: Start
    due: Due | None = None
    norms: dict[Key, Norm] = {}
    slots: dict[Key, Slot] = {}
    steps: dict[Key, Step]

    def norm_of(self, key: str) -> Norm | None:
        """The norm of a step, looked up where several rows share one."""
        norm = self.steps[key].norm
        return self.norms[norm] if isinstance(norm, str) else norm

    def role_of(self, actor: str) -> str:
        """The role key that an actor's tasks carry."""
        return self.actors[actor].role or actor

    def staff_roles(self, key: str) -> list[str]:
        """The staff roles that may do a step: its actor's and those beside it, or the manual stand-in's."""
        step = self.steps[key]
        actors = [step.manual.actor] if step.manual else [*([step.actor] if step.actor else []), *step.also]
        return [self.role_of(actor) for actor in actors if self.actors[actor].kind == "staff"]

    def role_at(self, key: str) -> str:
        """The role that a step's tasks carry: its actor's, or the manual stand-in's."""
        step = self.steps[key]
        return self.role_of(step.manual.actor if step.manual else step.actor or "")

    def roles_beside(self, key: str) -> list[str] | None:
        """Further staff roles that find a step's tasks in their inbox, if any."""
        return [role for role in self.staff_roles(key) if role != self.role_at(key)] or None

    def position(self, key: str) -> int:
        """Place of a step in printed order; an arrow to an earlier place is a return."""
        return list(self.steps).index(key)


def as_list(target: str | list[str] | None) -> list[str]:
    """One target, several or none, always as a list."""
    if target is None:
        return []
    return [target] if isinstance(target, str) else target
