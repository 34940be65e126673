"""A folder of definitions: its files, and the note of what was last synchronised with it."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.definitions.parse import Ref, kind_and_key
from app.definitions.problem import Problem
from app.definitions.yaml_text import MAX_BYTES
from app.errors import Text, text

NOTE = ".alurizin-sync.json"
_SUFFIXES = {"rules": (".yaml",), "forms": (".yaml",), "pdf_templates": (".html", ".yaml")}
_SHARED = "pdf_templates/shared/"
_MISNAMED = text(
    "A definition stands in a folder of its service, named with small letters, digits and underscores."
)


@dataclass
class Files:
    """The texts of a folder by definition, and the files that could not be read."""

    texts: dict[Ref, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(folder: Path) -> Files:
    """Read every definition of a folder; a file that defines nothing is a problem."""
    files = Files()
    for name, path in definition_files(folder):
        ref = kind_and_key(name)
        found = _read(path) if ref else _MISNAMED
        if ref and isinstance(found, str):
            files.texts[ref] = found
        elif isinstance(found, Text):
            files.problems.append(Problem("", found, 1, name))
    return files


def definition_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file that should define something, by its path below the folder, in a fixed order."""
    for tree, suffixes in _SUFFIXES.items():
        for path in sorted(path for suffix in suffixes for path in (folder / tree).rglob(f"*{suffix}")):
            name = path.relative_to(folder).as_posix()
            if "/." not in name and not name.startswith(_SHARED):
                yield name, path


def _read(path: Path) -> str | Text | None:
    """The text of a file, what is wrong with it, or None where it has just gone."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return text("The file is larger than %(n)d kilobytes.", n=MAX_BYTES // 1000)
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return text("The file is not a text in UTF-8.")
    except FileNotFoundError:
        return None
    except OSError as error:
        return text("The file cannot be read: %(reason)s", reason=error.strerror or "")


def read_note(folder: Path) -> dict[str, str]:
    """The hash last synchronised with each file; empty where nothing is known of this folder."""
    try:
        known = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(sha) for name, sha in known.items()} if isinstance(known, dict) else {}


def write_note(folder: Path, note: dict[str, str]) -> None:
    """Remember what was synchronised; a folder that cannot be written to has no memory of its own."""
    if note != read_note(folder):
        with suppress(OSError):
            write_file(folder / NOTE, json.dumps(note, indent=1, sort_keys=True) + "\n")


def write_file(path: Path, source: str) -> None:
    """Write by rename, so that a reader finds the old text or the new one; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".draft")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(source)
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
