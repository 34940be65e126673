"""The press: this process's renderer, the shared frames and the signers' keys, set up once at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.definitions.letter import Letter
from app.errors import NotFound
from app.letters.render import Options, Preview, Rendered, Renderer, RenderRequest, shared_sources


@dataclass
class _Press:
    renderer: Renderer | None = None
    keys: Path | None = None
    sources: Mapping[str, str] | None = None


_press = _Press()


def configure(renderer: Renderer, keys: Path, templates: Path) -> None:
    """Use this renderer, this folder of keys, and the shared frames of this pdf_templates folder."""
    _press.renderer, _press.keys, _press.sources = renderer, keys, shared_sources(templates)


def renderer() -> Renderer:
    """The renderer. Raises RuntimeError before `configure`."""
    if _press.renderer is None:
        raise RuntimeError("press.configure was not called")
    return _press.renderer


def render(letter: Letter, context: Mapping[str, Any], options: Options, file: str) -> Rendered:
    """Render a letter within the shared frames."""
    return renderer().render(RenderRequest(letter, sources(), context, options, file))


def text_hash(letter: Letter, context: Mapping[str, Any], file: str) -> str:
    """What initials approve of a letter, without laying it out."""
    return renderer().text_hash(RenderRequest(letter, sources(), context, file=file))


def preview(letter: Letter, context: Mapping[str, Any], options: Options, file: str) -> Preview:
    """Render a letter within the shared frames, with its pages as images."""
    return renderer().preview(RenderRequest(letter, sources(), context, options, file))


def sources() -> Mapping[str, str]:
    """The shared frames that letters are set in, by name."""
    return _press.sources or {}


def key_file(name: str) -> bytes:
    """A signer's PKCS#12 file. Raises NotFound when it was taken away."""
    path = (keys_folder() / name).resolve()
    if not path.is_relative_to(keys_folder().resolve()) or not path.exists():
        raise NotFound("The signer's key file is missing. Ask the administrator.")
    return path.read_bytes()


def keys_folder() -> Path:
    """Where keys live, 0700. Raises RuntimeError before `configure`."""
    if _press.keys is None:
        raise RuntimeError("press.configure was not called")
    return _press.keys


def trust_roots() -> list[bytes]:
    """The certificates that signatures are checked against, PEM: the trial CA's and those in keys/roots."""
    folder = keys_folder()
    files = [folder / "trial_ca" / "root.pem", *sorted((folder / "roots").glob("*.pem"))]
    return [file.read_bytes() for file in files if file.exists()]
