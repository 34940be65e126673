"""Change a definition's text by value: comments, order and everything untouched stay as they were written."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from app.definitions.letter import split_letter
from app.definitions.yaml_emit import behind, block, entries, flow, is_flow, scalar
from app.definitions.yaml_nodes import root_of
from app.definitions.yaml_text import Read, Refused, read_once
from app.errors import Invalid

BODY = "body"
FENCE = "---\n"


def rewritten(kind: str, source: str, value: dict[str, Any]) -> str:
    """The text that means `value`, as close to `source` as can be; a letter's `body` is its HTML.

    Raises Invalid where `source` itself cannot be read, or `value` cannot be written.
    """
    if kind != "letter":
        return written(source, value)
    head, body = split_letter(source)
    new = {key: part for key, part in value.items() if key != BODY}
    below = value.get(BODY, "").lstrip("\n") if BODY in value else body.lstrip("\n")
    return FENCE + written(head.removeprefix("\n"), new).rstrip("\n") + "\n" + FENCE + below


def written(source: str, value: dict[str, Any]) -> str:
    """The YAML text that means `value`, as close to `source` as can be. Raises Invalid."""
    try:
        before = read_once(source)
    except Refused as refused:
        raise Invalid(refused.reason.msgid, **refused.reason.params) from refused
    page = _Page(source, before)
    region = page.region(page.root)
    text = source[: region.start] + page.new(page.root, before.value, value, 0) + source[region.end :]
    return text if _means(text, value) else _anew(value)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1 is not 1.0; the order of keys counts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _means(text: str, value: Any) -> bool:
    try:
        return same(read_once(text).value, value)
    except Refused:
        return False


def _anew(value: dict[str, Any]) -> str:
    """Everything written again: no comment is worth a wrong value. Raises Invalid."""
    text = entries(value, 0) + "\n"
    if not _means(text, value):
        raise Invalid("Some values cannot be written into a file.")
    return text


class Region(NamedTuple):
    """A part of the source, from `start` up to `end`."""

    start: int
    end: int


class Entry(NamedTuple):
    """A key with its value, or an item of a list: comment lines above, then the text from the key on."""

    above: str
    start: int
    end: int
    node: Node


class _Page:
    """A text with its nodes: tells which part of it says what, and what the part becomes."""

    def __init__(self, source: str, before: Read) -> None:
        self.source = source
        self.root = root_of(before.events)
        self.in_flow = frozenset(_inside_flow(self.root, False))

    def region(self, node: Node) -> Region:
        """The part of the source that a value takes; in block style up to the end of its last line."""
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, ScalarNode) or is_flow(node) or not node.value:
            return Region(start, start + len(self.source[start:end].rstrip()))
        last = node.value[-1]
        end = self.region(last[1] if isinstance(node, MappingNode) else last).end
        return Region(start, self.line_end(max(end, start)))

    def line_end(self, at: int) -> int:
        """Where the line ends that this place is in, its line break left out."""
        found = self.source.find("\n", at)
        return len(self.source) if found < 0 else found

    def line_start(self, at: int) -> int:
        """Where the line begins that this place is in."""
        return self.source.rfind("\n", 0, at) + 1

    def column(self, node: Node) -> int:
        """How far a value is indented."""
        return int(node.start_mark.column)

    def new(self, node: Node, old: Any, value: Any, column: int) -> str:
        """What the region of a node becomes; `column` is where lines of a new block would begin."""
        region = self.region(node)
        if same(old, value):
            return self.source[region.start : region.end]
        if isinstance(old, dict) and isinstance(value, dict) and value:
            return self._mapping(node, old, value)
        if isinstance(old, list) and isinstance(value, list) and value:
            return self._sequence(node, old, value)
        if self._in_flow(node):
            return flow(value, column, node)
        text = block(value, column, node)
        return text if region.start != region.end else behind(text)

    def _mapping(self, node: Node, old: dict[str, Any], value: dict[str, Any]) -> str:
        column = self.column(node)
        if list(old) == list(value):
            pairs = [(part, old[key.value], value[key.value]) for key, part in node.value]
            return self._patched(node, pairs, column + 2)
        if is_flow(node):
            return flow(value, column, node)
        known = dict(zip(old, self._entries(node), strict=True))
        made = []
        for key, part in value.items():
            entry = known.get(key)
            if entry is None:
                made.append(("", f"{scalar(key)}:{behind(block(part, column + 2, _model(node)))}"))
            else:
                made.append((entry.above, self._entry(entry, old[key], part, column + 2)))
        return self._joined(node, made)

    def _sequence(self, node: Node, old: list[Any], value: list[Any]) -> str:
        column = self.column(node)
        if len(old) == len(value):
            pairs = list(zip(node.value, old, value, strict=True))
            if sum(not same(one, two) for _, one, two in pairs) <= 1 or is_flow(node):
                return self._patched(node, pairs, column + 2)
        if is_flow(node):
            return flow(value, column, node)
        known, made = self._entries(node), []
        for index, part in _aligned(old, value):
            if index is None:
                made.append(("", "- " + _item(part, column + 2, node.value[-1])))
            else:
                made.append((known[index].above, self._entry(known[index], old[index], part, column + 2)))
        return self._joined(node, made)

    def _patched(self, node: Node, pairs: list[tuple[Node, Any, Any]], column: int) -> str:
        """The region with single parts replaced and all between them left alone."""
        region = self.region(node)
        out, at = "", region.start
        for part, old, value in pairs:
            inner = self.region(part)
            text = self.new(part, old, value, column)
            between = self.source[at : inner.start]
            out += (between.rstrip(" ") if text.startswith("\n") else between) + text
            at = inner.end
        return out + self.source[at : region.end]

    def _entry(self, entry: Entry, old: Any, value: Any, column: int) -> str:
        inner = self.region(entry.node)
        text = self.new(entry.node, old, value, column)
        before = self.source[entry.start : inner.start]
        if text.startswith("\n"):
            before = before.rstrip(" ")
        return before + text + self.source[inner.end : entry.end]

    def _entries(self, node: Node) -> list[Entry]:
        """The entries of a block; comments above an entry go with it, those behind it too."""
        found: list[Entry] = []
        for start, part in self._starts(node):
            end = self.line_end(self.region(part).end)
            line = self.line_start(start)
            above = self.source[min(found[-1].end + 1, line) : line] if found else ""
            found.append(Entry(above, start, end, part))
        return found

    def _starts(self, node: Node) -> Iterator[tuple[int, Node]]:
        if isinstance(node, MappingNode):
            yield from ((key.start_mark.index, part) for key, part in node.value)
            return
        column, at = self.column(node), node.start_mark.index
        for part in node.value:
            yield at, part
            at = self._next_hyphen(self.line_end(self.region(part).end) + 1, column)

    def _next_hyphen(self, at: int, column: int) -> int:
        """The hyphen of the next item, below comments and empty lines."""
        while at < len(self.source):
            line = self.source[at : self.line_end(at)]
            if line.strip() and not line.lstrip().startswith("#"):
                break
            at += len(line) + 1
        return at + column

    def _joined(self, node: Node, made: list[tuple[str, str]]) -> str:
        """Entries below each other; the first one begins where the block began."""
        indent = " " * self.column(node)
        first = made[0][1]
        rest = [f"{above}{indent}{text}" for above, text in made[1:]]
        lost = made[0][0] if self._begins_line(node) else ""
        return "\n".join([f"{lost.lstrip()}{indent if lost.strip() else ''}{first}", *rest])

    def _begins_line(self, node: Node) -> bool:
        return not self.source[self.line_start(node.start_mark.index) : node.start_mark.index].strip()

    def _in_flow(self, node: Node) -> bool:
        """True inside brackets, where no block may stand."""
        return node.start_mark.index in self.in_flow


def _inside_flow(node: Node, inside: bool) -> Iterator[int]:
    if inside:
        yield node.start_mark.index
    if isinstance(node, ScalarNode):
        return
    for part in node.value:
        for each in part if isinstance(node, MappingNode) else (part,):
            yield from _inside_flow(each, inside or is_flow(node))


def _model(node: Node) -> Node | None:
    """Whose style a new entry takes: that of the last one, where the entries are of one kind."""
    kinds = {type(part) for _, part in node.value}
    return node.value[-1][1] if kinds == {MappingNode} else None


def _item(value: Any, column: int, like: Node | None) -> str:
    text = block(value, column, like)
    return text.lstrip("\n ") if text.startswith("\n") else text


def _aligned(old: list[Any], value: list[Any]) -> Iterator[tuple[int | None, Any]]:
    """The new items, each with the old one it came from: the same, or one that it took the place of."""
    ids = [repr(item) for item in old]
    matcher = SequenceMatcher(None, ids, [repr(item) for item in value], autojunk=False)
    spare = {each: index for index, each in enumerate(ids)}
    for tag, from_, to, start, end in matcher.get_opcodes():
        for offset, part in enumerate(value[start:end]):
            if tag == "equal" or (tag == "replace" and end - start == to - from_):
                yield from_ + offset, part
            else:  # an item that moved takes its comments along
                index = spare.get(repr(part))
                yield (index if index is not None and same(old[index], part) else None), part
