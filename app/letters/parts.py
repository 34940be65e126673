"""Cuts the body of a letter into its smallest parts: words, tags, variables and statements."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from jinja2 import TemplateSyntaxError

from app.letters.templating import environment

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
BLOCKS = frozenset(("if", "for", "filter", "call", "macro", "with", "block", "autoescape"))
# Two characters for private use stand around the number of a variable or statement while the HTML is read.
_MARK = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")
_BEGINS = {"variable_begin": "variable_end", "block_begin": "block_end", "comment_begin": "comment_end"}


class Unreadable(ValueError):
    """The text is no sandboxed Jinja, or nothing that can be cut into parts."""


class Part(NamedTuple):
    """One part; `value` is the decoded text, the tag's name, or what stands between the braces.

    Kinds: text, field, code, open, close, other. `plain` is False for what only its source can say.
    """

    kind: str
    value: str
    start: int
    end: int
    attributes: tuple[tuple[str, str], ...] = ()
    plain: bool = True

    @property
    def is_blank(self) -> bool:
        """True for text that is nothing but white space."""
        return self.kind == "text" and not self.value.strip(" \t\r\n\f")


class Parts(NamedTuple):
    """The parts of a source, in order and without gaps."""

    source: str
    items: list[Part]

    def text(self, start: int, end: int) -> str:
        """The source of the parts from `start` up to `end`."""
        if start >= end:
            return ""
        return self.source[self.items[start].start : self.items[end - 1].end]


def parts_of(source: str) -> Parts:
    """Cut a source into parts. Raises Unreadable."""
    if _PRIVATE.search(source):
        raise Unreadable("characters for private use")
    marked, inserted = _marked(source)
    reader = _Reader(inserted)
    reader.feed(marked)
    reader.close()
    return Parts(source, reader.finished(marked))


def keyword(code: str) -> str:
    """The first word of a statement: if, elif, for, set and so on."""
    return code.split(None, 1)[0] if code.strip() else ""


def _marked(source: str) -> tuple[str, list[Part]]:
    """The source with a number in place of each variable and statement, and those, placed in the source."""
    out, at = "", 0
    inserted: list[Part] = []
    for part in _jinja(source):
        out += source[at : part.start] + f"\ue000{len(inserted)}\ue001"
        inserted.append(part)
        at = part.end
    return out + source[at:], inserted


def _jinja(source: str) -> Iterator[Part]:
    """Variables and statements by the sandbox's own lexer, which leaves out nothing but white space."""
    try:
        tokens = list(environment().lex(source))
    except TemplateSyntaxError as error:
        raise Unreadable(error.message or "") from error
    at, start, inner, begin, end = 0, 0, 0, "", ""
    for _, kind, value in tokens:
        place = source.find(value, at)
        if place < 0:
            raise Unreadable("a part that the source does not have")
        at = place + len(value)
        if not end and (kind in _BEGINS or kind == "raw_begin"):
            start, inner, begin, end = place, at, value, _BEGINS.get(kind, "raw_end")
        elif kind == end:
            yield _inserted(source[inner:place], (start, at), begin, value)
            end = ""


def _inserted(inner: str, place: tuple[int, int], begin: str, end: str) -> Part:
    """What Jinja reads; braces with a hyphen or plus, comments and raw text only their source can say."""
    kind = "other" if "raw" in begin else {"{{": "field", "{%": "code"}.get(begin[:2], "other")
    plain = len(begin) == 2 and end in ("}}", "%}") and "\n" not in inner.strip()
    return Part(kind, inner.strip(), *place, plain=plain)


class _Reader(HTMLParser):
    """Notes where each part of the HTML begins; the next one's beginning is its end."""

    def __init__(self, inserted: list[Part]) -> None:
        super().__init__(convert_charrefs=False)
        self.inserted = inserted
        self.found: list[tuple[tuple[int, int], Part]] = []

    def finished(self, marked: str) -> list[Part]:
        """The parts in order, words cut where variables stand in them, placed in the original source."""
        lines = [0, *(match.end() for match in re.finditer("\n", marked))]
        starts = [lines[line - 1] + column for (line, column), _ in self.found]
        ends = [*starts, len(marked)][1:]
        done: list[Part] = []
        for start, end, (_, part) in zip(starts, ends, self.found, strict=True):
            done += self._placed(part, marked[start:end], done[-1].end if done else 0)
        return _joined(done)

    def _placed(self, part: Part, marked: str, at: int) -> Iterator[Part]:
        if part.kind != "text":
            plain = part.plain and not _PRIVATE.search(marked)
            yield part._replace(start=at, end=at + self._length(marked), plain=plain)
            return
        for index, piece in enumerate(_MARK.split(marked)):
            if index % 2:
                inserted = self.inserted[int(piece)]
                yield inserted
                at = inserted.end
            elif piece:
                yield Part("text", unescape(piece), at, at + len(piece))
                at += len(piece)

    def _length(self, marked: str) -> int:
        inside = [self.inserted[int(number)] for number in _MARK.findall(marked)]
        return len(_MARK.sub("", marked)) + sum(part.end - part.start for part in inside)

    def _note(self, kind: str, value: str = "", attributes: tuple[tuple[str, str], ...] = ()) -> None:
        self.found.append((self.getpos(), Part(kind, value, 0, 0, attributes)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note("open", tag, tuple((name, value or "") for name, value in attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = "open" if tag in VOID else "other"
        self._note(kind, tag, tuple((name, value or "") for name, value in attrs))

    def handle_endtag(self, tag: str) -> None:
        self._note("other" if tag in VOID else "close", tag)

    def handle_data(self, data: str) -> None:
        self._note("text", data)

    def handle_entityref(self, name: str) -> None:
        self._note("text", name)

    def handle_charref(self, name: str) -> None:
        self._note("text", name)

    def handle_comment(self, data: str) -> None:
        self._note("other", data)

    def handle_decl(self, decl: str) -> None:
        self._note("other", decl)

    def handle_pi(self, data: str) -> None:
        self._note("other", data)

    def unknown_decl(self, data: str) -> None:
        self._note("other", data)


def _joined(parts: list[Part]) -> list[Part]:
    """Words that follow each other are one part: the tokeniser cuts them at every entity."""
    out: list[Part] = []
    for part in parts:
        if out and part.kind == "text" and out[-1].kind == "text":
            out[-1] = out[-1]._replace(value=out[-1].value + part.value, end=part.end)
        else:
            out.append(part)
    return out
