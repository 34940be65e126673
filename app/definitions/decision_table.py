"""The shape of a decision table file: inputs, outcomes, rows and the examples that it must satisfy."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.definitions.shape import Key, Shape

FactPath = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=200)
]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
ValueType = Literal["number", "boolean", "text", "date", "list"]
HitPolicy = Literal["first", "unique", "any", "priority", "collect"]


class Input(Shape):
    """A fact that rows may test; `values` closes the list of what a text or list fact can be."""

    type: ValueType
    title: Sentence
    decimals: int | None = Field(default=None, ge=0, le=12)
    values: list[Sentence] | dict[Sentence, Sentence] | None = None

    @property
    def places(self) -> int:
        """How many decimals a number in a row may have; facts may have more and are compared exactly."""
        return 2 if self.decimals is None else self.decimals

    @property
    def closed(self) -> frozenset[str] | None:
        """The values allowed, or None when any is."""
        return None if self.values is None else frozenset(self.values)


class Output(Shape):
    """What a row tells besides its outcome; `reason` is the one that people are shown."""

    type: ValueType
    title: Sentence


class Row(Shape):
    """A rule: every cell of `when` must hold. An input that is not named may be anything."""

    when: dict[str, object] = {}
    then: dict[str, object] = {}
    law: Sentence | None = None
    note: Sentence | None = None
    priority: int | None = None


class Example(Shape):
    """Facts and what the table must say of them: an outcome, outputs, or the `rows` that match."""

    given: dict[str, object]
    expect: dict[str, object] = Field(min_length=1)
    note: Sentence | None = None


class Waiver(Shape):
    """Something that the proof finds and the office means: where, and why.

    A gap is named by its conditions, anything else by its input.
    """

    finding: Literal["gap", "untested", "no_effect"]
    when: dict[str, object] = {}
    input: FactPath | None = None
    reason: Sentence


class DecisionTable(Shape):
    """Hit policies have their DMN meaning; in `priority` the row with the lowest number wins."""

    kind: Literal["decision_table"]
    title: Sentence
    legal_basis: Sentence | None = None
    hit_policy: HitPolicy = "first"
    applies: Literal["decision", "submission"] = "decision"
    inputs: dict[FactPath, Input] = Field(min_length=1)
    outputs: dict[Key, Output] = {}
    outcomes: dict[Key, Sentence] = {}
    rows: list[Row] = Field(min_length=1, max_length=2000)
    default: dict[str, object] | None = None
    examples: list[Example] = []
    waivers: list[Waiver] = []

    @property
    def gap_waivers(self) -> list[Waiver]:
        """The gaps that are meant."""
        return [waiver for waiver in self.waivers if waiver.finding == "gap"]

    def waived(self, finding: str, path: str) -> str | None:
        """Why a finding about an input is accepted, or None."""
        reasons = (w.reason for w in self.waivers if w.finding == finding and w.input == path)
        return next(reasons, None)

    @property
    def interface(self) -> dict[str, object]:
        """What a process relies on: two revisions with equal interfaces may replace each other."""
        return {
            "collects": self.hit_policy == "collect",
            "inputs": {path: [item.type, sorted(item.values or [])] for path, item in self.inputs.items()},
            "outputs": {key: item.type for key, item in self.outputs.items()},
            "outcomes": sorted(self.outcomes),
        }
