"""An SOP as printed: actors in columns, rows with their marks, and the doubts of whoever reads it."""

from dataclasses import dataclass, field
from typing import Literal

from app.definitions.process import Identity
from app.errors import Text

Mark = Literal["box", "decision", "part", "label", "trace"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark in an actor's column: a box, a decision's diamond, taking part, a label, or a scan's trace."""

    column: int
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row as printed; `line` counts from 1 in what was pasted or in the sheet."""

    no: str
    title: str
    marks: tuple[Marked, ...]
    needs: str
    time: str
    output: str
    remark: str
    line: int
    ways: tuple[tuple[str, str], ...] = ()  # title and target of each way out, where a column prints them


@dataclass(frozen=True, slots=True)
class Printed:
    """The table with its identity box; `total` is the sum of times where one is printed."""

    identity: Identity
    actors: tuple[str, ...]
    rows: tuple[Row, ...]
    total: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question for the administrator: about which row (empty: the whole), and what the draft assumes."""

    row: str
    question: Text
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an import gives: definitions by kind and key, as YAML, and the doubts to answer."""

    texts: dict[tuple[str, str], str]
    doubts: tuple[Doubt, ...] = field(default=())
