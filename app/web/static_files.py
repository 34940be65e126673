"""Style sheets, scripts and pictures: browsers keep them under addresses that change with the content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request

A_YEAR = 31_536_000  # seconds


class Application(Flask):
    """A Flask application whose files are kept for a year where their address has a version."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Seconds; None without a version: then one asks each time whether the file is still good."""
        return A_YEAR if request.args.get("v") else None


def register(app: Flask) -> None:
    """Give each file of ours a version in its address."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        version = _version(folder / str(values.get("filename", ""))) if endpoint == "static" else ""
        if version:
            values.setdefault("v", version)


def _version(path: Path) -> str:
    """The first digits of the content's hash; empty where there is no such file."""
    try:
        return _hashed(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        return ""


@lru_cache(maxsize=512)
def _hashed(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
