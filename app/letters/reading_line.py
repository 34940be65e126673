"""Reads one line of a letter: words, fields, conditions among them, and whatever only its source can say."""

from app.letters.parts import BLOCKS, VOID, Part, Parts, keyword
from app.letters.tree import MARK_OF, TAGS, Node, collapsed, node, words

ENDS = frozenset({"elif", "else", "endif", "endfor"})
BRANCHES = ("elif", "else")
_TABLES = frozenset({"table", "tr", "td", "th", "thead", "tbody", "tfoot"})
_NOT_IN_LINE = TAGS | _TABLES | {"ol", "ul", "li", "blockquote", "pre", "hr"}


class Unclear(Exception):
    """Here stands something that is no part of a tree."""


class LineReader:
    """Goes through the parts; every method takes where to begin and says where it ended."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.items = parts.items

    def part(self, at: int) -> Part:
        """The part here. Raises Unclear behind the end."""
        if at >= len(self.items):
            raise Unclear
        return self.items[at]

    def is_end(self, at: int) -> bool:
        """True where something that began before ends or branches. Raises Unclear behind the last part."""
        part = self.part(at)
        return part.kind == "close" or (part.kind == "code" and keyword(part.value) in ENDS)

    def statement(self, at: int, *keywords: str) -> str:
        """The statement that stands here. Raises Unclear where it is none of these."""
        part = self.part(at)
        if part.kind != "code" or not part.plain or keyword(part.value) not in keywords:
            raise Unclear
        return part.value

    def close(self, at: int, tag: str) -> int:
        """Behind the end of an element. Raises Unclear where it does not end here."""
        part = self.part(at)
        if part.kind != "close" or part.value != tag:
            raise Unclear
        return at + 1

    def opened(self, at: int, *tags: str) -> Part:
        """The tag that stands here. Raises Unclear where it is none of these."""
        part = self.part(at)
        if part.kind != "open" or part.value not in tags or not part.plain:
            raise Unclear
        return part

    def line(self, at: int, marks: tuple[str, ...] = ()) -> tuple[list[Node], int]:
        """Words, fields and what stands among them."""
        found: list[Node] = []
        while not self.is_end(at):
            new, at = self.in_line(at, marks)
            found += new
        return found, at

    def in_line(self, at: int, marks: tuple[str, ...]) -> tuple[list[Node], int]:
        """One thing among the words."""
        part = self.items[at]
        if part.kind == "text":
            return [words(collapsed(part.value), marks)], at + 1
        if part.kind == "open" and part.value in _NOT_IN_LINE:
            raise Unclear
        if not part.plain:
            return self.source_in_line(at, marks)
        if part.kind == "field":
            return [_marked(node("field", expression=part.value), marks)], at + 1
        if part.kind == "code" and keyword(part.value) in ("if", "for"):
            return self.controlled(at, marks)
        if part.kind == "open" and part.value == "br" and not part.attributes:
            return [_marked(node("line_break"), marks)], at + 1
        if part.kind == "open" and part.value in MARK_OF and not part.attributes:
            mark = MARK_OF[part.value]
            found, end = self.line(at + 1, marks if mark in marks else (*marks, mark))
            return found, self.close(end, part.value)
        return self.source_in_line(at, marks)

    def controlled(self, at: int, marks: tuple[str, ...]) -> tuple[list[Node], int]:
        """Words that stand there only if a condition holds, or once for each item of a list."""
        first = keyword(self.items[at].value)
        found = [_marked(node("control", code=self.items[at].value), marks)]
        while True:
            inner, at = self.line(at + 1, marks)
            code = self.statement(at, f"end{first}", *BRANCHES)
            found += [*inner, _marked(node("control", code=code), marks)]
            if code == f"end{first}":
                return found, at + 1

    def source_in_line(self, at: int, marks: tuple[str, ...]) -> tuple[list[Node], int]:
        end = self.extent(at)
        return [_marked(node("source_inline", text=self.parts.text(at, end)), marks)], end

    def extent(self, at: int) -> int:
        """Where what begins here ends. Raises Unclear where it never does."""
        open_: list[str] = []
        while True:
            part = self.part(at)
            begins, ends = _begins(part), _ends(part)
            if ends and (not open_ or open_.pop() != ends):
                raise Unclear
            if begins:
                open_.append(begins)
            if not ends and part.kind == "code" and keyword(part.value) in ENDS and not open_:
                raise Unclear
            at += 1
            if not open_:
                return at


def _begins(part: Part) -> str:
    """What a part begins that must end, or nothing."""
    if part.kind == "open" and part.value not in VOID:
        return part.value
    word = keyword(part.value) if part.kind == "code" else ""
    is_block = word in BLOCKS or (word == "set" and "=" not in part.value)
    return f"%{word}" if is_block else ""


def _ends(part: Part) -> str:
    """What a part ends, or nothing."""
    if part.kind == "close":
        return part.value
    word = keyword(part.value) if part.kind == "code" else ""
    return f"%{word[3:]}" if word.startswith("end") else ""


def attributes_of(part: Part) -> Node:
    """The attributes of a tag; its class is the look that the style sheet gives it."""
    others = [[name, value] for name, value in part.attributes if name != "class"]
    return {"look": dict(part.attributes).get("class", ""), "attributes": others}


def _marked(made: Node, marks: tuple[str, ...]) -> Node:
    return {**made, "marks": [{"type": mark} for mark in marks]}
