"""From the text of a definition to its shape, or to the problems that keep it from having one."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from app.definitions.clauses import Clauses
from app.definitions.decision_table import DecisionTable
from app.definitions.form import FormDefinition
from app.definitions.letter import Letter, split_letter
from app.definitions.messages import Messages
from app.definitions.problem import Problem
from app.definitions.process import Process
from app.definitions.roles import Roles
from app.definitions.service import Service
from app.definitions.shape import Shape
from app.definitions.shape_errors import problems_of
from app.definitions.yaml_text import MAX_BYTES, Read, Refused, read_once
from app.errors import Invalid, NotFound, text

Ref = tuple[str, str]

SHAPES: dict[str, type[Shape]] = {
    "roles": Roles,
    "service": Service,
    "process": Process,
    "messages": Messages,
    "decision_table": DecisionTable,
    "form": FormDefinition,
    "letter": Letter,
    "clauses": Clauses,
}
ROLES: Ref = ("roles", "roles")

_KEY = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9_]+")
MAX_PROBLEMS = 100  # more than anybody reads at once
_PLACES = {
    "form": ("forms", "yaml"),
    "letter": ("pdf_templates", "html"),
    "clauses": ("pdf_templates", "yaml"),
}
_NAMED = ("service", "process", "messages")


@dataclass(frozen=True)
class Parsed:
    """What came of a text; `shape` is None where there are problems."""

    kind: str
    key: str
    shape: Shape | None
    problems: list[Problem]
    sha256: str
    file: str
    lines: dict[str, int] = field(default_factory=dict, repr=False)

    def place(self, problems: Iterable[Problem]) -> list[Problem]:
        """Name file and line where a later check knew only the path."""
        return [
            replace(item, file=item.file or self.file, line=item.line or self.line_of(item.path))
            for item in problems
        ]

    def line_of(self, path: str) -> int:
        """The line of a path, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def kind_and_key(path: str) -> Ref | None:
    """What a file defines, by its path below the folder of definitions; None where it is no definition."""
    folder, _, rest = path.partition("/")
    key, suffix = str(PurePosixPath(rest).with_suffix("")) if rest else "", PurePosixPath(path).suffix
    if path == "rules/roles.yaml":
        return ROLES
    if not _KEY.fullmatch(key) or key.startswith("shared/"):
        return None
    if (folder, suffix) == ("rules", ".yaml"):
        name = key.rpartition("/")[2]
        return (name if name in _NAMED else "decision_table", key)
    if (folder, suffix) == ("pdf_templates", ".yaml"):
        return ("clauses", key) if key.endswith("/clauses") else None
    return {("forms", ".yaml"): ("form", key), ("pdf_templates", ".html"): ("letter", key)}.get(
        (folder, suffix)
    )


def file_of(kind: str, key: str) -> str:
    """The file of a definition below the folder of definitions; NotFound where none can have this name."""
    folder, suffix = _PLACES.get(kind, ("rules", "yaml"))
    path = f"{folder}/{key}.{suffix}"
    if kind_and_key(path) != (kind, key):
        raise NotFound("There can be no definition %(key)s (%(kind)s).", kind=kind, key=key)
    return path


def normal(source: str) -> str:
    """A text as it is stored and hashed: editors' byte order marks and line ends make no other text of it."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def digest(source: str) -> str:
    """SHA-256 of a text in its normal form; what cannot be encoded is refused when it is parsed."""
    return hashlib.sha256(normal(source).encode(errors="surrogatepass")).hexdigest()


def parse(kind: str, key: str, source: str, file: str | None = None) -> Parsed:
    """Read a text as a definition of a kind; never raises, whatever the text."""
    shape, problems, lines, sha256 = _parsed(kind, normal(source))
    parsed = Parsed(kind, key, shape, [], sha256, file or _file_or_key(kind, key), lines)
    return replace(parsed, problems=parsed.place(problems))


def withdrawn(kind: str, key: str) -> Parsed:
    """What a definition comes to when it is taken out of force: no shape, and nothing wrong with it."""
    return Parsed(kind, key, None, [], digest(""), _file_or_key(kind, key))


def _file_or_key(kind: str, key: str) -> str:
    try:
        return file_of(kind, key)
    except NotFound:
        return key


@lru_cache(maxsize=4096)
def _parsed(kind: str, source: str) -> tuple[Shape | None, tuple[Problem, ...], dict[str, int], str]:
    sha256 = digest(source)
    try:
        head, body = _head_and_body(kind, source)
        content = read_once(head)
    except Refused as refused:
        return None, (Problem(refused.path, refused.reason, refused.line),), {}, sha256
    problem = _wrong_kind(kind, content)
    if problem:
        return None, (problem,), content.lines, sha256
    try:
        shape = _shaped(kind, content.value, body)
    except ValidationError as error:
        problems = problems_of(error, SHAPES[kind], content)
        return None, tuple(problems[:MAX_PROBLEMS]), content.lines, sha256
    return shape, (), content.lines, sha256


def _head_and_body(kind: str, source: str) -> tuple[str, str | None]:
    """YAML alone, or for a letter the YAML of its head and the HTML below it."""
    if len(source) > MAX_BYTES:
        raise Refused(text("The file is larger than %(n)d kilobytes.", n=MAX_BYTES // 1000))
    if not source.isprintable() and ("\0" in source or not _is_encodable(source)):
        raise Refused(text("The text contains a character that cannot be shown."))
    if kind != "letter":
        return source, None
    try:
        return split_letter(source)
    except Invalid as error:
        raise Refused(error.text, 1) from error


def _is_encodable(source: str) -> bool:
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong_kind(kind: str, content: Read) -> Problem | None:
    if kind not in SHAPES:
        return Problem("", text("There are no definitions of the kind %(kind)s.", kind=kind))
    if not isinstance(content.value, dict):
        return Problem("", text("Write keys with values here."), 1)
    said = content.value.get("kind")
    if said == kind:
        return None
    reason = text('A file in this place begins with "kind: %(kind)s".', kind=kind)
    return Problem("kind", reason, content.lines.get("kind", 1))


def _shaped(kind: str, value: dict[str, Any], body: str | None) -> Shape:
    """Check strictly, as JSON: "yes" is no boolean, "30" no number, and a date is a text of its form."""
    whole = value if body is None else {**value, "body": body}
    return SHAPES[kind].model_validate_json(json.dumps(whole, allow_nan=False), strict=True)
