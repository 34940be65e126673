"""Files by the SHA-256 of their content, on disk before the transaction that names them commits."""

import hashlib
import logging
import os
from pathlib import Path

from app.errors import NotFound, OfficeError

log = logging.getLogger(__name__)
_folder: Path | None = None


class NotKept(OfficeError):
    """The disk takes no more, or may not be written: the step that needs the file is undone."""

    status = 503


def configure(folder: Path) -> None:
    """Keep files below `folder`, readable by this user only."""
    global _folder
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _folder = folder


def keep(content: bytes) -> str:
    """Store a file and return its SHA-256; the same content is stored once. Raises NotKept."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    try:
        if not path.exists():
            _write(path, content)
    except OSError as error:
        log.error("a file cannot be stored: %s", error)
        raise NotKept("The file cannot be stored at the moment. Nothing was changed.") from error
    return sha256


def _write(path: Path, content: bytes) -> None:
    """The whole file under its name, or nothing."""
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(path.parent.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)  # a full disk gets its space back
    _sync_folder(path.parent)


def read(sha256: str) -> bytes:
    """The content with this hash. Raises NotFound when the file is gone."""
    path = _path(sha256)
    if not path.exists():
        raise NotFound("The file is no longer in the archive.")
    return path.read_bytes()


def _path(sha256: str) -> Path:
    if _folder is None:
        raise RuntimeError("storage.configure was not called")
    if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
        raise NotFound("The file is no longer in the archive.")
    return _folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a crash only when its folder is written too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
