"""Letters to PDF in warm, limited, killable processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.clock import now
from app.definitions.letter import Letter
from app.errors import Forbidden, Invalid, NotFound, OfficeError
from app.letters.pool import Pool
from app.letters.wire import json_bytes

DRAFT = "KONSEP"
SAMPLE = "CONTOH"
Rect = tuple[float, float, float, float]
_ERRORS: dict[int, type[OfficeError]] = {403: Forbidden, 404: NotFound, 422: Invalid}


@dataclass(frozen=True)
class Options:
    """How a copy looks: `watermark` under the text, `office_copy` with initials, `fields` to sign in."""

    watermark: str = ""
    office_copy: bool = False
    electronic: bool = True
    trial: bool = True
    fields: bool = True
    verify_url: str = ""


@dataclass(frozen=True)
class RenderRequest:
    """A letter, its shared frames by name ("shared/page.html"), and plain JSON data for its variables."""

    letter: Letter
    sources: Mapping[str, str]
    context: Mapping[str, Any]
    options: Options = field(default_factory=Options)
    file: str = "letter"


@dataclass(frozen=True)
class Rendered:
    """The PDF; places are page (from 0) and rectangle in points; `text_hash` is what initials approve."""

    pdf: bytes
    pages: int
    signature_places: dict[str, tuple[int, Rect]]
    text_hash: str
    text: str


@dataclass(frozen=True)
class Preview:
    """A PDF for the screen: how many pages it has, and the first ones as PNG in base64."""

    pdf: bytes
    pages: int
    images: list[str]


class Renderer:
    """The one way to a letter's PDF; safe under threads."""

    def __init__(self, workers: int = 1, seconds: float = 10.0, documents: int = 500) -> None:
        self.pool = Pool(workers, seconds, documents)

    def render(self, request: RenderRequest) -> Rendered:
        """Render a letter; raises Invalid for a mistake in it, Overrun or Broken for too much."""
        said, pdf = self.ask("render", _head(request), json_bytes(dict(request.sources)))
        places = {name: (page, tuple(rect)) for name, (page, rect) in said["places"].items()}
        return Rendered(pdf, said["pages"], places, said["text_hash"], said["text"])

    def text_hash(self, request: RenderRequest) -> str:
        """What initials approve of a letter that is laid out later; raises as `render` does."""
        said, _ = self.ask("words", _head(request), json_bytes(dict(request.sources)))
        return str(said["text_hash"])

    def preview(self, request: RenderRequest) -> Preview:
        """Render a letter with its pages as images; raises as `render` does."""
        said, pdf = self.ask("preview", _head(request), json_bytes(dict(request.sources)))
        return Preview(pdf, said["pages"], said["images"])

    def ask(self, kind: str, head: dict[str, Any], blob: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Ask a worker; its refusals come back as the errors they are."""
        said, answer = self.pool.ask(kind, {**head, "at": int(now().timestamp())}, blob)
        if "error" in said:
            error = said["error"]
            raise _ERRORS.get(error["status"], OfficeError)(error["msgid"], **error["params"])
        return said, answer

    def warm(self) -> None:
        """Start a worker ahead of the first letter."""
        self.pool.warm()

    def close(self) -> None:
        """End all workers."""
        self.pool.close()


def _head(request: RenderRequest) -> dict[str, Any]:
    letter = {**request.letter.model_dump(mode="json", exclude={"sample"}), "file": request.file}
    return {"letter": letter, "context": dict(request.context), "options": vars(request.options)}


def shared_sources(folder: Path) -> dict[str, str]:
    """Read the shared frames of a pdf_templates folder under the names that letters use."""
    return {
        f"shared/{path.name}": path.read_text(encoding="utf-8")
        for path in sorted((folder / "shared").iterdir())
        if path.suffix in (".html", ".css")
    }
