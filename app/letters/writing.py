"""Writes the tree of a letter as its body; what says the same as its source is written as it was."""

from functools import lru_cache
from typing import Any

from app.letters.parts import Unreadable, keyword, parts_of
from app.letters.reading import read_fragment
from app.letters.tree import TAGS, Node, attribute, meaning
from app.letters.writing_line import (
    attributes_written,
    code_written,
    line_written,
    source_written,
    unwritable,
)


def write_body(doc: Node) -> str:
    """The body that a tree says. Raises Invalid for a tree that no text can say."""
    if doc["type"] != "doc":
        raise unwritable()
    return attribute(doc, "lead") + _blocks(doc.get("content") or [], "\n")


def _blocks(nodes: list[Node], last: str) -> str:
    """Blocks below each other; a new one ends its line, the last one in a condition does not."""
    gaps = [_gap(each, "\n") for each in nodes[:-1]] + [_gap(each, last) for each in nodes[-1:]]
    return "".join(_block(each) + gap for each, gap in zip(nodes, gaps, strict=True))


def _gap(of: Node, usual: str) -> str:
    gap = of["attrs"].get("gap")
    return gap if isinstance(gap, str) and not gap.strip() else usual


@lru_cache(maxsize=2048)
def _said(kind: str, source: str) -> Any:
    found = read_fragment(kind, source)
    return meaning(found) if found else None


def _kept(of: Node, kind: str = "") -> str | None:
    """The source of a node, if it still says what the node says."""
    source = of["attrs"].get("source")
    if not isinstance(source, str) or not source:
        return None
    return source if _said(kind or of["type"], source) == meaning(of) else None


def _block(of: Node) -> str:
    if of["type"] == "source":
        return source_written(of)
    write = _WRITERS.get(of["type"])
    if write is None:
        raise unwritable()
    kept = _kept(of)
    return kept if kept is not None else write(of)


def _paragraph(of: Node) -> str:
    tag = attribute(of, "tag") or "p"
    if tag not in TAGS:
        raise unwritable()
    return f"<{tag}{attributes_written(of)}>{line_written(of)}</{tag}>"


def _list(of: Node) -> str:
    tag = "ol" if of["attrs"].get("ordered") else "ul"
    return f"<{tag}{attributes_written(of)}>{_lead(of, chr(10))}{_members(of, _item)}</{tag}>"


def _table(of: Node) -> str:
    return f"<table{attributes_written(of)}>{_lead(of, chr(10))}{_members(of, _row)}</table>"


def _lead(of: Node, usual: str = "") -> str:
    lead = of["attrs"].get("lead")
    return lead if isinstance(lead, str) and not lead.strip() else usual


def _condition(of: Node) -> str:
    branches = of.get("content") or []
    allowed = [("if",), *([("elif",)] * (len(branches) - 2)), ("elif", "else")][: len(branches)]
    if not branches or any(branch["type"] != "branch" for branch in branches):
        raise unwritable()
    return "".join(map(_branch, branches, allowed)) + "{% endif %}"


def _branch(of: Node, allowed: tuple[str, ...]) -> str:
    return code_written(attribute(of, "code"), *allowed) + _lead(of) + _blocks(of.get("content") or [], "")


def _repetition(of: Node) -> str:
    inner = _lead(of) + _blocks(of.get("content") or [], "")
    return code_written(attribute(of, "code"), "for") + inner + "{% endfor %}"


_WRITERS = {
    "paragraph": _paragraph,
    "list": _list,
    "table": _table,
    "condition": _condition,
    "repetition": _repetition,
}


def _members(of: Node, one: Any) -> str:
    """Rows or items; neighbours under one condition share it, unless they are written as they were."""
    out, together = "", list[Node]()
    for member in of.get("content") or []:
        when = attribute(member, "when")
        if together and (not when or when != attribute(together[-1], "when") or _kept(member) is not None):
            out, together = out + _together(together, one), []
        if when and _kept(member) is None:
            together.append(member)
        else:
            out += _member(member, one) + _gap(member, "\n")
    return out + _together(together, one)


def _together(members: list[Node], one: Any) -> str:
    if not members:
        return ""
    bare = [{**each, "attrs": {**each["attrs"], "when": ""}} for each in members]
    inner = "".join(_member(each, one) + _gap(each, "\n") for each in bare[:-1]) + _member(bare[-1], one)
    return code_written(attribute(members[0], "when"), "if") + inner + "{% endif %}" + _gap(members[-1], "\n")


def _member(of: Node, one: Any) -> str:
    if of["type"] in ("source_row", "source_item"):
        return source_written(of)
    kept = _kept(of)
    if kept is not None:
        return kept
    repeat, written = attribute(of, "repeat"), str(one(of))
    if not repeat:
        return written
    return code_written(repeat, "for") + _prelude(attribute(of, "prelude")) + written + "{% endfor %}"


def _prelude(text: str) -> str:
    """Names that are set before a repeated row, as they stand in the source."""
    try:
        parts = parts_of(text).items
    except Unreadable as error:
        raise unwritable() from error
    if any(not part.is_blank and (part.kind != "code" or keyword(part.value) != "set") for part in parts):
        raise unwritable()
    return text


def _item(of: Node) -> str:
    return f"<li{attributes_written(of)}>{line_written(of)}</li>"


def _row(of: Node) -> str:
    return f"<tr{attributes_written(of)}>{''.join(map(_cell, of.get('content') or []))}</tr>"


def _cell(of: Node) -> str:
    tag = "th" if of["attrs"].get("header") else "td"
    return f"<{tag}{attributes_written(of)}>{line_written(of)}</{tag}>"
