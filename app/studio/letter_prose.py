"""The text of a letter as its editor shows it, without markup: what two versions are compared by."""

from collections.abc import Iterator

from app.letters.expressions import bound_by
from app.letters.parts import Part, Unreadable, keyword, parts_of
from app.letters.spoken import Spoken
from app.letters.tree import TAGS, collapsed
from app.studio.letter_speech import Known, label

_LINES = TAGS | {"ol", "ul", "li", "table", "tr", "br"}
_CELLS = frozenset({"td", "th"})


def prose(body: str, known: Known) -> str:
    """A line for each paragraph, item and row; fields and conditions in words. What cannot be read stays."""
    try:
        parts = parts_of(body).items
    except Unreadable:
        return body
    lines = "".join(_words(parts, known)).splitlines()
    return "\n".join(line for each in lines if (line := collapsed(each).replace(" · : · ", ": ").strip(" ·")))


def _words(parts: list[Part], known: Known) -> Iterator[str]:
    scope: dict[str, str] = {}
    for part in parts:
        if part.kind == "text":
            yield collapsed(part.value).replace("\n", " ")
        elif part.kind == "field":
            yield f"[{label(Spoken('field', part.value, scope), known)}]"
        elif part.kind == "code":
            yield _statement(part.value, scope, known)
            scope |= bound_by(part.value, scope)
        elif part.value in _LINES:
            yield "\n"
        elif part.value in _CELLS and part.kind == "open":
            yield " · "


def _statement(code: str, scope: dict[str, str], known: Known) -> str:
    word = keyword(code)
    if word in ("if", "elif", "else", "for"):
        begins = "⟩ ⟨" if word in ("elif", "else") else " ⟨"
        return f"{begins}{label(Spoken('code', code, scope), known)}: "
    return "⟩" if word in ("endif", "endfor") else ""
