"""Writes one line of a letter: words escaped, fields, conditions among them, marks around them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import escape

from app.errors import Invalid
from app.letters.parts import Unreadable, keyword, parts_of
from app.letters.tree import MARKS, Node, attribute, marks_in

_NAME = re.compile(r"[A-Za-z_:][-A-Za-z0-9_:.]*")
_BRACE = re.compile(r"\{(?=[{%#]|$)")
_UNWRITABLE = re.compile("[\ue000\ue001\ud800-\udfff\0]")


def unwritable() -> Invalid:
    """What is said of a tree that no text can say."""
    return Invalid("The letter cannot be written as text.")


def source_written(of: Node) -> str:
    """A part that was not understood, as it stood."""
    return attribute(of, "text")


def attributes_written(of: Node) -> str:
    """The attributes of a tag, the class first."""
    pairs = [("class", attribute(of, "look")), *(of["attrs"].get("attributes") or ())]
    if not all(_NAME.fullmatch(name) for name, _ in pairs):
        raise unwritable()
    written = [f' {name}="{_words(value)}"' for name, value in pairs if value or name != "class"]
    return "".join(written)


def _words(text: str) -> str:
    """Text as HTML within Jinja: nothing in it begins a tag, an entity, a variable or a statement."""
    escaped = str(escape(_UNWRITABLE.sub("", text))).replace("\xa0", "&nbsp;")
    return _BRACE.sub("&#123;", escaped.replace("&#34;", "&quot;").replace("&#39;", "'"))


@lru_cache(maxsize=1024)
def code_written(code: str, *keywords: str) -> str:
    """A statement. Raises Invalid where it is not one of these, or would end early."""
    written = f"{{% {code} %}}"
    if keyword(code) in keywords and _is_one(written, "code", code):
        return written
    raise Invalid("This condition or repetition cannot be written: %(code)s", code=code)


def _is_one(written: str, kind: str, value: str) -> bool:
    """True if a text is exactly one variable or statement."""
    try:
        parts = parts_of(written).items
    except Unreadable:
        return False
    return len(parts) == 1 and parts[0].kind == kind and parts[0].value == value and parts[0].plain


@lru_cache(maxsize=1024)
def _field(expression: str) -> str:
    written = f"{{{{ {expression} }}}}"
    if expression and _is_one(written, "field", expression):
        return written
    raise Invalid("This field cannot be written: %(field)s", field=expression)


@dataclass
class _Group:
    """What stands in a line between the beginning and the end of a condition or repetition."""

    branches: list[tuple[str, list["_Thing"]]] = field(default_factory=list)
    marks: frozenset[str] = frozenset(MARKS)


_Thing = Node | _Group


def line_written(of: Node) -> str:
    """The words of a paragraph, item or cell. Raises Invalid where a condition in it is not whole."""
    nodes = iter(of.get("content") or [])
    things, rest = _grouped(nodes)
    if rest is not None:
        raise _unpaired()
    return _marked(things, frozenset())


def _unpaired() -> Invalid:
    return Invalid("A condition in a line has no beginning or no end.")


def _grouped(nodes: Iterator[Node]) -> tuple[list[_Thing], Node | None]:
    """Things up to the end or next branch of the group they are in, and that end."""
    found: list[_Thing] = []
    for each in nodes:
        word = keyword(attribute(each, "code")) if each["type"] == "control" else ""
        if word in ("if", "for"):
            found.append(_group(each, nodes))
        elif word:
            return found, each
        else:
            found.append(each)
    return found, None


def _group(begin: Node, nodes: Iterator[Node]) -> _Group:
    first, group, at = keyword(attribute(begin, "code")), _Group(), begin
    group.marks = marks_in(begin)
    while True:
        inner, end = _grouped(nodes)
        if end is None:
            raise _unpaired()
        group.branches.append((attribute(at, "code"), inner))
        group.marks = group.marks.intersection(marks_in(end), *map(_marks, inner))
        if keyword(attribute(end, "code")) == f"end{first}":
            return group
        at = end


def _marks(thing: _Thing) -> frozenset[str]:
    return thing.marks if isinstance(thing, _Group) else marks_in(thing)


def _marked(things: Iterable[_Thing], outer: frozenset[str]) -> str:
    """Things in a line with their marks around them, as few as can be."""
    out, open_ = "", list[str]()
    for thing in things:
        wanted = _marks(thing) - outer
        while not wanted.issuperset(open_):
            out += f"</{MARKS[open_.pop()]}>"
        for mark in MARKS:
            if mark in wanted and mark not in open_:
                out += f"<{MARKS[mark]}>"
                open_.append(mark)
        out += _thing(thing, outer | wanted)
    return out + "".join(f"</{MARKS[mark]}>" for mark in reversed(open_))


def _thing(thing: _Thing, marks: frozenset[str]) -> str:
    if isinstance(thing, _Group):
        first = keyword(thing.branches[0][0])
        inner = "".join(
            code_written(code, "if", "for", "elif", "else") + _marked(things, marks)
            for code, things in thing.branches
        )
        return f"{inner}{{% end{first} %}}"
    kind = thing["type"]
    if kind == "text":
        return _words(thing.get("text") or "")
    if kind == "field":
        return _field(attribute(thing, "expression"))
    if kind == "line_break":
        return "<br>"
    if kind == "source_inline":
        return source_written(thing)
    raise unwritable()
