"""The only reading of the wall clock; in a demonstration and in tests it can be moved."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_fixed: datetime | None = None
_file: Path | None = None
_shift_of: tuple[int, timedelta] = (0, timedelta())


def now() -> datetime:
    """Return the present moment in UTC, as the doors hand it down."""
    if _fixed is not None:
        return _fixed
    return datetime.now(UTC) + _shift()


def set_clock(fixed: datetime | None) -> None:
    """Stop this process's clock at a moment (tests), or let it run again with None."""
    global _fixed
    if fixed is not None and fixed.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    _fixed = fixed


def follow(file: Path | None) -> None:
    """Follow a clock file shared by all processes (demonstration only), or none."""
    global _file, _shift_of
    _file, _shift_of = file, (0, timedelta())


def move(moment: datetime | None) -> None:
    """Move the clock of all processes that follow the file; it runs on from there. None: real time again."""
    if _file is None:
        raise RuntimeError("this clock follows no file and cannot be moved")
    if moment is None:
        _file.unlink(missing_ok=True)
        return
    seconds = (moment - datetime.now(UTC)).total_seconds()
    draft = _file.with_suffix(f".{os.getpid()}")
    draft.write_text(f"{seconds}\n", encoding="ascii")
    draft.replace(_file)


def _shift() -> timedelta:
    """How far the shared file moves the clock; read again only when the file has changed."""
    global _shift_of
    if _file is None:
        return timedelta()
    try:
        changed = _file.stat().st_mtime_ns
        if changed != _shift_of[0]:
            _shift_of = (changed, timedelta(seconds=float(_file.read_text(encoding="ascii"))))
    except FileNotFoundError:
        _shift_of = (0, timedelta())
    return _shift_of[1]
