"""Judges an uploaded file by its first bytes, size and name against what a file field accepts."""

from app.definitions.form import FileField
from app.errors import Text, text

HEAD = 512  # so many first bytes are enough to tell the types apart

_ZIP = b"PK\x03\x04"
_SIGNATURES = {
    "pdf": b"%PDF-",
    "jpg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "docx": _ZIP,
    "xlsx": _ZIP,
}
_ENDINGS = {"jpeg": "jpg"}


def check_upload(field: FileField, name: str, size: int, head: bytes) -> list[Text]:
    """Return what is wrong with an upload; a wrong format always blocks, a missing document never does."""
    if size == 0:
        return [text("The file “%(name)s” is empty.", name=name)]
    if size > field.max_mb * 1024 * 1024:
        return [text("The file “%(name)s” is larger than %(max)d MB.", name=name, max=field.max_mb)]
    ending = name.rpartition(".")[2].lower()
    kind = _ENDINGS.get(ending, ending)
    if kind not in field.accept:
        accepted = ", ".join(item.upper() for item in field.accept)
        return [
            text("The file “%(name)s” is not of an accepted type (%(types)s).", name=name, types=accepted)
        ]
    if not head.startswith(_SIGNATURES[kind]):
        return [text("The file “%(name)s” is not a real %(type)s file.", name=name, type=kind.upper())]
    return []


def accept_attribute(field: FileField) -> str:
    """Return what the browser's file dialog offers."""
    return ",".join(f".{ending}" for ending in [*field.accept, *(["jpeg"] if "jpg" in field.accept else [])])
