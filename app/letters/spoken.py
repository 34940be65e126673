"""Everything in a letter's tree that speaks of variables, in the order of the page, and what is wrong."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.letters.expressions import Scope, bound_by, expression, statement
from app.letters.parts import Unreadable, keyword, parts_of
from app.letters.templating import environment
from app.letters.tree import Node, attribute
from app.letters.variables import is_provided, uses_of


@dataclass(frozen=True)
class Spoken:
    """A field, statement or source, with the names that loops around it gave."""

    kind: str
    text: str
    scope: Scope = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """True where the sandbox can read it by itself; source and ends are not asked."""
        if self.kind == "field":
            return expression(self.text) is not None
        return keyword(self.text) not in ("if", "elif", "for") or statement(self.text) is not None


Piece = str | Spoken


def spoken(doc: Node) -> list[Spoken]:
    """What speaks, in the order of the page."""
    return [piece for piece in _pieces(doc, {}) if isinstance(piece, Spoken)]


def faults(doc: Node, provided: Iterable[frozenset[str]]) -> list[str]:
    """For each that speaks: what nothing provides in it, "?" where it cannot be read, or nothing."""
    pieces = list(_pieces(doc, {}))
    found = [piece for piece in pieces if isinstance(piece, Spoken)]
    said = ["" if piece.is_readable else "?" for piece in found]
    source, starts = _skeleton(pieces)
    known = list(provided)
    for path, line in uses_of(environment(), source):
        if all(is_provided(path, each) for each in known):
            continue
        at = bisect_right(starts, line) - 1
        said[at] = said[at] or path
    return said


def _skeleton(pieces: list[Piece]) -> tuple[str, list[int]]:
    """A template with only what speaks, each on lines of its own, and where each begins."""
    out, line, starts = "", 1, list[int]()
    for piece in pieces:
        text = piece if isinstance(piece, str) else "\n" + _written(piece)
        line += text.count("\n")
        if isinstance(piece, Spoken):
            starts.append(line - text.count("\n") + 1)
        out += text
    return out, starts


def _written(piece: Spoken) -> str:
    if piece.kind == "source":
        return piece.text
    if piece.kind == "field":
        return f"{{{{ {piece.text} }}}}" if piece.is_readable else ""
    if piece.is_readable:
        return f"{{% {piece.text} %}}"
    return "{% for _ in [] %}" if keyword(piece.text) == "for" else f"{{% {keyword(piece.text)} 1 %}}"


def _pieces(of: Node, scope: dict[str, str]) -> Iterator[Piece]:
    kind = of["type"]
    if kind.startswith("source"):
        yield Spoken("source", attribute(of, "text"), dict(scope))
        scope.update(_set_by(attribute(of, "text"), scope))
    elif kind == "field":
        yield Spoken("field", attribute(of, "expression"), dict(scope))
    elif kind == "control":
        yield from _control(attribute(of, "code"), scope)
    elif kind in ("row", "item"):
        yield from _member(of, scope)
    elif kind in ("branch", "repetition"):
        yield from _around(of, attribute(of, "code"), scope)
    else:
        for child in of.get("content") or ():
            yield from _pieces(child, scope)
        if kind == "condition":
            yield "{% endif %}"


def _around(of: Node, code: str, scope: dict[str, str]) -> Iterator[Piece]:
    yield Spoken("code", code, dict(scope))
    inner = {**scope, **bound_by(code, scope)}
    for child in of.get("content") or ():
        yield from _pieces(child, inner)
    if of["type"] == "repetition":
        yield "{% endfor %}"


def _control(code: str, scope: dict[str, str]) -> Iterator[Piece]:
    """Conditions within a line; names that a loop there binds stay known, which does no harm."""
    if code in ("endif", "endfor", "else"):
        yield f"{{% {code} %}}"
        return
    yield Spoken("code", code, dict(scope))
    scope.update(bound_by(code, scope))


def _member(of: Node, scope: dict[str, str]) -> Iterator[Piece]:
    when, repeat, inner = attribute(of, "when"), attribute(of, "repeat"), dict(scope)
    if when:
        yield Spoken("code", when, dict(scope))
    if repeat:
        yield Spoken("code", repeat, dict(scope))
        prelude = attribute(of, "prelude")
        inner |= bound_by(repeat, scope)
        inner |= _set_by(prelude, inner)
        yield prelude
    for child in of.get("content") or ():
        yield from _pieces(child, inner)
    yield ("{% endfor %}" if repeat else "") + ("{% endif %}" if when else "")


def _set_by(source: str, scope: Scope) -> dict[str, str]:
    """The names that a source sets, with their paths."""
    try:
        parts = parts_of(source).items
    except Unreadable:
        return {}
    found = dict(scope)
    for part in parts:
        if part.kind == "code" and keyword(part.value) == "set":
            found |= bound_by(part.value, found)
    return found
