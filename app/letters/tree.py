"""The text of a letter as a tree: what its nodes are called and when two of them say the same."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import Invalid

Node = dict[str, Any]
TAGS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
MARKS = {"bold": "b", "italic": "i", "underline": "u", "superscript": "sup", "subscript": "sub"}
MARK_OF = {tag: name for name, tag in MARKS.items()} | {"strong": "bold", "em": "italic"}
DEEPEST = 100  # levels of a tree; no letter has a tenth of them
# Where a node came from and what white space followed it: kept for writing, no part of what it says.
LAYOUT = frozenset({"source", "gap", "lead"})
_SPACE = re.compile("[ \t\r\n\f]+")
Value = str | bool | int | list[tuple[str, str]] | None


class Mark(BaseModel):
    """Bold, italic and so on."""

    model_config = ConfigDict(extra="ignore", strict=True)
    type: Literal["bold", "italic", "underline", "superscript", "subscript"]


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: str
    attrs: dict[str, Value] = {}
    content: list["_Node"] = []
    marks: list[Mark] = []
    text: str | None = None


def checked(value: Any) -> Node:
    """A tree that a browser sent, as plain data. Raises Invalid."""
    try:
        found = _Node.model_validate(value).model_dump()
    except (ValidationError, RecursionError) as error:
        raise Invalid("The request cannot be read.") from error
    if _is_deeper(found, DEEPEST):
        raise Invalid("The request cannot be read.")
    return found


def _is_deeper(of: Node, levels: int) -> bool:
    return levels == 0 or any(_is_deeper(child, levels - 1) for child in of["content"])


def node(kind: str, content: list[Node] | None = None, **attrs: Any) -> Node:
    """A node; attributes without a value are left away."""
    made: Node = {"type": kind, "attrs": {name: value for name, value in attrs.items() if value is not None}}
    return {**made, "content": content} if content is not None else made


def words(text: str, marks: tuple[str, ...] = ()) -> Node:
    """Text with its marks."""
    return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}


def attribute(of: Node, name: str) -> str:
    """An attribute that is a text; empty where there is none."""
    value = of.get("attrs", {}).get(name)
    return value if isinstance(value, str) else ""


def marks_in(of: Node) -> frozenset[str]:
    """The names of the marks on an inline node."""
    return frozenset(mark["type"] for mark in of.get("marks") or ())


def collapsed(text: str) -> str:
    """White space as HTML counts it."""
    return _SPACE.sub(" ", text)


def meaning(of: Node) -> Any:
    """What a node says, comparable: without its layout, empty attributes and the cuts between equal words."""
    attrs = {
        name: value
        for name, value in of.get("attrs", {}).items()
        if name not in LAYOUT and value not in _EMPTY
    }
    attributes = attrs.pop("attributes", ())
    said = sorted((name, repr(value)) for name, value in attrs.items())
    text = collapsed(of["text"]) if of.get("text") is not None else None
    inner = _joined([meaning(child) for child in of.get("content") or ()])
    pairs = tuple((name, value) for name, value in attributes)
    return (of["type"], tuple(said), pairs, text, tuple(sorted(marks_in(of))), inner)


_EMPTY: tuple[Any, ...] = (None, "", False, [])


def _joined(meanings: list[Any]) -> tuple[Any, ...]:
    out: list[Any] = []
    for each in meanings:
        if out and each[0] == out[-1][0] == "text" and each[4] == out[-1][4]:
            out[-1] = (*out[-1][:3], collapsed(out[-1][3] + each[3]), *out[-1][4:])
        else:
            out.append(each)
    return tuple(out)


def walk(of: Node) -> Any:
    """A node and all below it, in the order of the page."""
    yield of
    for child in of.get("content") or ():
        yield from walk(child)
